//! What each language's text looks like.

use atelier_highlight::{Kind, highlight};

/// The coloured parts, a line each, as `Kind text`; punctuation left out.
fn parts(path: &str, text: &str) -> Vec<String> {
    let lines = highlight(path, text);
    let spans =
        lines.iter().zip(text.split('\n')).flat_map(|(line, text)| line.spans.iter().map(move |span| (span, text)));
    let shown = spans.filter(|(span, _)| span.kind != Kind::Punctuation);
    shown.map(|(span, text)| format!("{:?} {}", span.kind, &text[span.start..span.end])).collect()
}

#[track_caller]
fn has(path: &str, text: &str, wanted: &[&str]) {
    let parts = parts(path, text);
    let mut rest = parts.iter();
    for part in wanted {
        assert!(rest.any(|found| found == part), "{part} is not (in this order) in {parts:#?}");
    }
}

#[test]
fn rust() {
    let text = r##"//! docs
#[derive(Debug, Clone)]
pub struct Point<'a> { x: f64, name: &'a str }
fn main() -> Result<(), Error> {
    let c = 'x'; let n = '\n'; let raw = r#"a "quoted" b"#;
    println!("{}", MAX_SIZE + 0xFF + 1.5e-3); /* a /* nested */ comment */
    for i in 0..10 { point.len(); point.x }
}"##;
    has(
        "src/main.rs",
        text,
        &[
            "Comment //! docs",
            "Attribute #[derive(Debug, Clone)]",
            "Keyword pub",
            "Keyword struct",
            "Type Point",
            "Variable 'a",
            "Type f64",
            "Variable 'a",
            "Type str",
            "Keyword fn",
            "Function main",
            "Type Result",
            "Type Error",
            "Keyword let",
            "String 'x'",
            "String '\\n'",
            "String r#\"a \"quoted\" b\"#",
            "Function println",
            "String \"{}\"",
            "Constant MAX_SIZE",
            "Number 0xFF",
            "Number 1.5e-3",
            "Comment /* a /* nested */ comment */",
            "Number 0",
            "Number 10",
            "Function len",
            "Property x",
        ],
    );
}

#[test]
fn swift() {
    let text = "@MainActor final class Model: ObservableObject {\n  var name = #\"a \"b\" c\"#\n  func load(_ id: Int) async throws -> String? { nil }\n  #if DEBUG\n  let s = \"\"\"\n  more \"text\"\n  \"\"\"\n}";
    has(
        "A.swift",
        text,
        &[
            "Attribute @MainActor",
            "Keyword class",
            "Type Model",
            "Type ObservableObject",
            "Keyword var",
            "String #\"a \"b\" c\"#",
            "Keyword func",
            "Function load",
            "Type Int",
            "Keyword async",
            "Type String",
            "Constant nil",
            "Attribute #if",
            "String \"\"\"",
            "String   more \"text\"",
            "String   \"\"\"",
        ],
    );
}

#[test]
fn scripts_of_the_web() {
    let text = "import { a } from './a';\nexport async function load(x) {\n  return `a ${x}` + /[/'\"]+/g.test(x) / 2 && true;\n}\n// done";
    for path in ["a.js", "a.tsx", "a.mjs"] {
        has(
            path,
            text,
            &[
                "Keyword import",
                "Keyword from",
                "String './a'",
                "Keyword function",
                "Function load",
                "String `a ${x}`",
                "String /[/'\"]+/g",
                "Function test",
                "Number 2",
                "Constant true",
                "Comment // done",
            ],
        );
    }
    has(
        "a.ts",
        "interface A { name: string; readonly at?: Date }",
        &["Keyword interface", "Type A", "Property name", "Type string", "Keyword readonly", "Type Date"],
    );
}

#[test]
fn python() {
    let text = "@cached\ndef f(self, x: int = 1) -> None:\n    \"\"\"Docs\n    more\"\"\"\n    return len(x) if x else 'none'  # why\n";
    has(
        "a.py",
        text,
        &[
            "Attribute @cached",
            "Keyword def",
            "Function f",
            "Constant self",
            "Type int",
            "Number 1",
            "Constant None",
            "String \"\"\"Docs",
            "String     more\"\"\"",
            "Keyword return",
            "Function len",
            "String 'none'",
            "Comment # why",
        ],
    );
    has("tool", "#!/usr/bin/env python3\nimport os", &["Comment #!/usr/bin/env python3", "Keyword import"]);
}

#[test]
fn other_languages_with_braces() {
    has(
        "a.go",
        "func (s *Server) Run(ctx context.Context) error { return nil // x\n}\nvar s = `raw\n\\`",
        &[
            "Keyword func",
            "Type Server",
            "Function Run",
            "Type Context",
            "Type error",
            "Keyword return",
            "Constant nil",
            "Comment // x",
            "Keyword var",
            "String `raw",
            "String \\`",
        ],
    );
    has(
        "a.cpp",
        "#include <vector>\n#define MAX 10\nstd::vector<int> v = { 'a', \"b\" }; auto n = nullptr;",
        &[
            "Attribute #include",
            "String <vector>",
            "Attribute #define",
            "Constant MAX",
            "Number 10",
            "Type int",
            "String 'a'",
            "String \"b\"",
            "Keyword auto",
            "Constant nullptr",
        ],
    );
    has(
        "A.java",
        "@Override public String name() { return this.name + \"x\"; }",
        &[
            "Attribute @Override",
            "Keyword public",
            "Type String",
            "Function name",
            "Keyword return",
            "Property name",
            "String \"x\"",
        ],
    );
}

#[test]
fn ruby_and_shell() {
    has(
        "a.rb",
        "class A < B\n  def ok?(x)\n    @name = :sym if x =~ /a.b/ # no\n    puts <<~TEXT\n      don't\n    TEXT\n    nil\n",
        &[
            "Keyword class",
            "Type A",
            "Type B",
            "Keyword def",
            "Function ok?",
            "Variable @name",
            "Constant :sym",
            "Keyword if",
            "String /a.b/",
            "Comment # no",
            "String       don't",
            "Constant nil",
        ],
    );
    has(
        "run.sh",
        "#!/bin/bash\nNAME=x # c\nif [ -n \"a $NAME b\" ]; then\n  cat <<EOF | sort\nit's\nEOF\n  echo ${#NAME} 'plain'\nfi",
        &[
            "Comment #!/bin/bash",
            "Variable NAME",
            "Comment # c",
            "Keyword if",
            "String \"a ",
            "Variable $NAME",
            "String  b\"",
            "Keyword then",
            "Function cat",
            "Function sort",
            "String it's",
            "Function echo",
            "Variable ${#NAME}",
            "String 'plain'",
            "Keyword fi",
        ],
    );
}

#[test]
fn data() {
    has(
        "a.json",
        "{\"key\": [1, -2.5e3, \"text\", true, null]} // c",
        &[
            "Property \"key\"",
            "Number 1",
            "Number 2.5e3",
            "String \"text\"",
            "Constant true",
            "Constant null",
            "Comment // c",
        ],
    );
    has(
        "Cargo.toml",
        "# c\n[package]\nname = \"x\" # y\nversion.workspace = true\nlist = [\"a\", 1]\ntext = \"\"\"\nmore = 1\n\"\"\"\nlast = 2024-01-01",
        &[
            "Comment # c",
            "Heading [package]",
            "Property name",
            "String \"x\"",
            "Comment # y",
            "Property version.workspace",
            "Constant true",
            "Property list",
            "String \"a\"",
            "Number 1",
            "Property text",
            "String more = 1",
            "Property last",
            "Number 2024-01-01",
        ],
    );
    has(
        "a.yml",
        "---\nname: value # c\nlist:\n  - key: \"a: b\"\n    on: true\nrun: |\n  echo 'x: y'\n  # text\nnext: *anchor\nport: 80",
        &[
            "Heading ---",
            "Property name",
            "Comment # c",
            "Property list",
            "Property key",
            "String \"a: b\"",
            "Constant true",
            "Property run",
            "String echo 'x: y'",
            "String # text",
            "Property next",
            "Attribute *anchor",
            "Property port",
            "Number 80",
        ],
    );
}

#[test]
fn markup_and_style() {
    let html =
        "<!-- c --><div class=\"a\" hidden>x &amp; y</div><style>p { color: #fff; }</style><script>let x = 1;</script>";
    has(
        "a.html",
        html,
        &[
            "Comment <!-- c -->",
            "Tag div",
            "Property class",
            "String \"a\"",
            "Property hidden",
            "Constant &amp;",
            "Tag div",
            "Tag style",
            "Tag p",
            "Property color",
            "Constant #fff",
            "Tag script",
            "Keyword let",
            "Number 1",
            "Tag script",
        ],
    );
    has(
        "a.css",
        "/* c */ @media (min-width: 10px) { .a:hover, #b { margin: 0 1.5em !important; --x: url(http://h); } }",
        &[
            "Comment /* c */",
            "Keyword @media",
            "Number 10px",
            "Type .a",
            "Type #b",
            "Property margin",
            "Number 0",
            "Number 1.5em",
            "Keyword !important",
            "Variable --x",
            "Function url",
        ],
    );
    let markdown =
        "---\ntitle: x\n---\n# Head\n- a `code` and **bold** [link](https://x.y)\n```rust\nlet x = 1;\n```\n> said";
    has(
        "README.md",
        markdown,
        &[
            "Property title",
            "Heading # Head",
            "Code `code`",
            "Emphasis **bold**",
            "Link ](https://x.y)",
            "Keyword let",
            "Number 1",
        ],
    );
}

#[test]
fn a_piece_out_of_the_middle_is_coloured_too() {
    has(
        "a.rs",
        " * the rest of a comment\n */\nlet x = 1;",
        &["Comment  * the rest of a comment", "Comment  */", "Keyword let"],
    );
    // No end of a comment, though it looks like one.
    has("a.rs", "let glob = \"**/*.rs\";\nlet y = 1;", &["Keyword let", "String \"**/*.rs\"", "Keyword let"]);
    has("a.rs", "    } else {\n        call(\"x\")\n", &["Keyword else", "Function call", "String \"x\""]);
    has("a.json", "  \"b\": 2,\n", &["Property \"b\"", "Number 2"]);
}

#[test]
fn ends_of_lines_stay_uncoloured_and_unknown_files_plain() {
    let lines = highlight("a.rs", "// c\r\nlet\r\n");
    assert_eq!((lines[0].spans[0].end, lines[1].spans[0].end, lines[2].spans.len()), (4, 3, 0));
    assert!(parts("a.unknown", "let x = 1").is_empty());
    assert!(parts("LICENSE", "The \"Software\"").is_empty());
}
