//! `@path` in a prompt: files and folders of the project that its writer wants the model to have before it.
//!
//! Only what lies in the project is taken, and nothing that may hold keys: the folder is opened as agents get it. What is
//! too long, or no text, is named with the reason; the agent can look at it by itself.

use std::{fmt::Write as _, path::Path};

use atelier_workspace::{AccessError, EntryKind, Folder, RelativePath};

use crate::imports::{imports, is_surely_a_path};

/// The longest file that is taken, and all of them together, in bytes.
const MAX_FILE: u64 = 64 << 10;
const MAX_ALL: usize = 256 << 10;

/// Most files and folders, and most names of a folder's entries.
const MAX_MENTIONS: usize = 20;
const MAX_ENTRIES: usize = 500;

/// The prompt as it was typed, and beneath it what it mentions; the same prompt where it mentions nothing that there is.
pub fn with_mentions(project: &Path, prompt: &str) -> String {
    let mentioned = imports(prompt);
    if mentioned.is_empty() {
        return prompt.to_owned();
    }
    // Without its folder, the turn itself says what is wrong.
    let Ok(folder) = Folder::open(project) else { return prompt.to_owned() };
    let mut text = prompt.to_owned();
    for path in mentioned.iter().take(MAX_MENTIONS) {
        match taken(&folder, path) {
            Ok(Some(block)) if text.len() - prompt.len() + block.len() <= MAX_ALL => text += &block,
            Ok(Some(_)) => not_taken(&mut text, path, "the files before it are long enough together"),
            Ok(None) => {}
            // A name may as well be a person's, or a package's.
            Err(AccessError::NotFound { .. }) if !is_surely_a_path(path) => {}
            Err(error) => not_taken(&mut text, path, &error.to_string()),
        }
    }
    text
}

/// What stands in the prompt for a path; none for what is neither a file nor a folder.
fn taken(folder: &Folder, named: &str) -> Result<Option<String>, AccessError> {
    let path = folder.locate(named)?;
    let Some(entry) = folder.look(&path)? else { return Err(AccessError::NotFound { path: path.to_string() }) };
    match entry.kind {
        EntryKind::File => file(folder, &path).map(Some),
        EntryKind::Folder => listing(folder, &path).map(Some),
        EntryKind::Link | EntryKind::Other => Ok(None),
    }
}

fn file(folder: &Folder, path: &RelativePath) -> Result<String, AccessError> {
    let bytes = folder.read(path, MAX_FILE)?.bytes;
    Ok(match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => format!("\n\nThe file {path}:\n{}", fenced(&text)),
        _ => format!("\n\n(The file {path} is no text and was left out.)"),
    })
}

fn listing(folder: &Folder, path: &RelativePath) -> Result<String, AccessError> {
    let entries = folder.list_followed(path, MAX_ENTRIES)?;
    let name = |entry: &atelier_workspace::Listed| {
        format!("{}{}\n", entry.name.to_string_lossy(), if entry.is_folder { "/" } else { "" })
    };
    let names: String = entries.iter().map(name).collect();
    Ok(format!("\n\nThe folder {path}:\n{}", fenced(&names)))
}

/// In marks that do not stand in the text themselves.
fn fenced(text: &str) -> String {
    let longest = text.split(|sign| sign != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}\n{text}{end}{fence}")
}

fn not_taken(text: &mut String, path: &str, reason: &str) {
    // Writing to a string does not fail.
    let _ = write!(text, "\n\n(@{path} was left out: {reason})");
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    fn project() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("project/src/deep")).unwrap();
        let project = folder.path().join("project");
        fs::write(folder.path().join("outside.txt"), "outside").unwrap();
        fs::write(project.join("src/lib.rs"), "fn main() {}").unwrap();
        fs::write(project.join("notes.md"), "a ``` b\n").unwrap();
        fs::write(project.join("picture.png"), b"\x89PNG\0\xff").unwrap();
        fs::write(project.join(".env"), "KEY=planted").unwrap();
        fs::write(project.join("big.txt"), "x".repeat(100 << 10)).unwrap();
        symlink("../outside.txt", project.join("out.txt")).unwrap();
        folder
    }

    fn beneath(prompt: &str) -> String {
        let folder = project();
        let whole = with_mentions(&folder.path().join("project"), prompt);
        whole.strip_prefix(prompt).expect("what was typed comes first").to_owned()
    }

    #[test]
    fn files_and_folders_stand_beneath_what_was_typed_each_once() {
        let text = beneath("Compare @src/lib.rs with @notes.md, and @src/lib.rs again.");
        assert_eq!(text, "\n\nThe file src/lib.rs:\n```\nfn main() {}\n```\n\nThe file notes.md:\n````\na ``` b\n````");
        assert_eq!(beneath("What is in @src"), "\n\nThe folder src:\n```\ndeep/\nlib.rs\n```");
    }

    #[test]
    fn what_is_no_file_of_the_project_is_left_as_it_was_typed() {
        for prompt in ["ask @ada about it", "mail ada@example.org", "`@src/lib.rs`", "no mention", "@types/node"] {
            assert_eq!(beneath(prompt), "", "{prompt}");
        }
    }

    #[test]
    fn what_may_not_or_can_not_be_taken_is_named_and_never_there() {
        for prompt in ["@.env", "@../outside.txt", "@out.txt", "@big.txt", "@picture.png", "@missing.rs"] {
            let text = beneath(prompt);
            assert!(text.contains("left out"), "{prompt}: {text}");
            let inside = text.contains("planted") || text.contains("\noutside") || text.contains("xxx");
            assert!(!inside, "{prompt}: {text}");
        }
    }

    #[test]
    fn there_is_an_end_to_what_a_prompt_carries() {
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<_> = (0..10).map(|at| format!("file{at}.txt")).collect();
        for name in &names {
            fs::write(folder.path().join(name), "y".repeat(60 << 10)).unwrap();
        }
        let prompt = names.iter().map(|name| format!("@{name}")).collect::<Vec<_>>().join(" ");
        let whole = with_mentions(folder.path(), &prompt);
        assert!(whole.len() < MAX_ALL + 4096 && whole.contains("(@file9.txt was left out: "), "{}", whole.len());
    }
}
