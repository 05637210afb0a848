//! Files in conflict: what each side did, its three versions, and settling it.

use std::{collections::BTreeMap, ffi::OsString, io::Write as _};

use atelier_workspace::{RelativePath, Standing};
use serde::Serialize;
use tempfile::NamedTempFile;

use crate::{
    ConflictedFile, Discarded, GitError, OperationState, Repository,
    changed::SUBMODULE,
    discard::persons_folder,
    paths::{named, shown},
    repository::literal,
};

/// How much of git's answer is read, in bytes.
const MAX_LISTED: usize = 64 << 20;

/// How much of a version is shown, in bytes.
const MAX_VERSION: usize = 1 << 20;

/// How large a file is searched for marks, in bytes.
const MAX_MARKED: u64 = 64 << 20;

/// What the two sides did to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ConflictKind {
    /// `DD`: both have deleted it, for instance by renaming it to different names.
    BothDeleted,
    /// `AU`: we have added it, the other side something that gets in its way.
    AddedByUs,
    /// `UD`: the other side has deleted what we have changed.
    DeletedByThem,
    /// `UA`: the other side has added it.
    AddedByThem,
    /// `DU`: we have deleted what the other side has changed.
    DeletedByUs,
    /// `AA`: both have added it, with different contents.
    BothAdded,
    /// `UU`: both have changed it.
    BothModified,
}

impl ConflictKind {
    /// Git's two letters.
    pub(crate) fn from_codes(codes: &[u8]) -> Option<Self> {
        Some(match codes {
            b"DD" => Self::BothDeleted,
            b"AU" => Self::AddedByUs,
            b"UD" => Self::DeletedByThem,
            b"UA" => Self::AddedByThem,
            b"DU" => Self::DeletedByUs,
            b"AA" => Self::BothAdded,
            b"UU" => Self::BothModified,
            _ => return None,
        })
    }

    /// By which of the three versions there are: the common one, ours, theirs.
    fn from_versions(there: [bool; 3]) -> Option<Self> {
        Some(match there {
            [true, false, false] => Self::BothDeleted,
            [false, true, false] => Self::AddedByUs,
            [true, true, false] => Self::DeletedByThem,
            [false, false, true] => Self::AddedByThem,
            [true, false, true] => Self::DeletedByUs,
            [false, true, true] => Self::BothAdded,
            [true, true, true] => Self::BothModified,
            [false, false, false] => return None,
        })
    }
}

/// A file in conflict with its versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Conflict {
    /// The file, relative to the project.
    pub path: String,
    /// What each side did.
    pub kind: ConflictKind,
    /// The version that both began with; none where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<Version>,
    /// That of the branch that is checked out. In a rebase that is what one's own commits are moved onto.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ours: Option<Version>,
    /// That of what is brought in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theirs: Option<Version>,
}

/// One version of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// Its mode, as git writes it.
    pub mode: String,
    /// Git's name of its content.
    pub blob: String,
    /// The content, at most 1 MiB; none where it is no text, or a submodule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Whether there is more.
    pub cut: bool,
}

/// How a conflict is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// By our version; where we have deleted the file, it goes.
    Ours,
    /// By theirs.
    Theirs,
    /// By the file as it is now. Refused while it still has git's marks, unless they are meant.
    AsItIs {
        /// They are: the file is about conflicts.
        with_marks: bool,
    },
}

/// What of the index has the versions of files whose conflict is settled.
const REMEMBERED: &str = "--resolve-undo";

type Versions = [Option<(String, String)>; 3];

impl Repository {
    /// The files in conflict beneath the project, by path.
    pub fn conflicts(&self, stopped: &dyn Fn() -> bool) -> Result<Vec<ConflictedFile>, GitError> {
        let found = self.listed("--unmerged", &RelativePath::root(), stopped)?;
        let file = |(path, versions): (Vec<u8>, Versions)| {
            let kind = ConflictKind::from_versions(versions.each_ref().map(Option::is_some))?;
            Some(ConflictedFile { path: shown(&path), kind })
        };
        Ok(found.into_iter().filter_map(file).collect())
    }

    /// A file in conflict with its three versions.
    pub fn conflict(&self, path: &str, stopped: &dyn Fn() -> bool) -> Result<Conflict, GitError> {
        let versions = self.versions(path, stopped)?;
        let kind = ConflictKind::from_versions(versions.each_ref().map(Option::is_some));
        let kind = kind.ok_or(GitError::Nonsense { what: "conflict" })?;
        let mut read = versions
            .into_iter()
            .map(|version| version.map(|(mode, blob)| self.version(mode, blob, stopped)).transpose());
        let mut next = || read.next().transpose().map(Option::flatten);
        let (base, ours, theirs) = (next()?, next()?, next()?);
        Ok(Conflict { path: path.to_owned(), kind, base, ours, theirs })
    }

    /// Settles a conflict and stages the outcome. What the file was is kept first.
    pub fn settle(&self, path: &str, how: Settlement, stopped: &dyn Fn() -> bool) -> Result<Discarded, GitError> {
        let file = named(path)?;
        let versions = self.versions(path, stopped)?;
        let kept = self.kept(&file, stopped)?;
        let (side, wanted) = match how {
            Settlement::Ours => ("--ours", &versions[1]),
            Settlement::Theirs => ("--theirs", &versions[2]),
            Settlement::AsItIs { with_marks } => {
                if !with_marks && self.has_marks(&file) {
                    return Err(GitError::StillMarked { path: path.to_owned() });
                }
                self.command(&["add", "--all", "--"], &file, stopped)?;
                return Ok(self.left(kept));
            }
        };
        if wanted.is_some() {
            self.command(&["checkout", side, "--"], &file, stopped)?;
            self.command(&["add", "--"], &file, stopped)?;
        } else {
            self.command(&["rm", "--quiet", "--force", "--"], &file, stopped)?;
        }
        Ok(self.left(kept))
    }

    /// Makes a settled file one in conflict again, with git's marks, as long as what led to the conflict is under way. What
    /// the file is now is kept first.
    pub fn unsettle(&self, path: &str, stopped: &dyn Fn() -> bool) -> Result<Discarded, GitError> {
        let file = named(path)?;
        let held = self.held(stopped)?;
        let state = held.operation_state(stopped)?;
        if !held.settled(&state, stopped)?.iter().any(|settled| settled == path) {
            return Err(GitError::NotSettled { path: path.to_owned() });
        }
        let versions = held.versions_in(REMEMBERED, &file, stopped)?.unwrap_or_default();
        let kept = held.kept(&file, stopped)?;
        held.put_versions(&file, &versions, stopped)?;
        let [_, ours, theirs] = &versions;
        let is_submodule = versions.iter().flatten().any(|(mode, _)| mode == SUBMODULE);
        match (ours, theirs) {
            _ if is_submodule => {}
            (Some(_), Some(_)) => held.command(&["checkout", "--merge", "--"], &file, stopped)?,
            (Some(_), None) => held.command(&["checkout", "--ours", "--"], &file, stopped)?,
            (None, Some(_)) => held.command(&["checkout", "--theirs", "--"], &file, stopped)?,
            (None, None) => {}
        }
        Ok(held.left(kept))
    }

    /// What was in conflict and is settled, by path. Git remembers that for longer than what led to it is under way.
    pub(crate) fn settled(&self, state: &OperationState, stopped: &dyn Fn() -> bool) -> Result<Vec<String>, GitError> {
        if matches!(state, OperationState::Clean | OperationState::Bisecting) {
            return Ok(Vec::new());
        }
        let root = RelativePath::root();
        let mut remembered = self.listed(REMEMBERED, &root, stopped)?;
        if !remembered.is_empty() {
            for path in self.listed("--unmerged", &root, stopped)?.keys() {
                remembered.remove(path);
            }
        }
        Ok(remembered.keys().map(|path| shown(path)).collect())
    }

    /// Keeps a file as it is.
    fn kept(&self, file: &RelativePath, stopped: &dyn Fn() -> bool) -> Result<Discarded, GitError> {
        if let Standing::Folder { .. } = self.standing(file)? {
            // A submodule; its commit is all that counts.
            let path = shown(file.as_path().as_os_str().as_encoded_bytes());
            return Ok(Discarded { path, blob: None, mode: None, left: None });
        }
        self.keep(std::slice::from_ref(file), stopped)?.pop().ok_or(GitError::Nonsense { what: "kept file" })
    }

    /// Makes a file in the index one in conflict between these versions.
    fn put_versions(
        &self,
        file: &RelativePath,
        versions: &Versions,
        stopped: &dyn Fn() -> bool,
    ) -> Result<(), GitError> {
        // Paths start at the top of the repository here. No mode takes out what is there.
        let mut path = self.prefix().into_bytes();
        path.extend(file.as_path().as_os_str().as_encoded_bytes());
        let entry = |start: &str| [start.as_bytes(), b"\t", &path, b"\0"].concat();
        let zeros = versions.iter().flatten().map(|(_, blob)| "0".repeat(blob.len())).next().unwrap_or_default();
        let mut entries = entry(&format!("0 {zeros}"));
        for (stage, version) in versions.iter().enumerate() {
            if let Some((mode, blob)) = version {
                entries.extend(entry(&format!("{mode} {blob} {}", stage + 1)));
            }
        }
        let mut input = NamedTempFile::new().map_err(GitError::Io)?;
        input.write_all(&entries).map_err(GitError::Io)?;
        self.with_input(input.path()).look(&["update-index", "-z", "--index-info"], stopped).map(drop)
    }

    fn command(&self, start: &[&str], file: &RelativePath, stopped: &dyn Fn() -> bool) -> Result<(), GitError> {
        let arguments: Vec<OsString> = start.iter().map(Into::into).chain([literal(file)]).collect();
        self.look(&arguments, stopped).map(drop)
    }

    fn versions(&self, path: &str, stopped: &dyn Fn() -> bool) -> Result<Versions, GitError> {
        let found = self.versions_in("--unmerged", &named(path)?, stopped)?;
        found.ok_or_else(|| GitError::NoConflict { path: path.to_owned() })
    }

    fn versions_in(
        &self,
        list: &str,
        file: &RelativePath,
        stopped: &dyn Fn() -> bool,
    ) -> Result<Option<Versions>, GitError> {
        Ok(self.listed(list, file, stopped)?.remove(file.as_path().as_os_str().as_encoded_bytes()))
    }

    /// What the index has of files in conflict, or [`REMEMBERED`] of those that were.
    fn listed(
        &self,
        list: &str,
        beneath: &RelativePath,
        stopped: &dyn Fn() -> bool,
    ) -> Result<BTreeMap<Vec<u8>, Versions>, GitError> {
        let arguments = ["ls-files", list, "-z", "--"].map(OsString::from).into_iter();
        let arguments: Vec<_> = arguments.chain([literal(beneath)]).collect();
        let ran = self.look_at_most(&arguments, MAX_LISTED, None, stopped)?;
        let nonsense = || GitError::Nonsense { what: "conflicts" };
        let mut found: BTreeMap<Vec<u8>, Versions> = BTreeMap::new();
        for entry in ran.output.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
            // `mode object stage TAB path`
            let at = memchr::memchr(b'\t', entry).ok_or_else(nonsense)?;
            let fields = String::from_utf8_lossy(&entry[..at]);
            let fields: Vec<&str> = fields.split(' ').collect();
            let [mode, blob, stage] = fields[..] else { return Err(nonsense()) };
            let place = stage.parse::<usize>().ok().and_then(|stage| stage.checked_sub(1)).ok_or_else(nonsense)?;
            let versions = found.entry(entry[at + 1..].to_owned()).or_default();
            *versions.get_mut(place).ok_or_else(nonsense)? = Some((mode.to_owned(), blob.to_owned()));
        }
        Ok(found)
    }

    fn version(&self, mode: String, blob: String, stopped: &dyn Fn() -> bool) -> Result<Version, GitError> {
        if mode == SUBMODULE {
            return Ok(Version { mode, blob, text: None, cut: false });
        }
        let ran = self.look_at_most(&["cat-file", "blob", &blob], MAX_VERSION, None, stopped)?;
        let text = (!ran.output.contains(&0)).then(|| String::from_utf8_lossy(&ran.output).into_owned());
        Ok(Version { mode, blob, text, cut: ran.cut })
    }

    /// Whether a file has lines as git leaves them in a conflict.
    fn has_marks(&self, file: &RelativePath) -> bool {
        let read = persons_folder(self.project()).and_then(|folder| folder.read(file, MAX_MARKED).ok());
        let Some(content) = read else { return false };
        let begins = |mark: &[u8]| content.bytes.split(|byte| *byte == b'\n').any(|line| line.starts_with(mark));
        begins(b"<<<<<<< ") && begins(b">>>>>>> ")
    }
}
