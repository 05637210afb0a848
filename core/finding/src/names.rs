//! The search for file names of the runtime contract (§1.2): a substring, no ranking.

use std::collections::VecDeque;

use atelier_workspace::{EntryKind, Folder, RelativePath, address};
use serde::Serialize;

/// How many hits where nobody says, and at the most.
const DEFAULT_LIMIT: i64 = 60;
const MAX_LIMIT: i64 = 400;

/// How many entries of one folder are looked at, and how many folders wait; what is beyond is left out.
const MAX_ENTRIES: usize = 1_000_000;

/// Folders that are not looked into, whatever their case.
const LEFT_OUT: [&str; 10] =
    ["node_modules", ".git", "dist", "build", ".next", ".turbo", ".cache", "coverage", "tmp", "logs"];

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NameHits {
    /// Where it was looked for: absolute.
    pub root: String,
    /// How many files.
    pub count: usize,
    /// The files, folder by folder from the top, in each by name bytewise.
    pub files: Vec<NameHit>,
}

/// A file that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NameHit {
    /// Its name.
    pub name: String,
    /// Its path, absolute.
    pub path: String,
    /// Its path from where it was looked for.
    pub relative_path: String,
    /// What comes after the last dot of the name, in small letters; none where there is no dot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
}

/// Finds files whose name or path has the query in it, whatever its case; an empty query means all. Hidden files and
/// folders, links and what is usually built or downloaded are left out, and folders that can't be read. `limit` is brought
/// into 1 to 400; none means 60.
pub fn search_names(folder: &Folder, query: &str, limit: Option<i64>) -> NameHits {
    let query = query.trim().to_lowercase();
    let limit = usize::try_from(limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT)).unwrap_or_default();
    let mut files = Vec::new();
    let mut folders = VecDeque::from([RelativePath::root()]);
    'walk: while let Some(inner) = folders.pop_front() {
        for entry in folder.list(&inner, MAX_ENTRIES).unwrap_or_default() {
            let (name, Some(path)) = (entry.name.to_string_lossy(), inner.child(&entry.name)) else { continue };
            if name.starts_with('.') {
                continue;
            }
            match entry.kind {
                EntryKind::Folder if folders.len() < MAX_ENTRIES && !is_left_out(&name) => folders.push_back(path),
                EntryKind::File => {
                    files.extend(hit(folder, &name, &path, &query));
                    if files.len() == limit {
                        break 'walk;
                    }
                }
                _ => {}
            }
        }
    }
    NameHits { root: address(folder.path()), count: files.len(), files }
}

/// A limit as a query string has it: what is no number means the default, as none does.
pub fn parse_limit(text: &str) -> Option<i64> {
    let text = text.trim_start();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let digits = digits.get(..end).filter(|digits| !digits.is_empty())?;
    Some(sign * digits.parse().unwrap_or(i64::from(i32::MAX)))
}

fn is_left_out(name: &str) -> bool {
    LEFT_OUT.iter().any(|folder| folder.eq_ignore_ascii_case(name))
}

fn hit(folder: &Folder, name: &str, path: &RelativePath, query: &str) -> Option<NameHit> {
    let relative_path = path.address();
    if !name.to_lowercase().contains(query) && !relative_path.to_lowercase().contains(query) {
        return None;
    }
    Some(NameHit {
        name: name.to_owned(),
        path: folder.address_of(&relative_path),
        relative_path,
        extension: name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()),
    })
}
