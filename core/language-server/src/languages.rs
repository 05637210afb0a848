//! Which server speaks which language.

use std::{
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

/// A language and the servers for it, the best first.
#[derive(Debug)]
pub(crate) struct Language {
    /// As the protocol names it.
    pub(crate) id: &'static str,
    endings: &'static [&'static str],
    commands: &'static [&'static [&'static str]],
}

const TYPESCRIPT: &[&[&str]] = &[&["typescript-language-server", "--stdio"], &["vtsls", "--stdio"]];

const LANGUAGES: &[Language] = &[
    Language { id: "rust", endings: &["rs"], commands: &[&["rust-analyzer"]] },
    Language {
        id: "python",
        endings: &["py", "pyi"],
        commands: &[
            &["basedpyright-langserver", "--stdio"],
            &["pyright-langserver", "--stdio"],
            &["jedi-language-server"],
            &["pylsp"],
        ],
    },
    Language { id: "typescript", endings: &["ts", "mts", "cts"], commands: TYPESCRIPT },
    Language { id: "typescriptreact", endings: &["tsx"], commands: TYPESCRIPT },
    Language { id: "javascript", endings: &["js", "mjs", "cjs"], commands: TYPESCRIPT },
    Language { id: "javascriptreact", endings: &["jsx"], commands: TYPESCRIPT },
    Language { id: "go", endings: &["go"], commands: &[&["gopls"]] },
    Language { id: "c", endings: &["c", "h"], commands: &[&["clangd"]] },
    Language { id: "cpp", endings: &["cc", "cpp", "cxx", "hh", "hpp", "hxx"], commands: &[&["clangd"]] },
    Language { id: "swift", endings: &["swift"], commands: &[&["sourcekit-lsp"]] },
    Language { id: "java", endings: &["java"], commands: &[&["jdtls"]] },
    Language { id: "ruby", endings: &["rb"], commands: &[&["ruby-lsp"], &["solargraph", "stdio"]] },
    Language {
        id: "php",
        endings: &["php"],
        commands: &[&["intelephense", "--stdio"], &["phpactor", "language-server"]],
    },
    Language { id: "lua", endings: &["lua"], commands: &[&["lua-language-server"]] },
    Language { id: "zig", endings: &["zig"], commands: &[&["zls"]] },
    Language { id: "shellscript", endings: &["sh", "bash"], commands: &[&["bash-language-server", "start"]] },
];

/// A server that is installed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Command {
    pub(crate) program: PathBuf,
    pub(crate) arguments: &'static [&'static str],
}

/// The language of a file, by its ending.
pub(crate) fn of(path: &Path) -> Option<&'static Language> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    LANGUAGES.iter().find(|language| language.endings.contains(&ending.as_str()))
}

impl Language {
    /// The names of the servers, for a person who is to install one.
    pub(crate) fn servers(&self) -> String {
        let names: Vec<_> = self.commands.iter().filter_map(|command| command.first().copied()).collect();
        names.join(" or ")
    }

    /// The first server that is in one of these folders. What lies in the project is not taken: a project must not bring
    /// the program along that is run for it.
    pub(crate) fn installed(&self, folders: &[PathBuf], project: &Path) -> Option<Command> {
        self.commands.iter().find_map(|command| {
            let (name, arguments) = command.split_first()?;
            let found = folders.iter().filter(|folder| folder.is_absolute()).map(|folder| folder.join(name));
            let mut found = found.filter(|path| is_program(path) && !is_beneath(path, project));
            found.next().map(|program| Command { program, arguments })
        })
    }
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// Whether a program lies in the project, by its own path or behind a link.
fn is_beneath(path: &Path, project: &Path) -> bool {
    path.starts_with(project) || path.canonicalize().is_ok_and(|real| real.starts_with(project))
}
