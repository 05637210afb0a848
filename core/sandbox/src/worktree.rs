//! The repository behind a linked worktree: `git commit` in such a project writes there.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The repository's own folder (`…/.git`) if the project is a linked worktree of it.
///
/// The file `.git` in a project may say anything, for instance another project's repository. So the repository must
/// name this project as its worktree in turn, which only git writes there.
pub(crate) fn repository_of(project: &Path) -> Option<PathBuf> {
    let marker = project.join(".git");
    let text = fs::read_to_string(&marker).ok()?;
    let entry = project.join(text.strip_prefix("gitdir: ")?.trim_end()).canonicalize().ok()?;
    let named = fs::read_to_string(entry.join("gitdir")).ok()?;
    if Path::new(named.trim_end()).canonicalize().ok()? != marker.canonicalize().ok()? {
        return None;
    }
    let common = fs::read_to_string(entry.join("commondir")).ok()?;
    let common = entry.join(common.trim_end()).canonicalize().ok()?;
    entry.starts_with(common.join("worktrees")).then_some(common)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_counts_only_if_it_names_the_worktree() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let (work, entry) = (root.join("work"), root.join("main/.git/worktrees/work"));
        fs::create_dir_all(&entry).unwrap();
        fs::create_dir(&work).unwrap();
        let write = |path: PathBuf, text: String| fs::write(path, text).unwrap();
        write(work.join(".git"), format!("gitdir: {}\n", entry.display()));
        write(entry.join("commondir"), "../..\n".to_owned());
        write(entry.join("gitdir"), format!("{}\n", work.join(".git").display()));
        assert_eq!(repository_of(&work), Some(root.join("main/.git")));
        let liar = root.join("liar");
        fs::create_dir(&liar).unwrap();
        write(liar.join(".git"), format!("gitdir: {}\n", entry.display()));
        assert_eq!(repository_of(&liar), None);
        // Nor does a repository that leads elsewhere.
        write(entry.join("commondir"), "../../../../other\n".to_owned());
        fs::create_dir(root.join("other")).unwrap();
        assert_eq!(repository_of(&work), None);
        assert_eq!(repository_of(&root.join("main")), None);
    }
}
