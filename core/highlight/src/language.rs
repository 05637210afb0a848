//! Which language a file is in.

use crate::{
    code::{self, Code},
    css, data, html, markdown,
    spans::Spans,
};

/// A language, by how it is read.
#[derive(Clone, Copy)]
pub(crate) enum Language {
    Code(&'static Code),
    Css,
    Toml,
    Yaml,
    Html,
    Markdown,
}

impl Language {
    /// By the name of a file, else by the first line.
    pub(crate) fn of(path: &str, text: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        Self::by_file_name(name)
            .or_else(|| Self::named(&extension?))
            .or_else(|| Self::by_first_line(text.lines().next()?))
    }

    fn by_file_name(name: &str) -> Option<Self> {
        Some(match name {
            "Makefile" | "makefile" | "GNUmakefile" | "Dockerfile" | "Containerfile" | ".bashrc" | ".zshrc"
            | ".profile" | ".bash_profile" | ".envrc" => Self::Code(&code::SHELL),
            "Gemfile" | "Rakefile" | "Podfile" | "Brewfile" | "Fastfile" => Self::Code(&code::RUBY),
            "Cargo.lock" | "Pipfile" | "poetry.lock" | "uv.lock" => Self::Toml,
            "Package.resolved" | ".swift-format" | ".prettierrc" | ".babelrc" => Self::Code(&code::JSON),
            ".clang-format" | ".clang-tidy" => Self::Yaml,
            _ => return None,
        })
    }

    /// By an extension, or the name that stands at a block of code in Markdown.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "rs" | "rust" => Self::Code(&code::RUST),
            "swift" => Self::Code(&code::SWIFT),
            "js" | "mjs" | "cjs" | "jsx" | "javascript" => Self::Code(&code::JAVASCRIPT),
            "ts" | "mts" | "cts" | "tsx" | "typescript" => Self::Code(&code::TYPESCRIPT),
            "py" | "pyi" | "pyw" | "python" => Self::Code(&code::PYTHON),
            "go" | "golang" => Self::Code(&code::GO),
            "c" | "h" | "cc" | "cpp" | "cxx" | "c++" | "hh" | "hpp" | "hxx" | "m" | "mm" | "ino" => {
                Self::Code(&code::C)
            }
            "java" | "kt" | "kts" | "kotlin" | "scala" | "groovy" | "gradle" => Self::Code(&code::JAVA),
            "cs" | "csharp" => Self::Code(&code::CSHARP),
            "rb" | "rake" | "gemspec" | "ruby" => Self::Code(&code::RUBY),
            "sh" | "bash" | "zsh" | "ksh" | "bats" | "shell" | "console" | "mk" | "dockerfile" => {
                Self::Code(&code::SHELL)
            }
            "php" => Self::Code(&code::PHP),
            "sql" => Self::Code(&code::SQL),
            "lua" => Self::Code(&code::LUA),
            "json" | "jsonc" | "json5" | "jsonl" | "ndjson" | "webmanifest" | "ipynb" => Self::Code(&code::JSON),
            "toml" | "ini" | "cfg" | "conf" | "properties" | "editorconfig" => Self::Toml,
            "yaml" | "yml" => Self::Yaml,
            "css" | "scss" | "less" => Self::Css,
            "html" | "htm" | "xhtml" | "xml" | "svg" | "vue" | "svelte" | "plist" | "storyboard" | "xib"
            | "entitlements" | "xcscheme" => Self::Html,
            "md" | "markdown" | "mdx" | "mdc" => Self::Markdown,
            _ => return None,
        })
    }

    fn by_first_line(line: &str) -> Option<Self> {
        let programs = line.strip_prefix("#!")?;
        let mut words = programs.split(['/', ' ', '\t']).rev().filter(|word| !word.starts_with('-'));
        words.find_map(|word| match word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.') {
            "sh" | "bash" | "zsh" | "ksh" | "dash" => Some(Self::Code(&code::SHELL)),
            "python" | "pypy" => Some(Self::Code(&code::PYTHON)),
            "ruby" => Some(Self::Code(&code::RUBY)),
            "node" | "deno" | "bun" => Some(Self::Code(&code::JAVASCRIPT)),
            "swift" => Some(Self::Code(&code::SWIFT)),
            _ => None,
        })
    }

    /// Reads a part of the text.
    pub(crate) fn lex(self, from: usize, to: usize, spans: &mut Spans<'_>) {
        match self {
            Self::Code(code) => code::lex(code, from, to, spans),
            Self::Css => css::lex(from, to, spans),
            Self::Toml => data::lex_toml(from, to, spans),
            Self::Yaml => data::lex_yaml(from, to, spans),
            Self::Html => html::lex(from, to, spans),
            Self::Markdown => markdown::lex(from, to, spans),
        }
    }
}
