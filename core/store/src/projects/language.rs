//! The language of a file, by its extension, named as editors name it.

/// What a file is in when nothing better is known.
const UNKNOWN: &str = "plaintext";

/// The language of the file at `path`: `given`, unless that is blank.
pub(super) fn language<'a>(given: &'a str, path: &str) -> &'a str {
    let given = given.trim();
    if given.is_empty() { of_path(path) } else { given }
}

fn of_path(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    // A name that begins with its only dot is all name, no extension.
    let extension = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, extension)| extension);
    of_extension(&extension.unwrap_or_default().to_ascii_lowercase())
}

fn of_extension(extension: &str) -> &'static str {
    match extension {
        "bash" | "sh" | "zsh" => "shell",
        "c" | "h" => "c",
        "cc" | "cpp" | "cxx" | "hh" | "hpp" => "cpp",
        "clj" | "cljs" => "clojure",
        "cs" => "csharp",
        "css" => "css",
        "dart" => "dart",
        "el" | "lisp" => "lisp",
        "ex" | "exs" => "elixir",
        "go" => "go",
        "gql" | "graphql" => "graphql",
        "hs" => "haskell",
        "htm" | "html" => "html",
        "ini" | "cfg" => "ini",
        "java" => "java",
        "cjs" | "js" | "jsx" | "mjs" => "javascript",
        "json" | "jsonc" => "json",
        "kt" | "kts" => "kotlin",
        "less" => "less",
        "lua" => "lua",
        "m" | "mm" => "objective-c",
        "markdown" | "md" | "mdx" => "markdown",
        "php" => "php",
        "pl" | "pm" => "perl",
        "proto" => "proto",
        "ps1" => "powershell",
        "py" | "pyi" => "python",
        "r" => "r",
        "rb" => "ruby",
        "rs" => "rust",
        "sass" | "scss" => "scss",
        "scala" => "scala",
        "sql" => "sql",
        "svelte" => "svelte",
        "svg" | "xml" | "xsd" | "xsl" => "xml",
        "swift" => "swift",
        "tf" => "hcl",
        "toml" => "toml",
        "cts" | "mts" | "ts" | "tsx" => "typescript",
        "vue" => "vue",
        "yaml" | "yml" => "yaml",
        "zig" => "zig",
        _ => UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_tells_the_language_unless_one_is_given() {
        let cases = [
            ("src/main.rs", "rust"),
            ("App.TSX", "typescript"),
            ("a.b/index.html", "html"),
            ("archive.tar.yml", "yaml"),
            ("README", "plaintext"),
            ("a.rs/README", "plaintext"),
            (".rs", "plaintext"),
            ("src/.toml", "plaintext"),
            ("odd.", "plaintext"),
            ("unknown.xyz", "plaintext"),
            ("naïve.ÉÉ", "plaintext"),
        ];
        for (path, expected) in cases {
            assert_eq!(language("", path), expected, "{path}");
            assert_eq!(language("  ", path), expected, "{path}");
            assert_eq!(language("cobol", path), "cobol", "{path}");
        }
    }
}
