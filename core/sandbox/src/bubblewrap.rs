//! Namespaces, made by the program `bwrap`: what a command may not write is mounted read-only, what it may not read is
//! covered, and processes and network are its own.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use crate::{Policy, policy::is_beneath_any};

/// Where the program is looked for: not in `PATH`, which may hold folders that a command can write in.
pub(crate) const PROGRAMS: [&str; 3] = ["/usr/bin/bwrap", "/usr/local/bin/bwrap", "/run/current-system/sw/bin/bwrap"];

/// What of `/run` programs need. The rest is hidden: sockets there give away the whole machine.
pub(crate) const KEPT_OF_RUN: [&str; 6] = [
    "/run/current-system",
    "/run/opengl-driver",
    "/run/systemd/resolve",
    "/run/NetworkManager/resolv.conf",
    "/run/resolvconf",
    "/run/wrappers",
];

/// Folders that the command has its own of.
const REPLACED: [&str; 5] = ["/dev", "/proc", "/run", "/tmp", "/var/tmp"];

/// The arguments before the command, for a resolved policy. `disable` holds what this version of the program takes
/// against namespaces within namespaces.
pub(crate) fn arguments(policy: &Policy, disable: &[&str], folder: &Path) -> Vec<OsString> {
    let mut arguments = Arguments::default();
    arguments.words(["--unshare-user", "--unshare-pid", "--unshare-ipc", "--cap-drop", "ALL"]);
    // Out of reach of our terminal, and of what we send our process group.
    arguments.words(["--new-session", "--die-with-parent"]);
    arguments.words(disable);
    if !policy.network {
        arguments.words(["--unshare-net"]);
    }
    arguments.words(["--ro-bind", "/", "/", "--dev", "/dev", "--dev-bind", "/dev/null", "/dev/tty"]);
    arguments.words(["--proc", "/proc", "--tmpfs", "/run"]);
    for kept in KEPT_OF_RUN {
        arguments.words(["--ro-bind-try", kept, kept]);
    }
    for replaced in ["/tmp", "/var/tmp"].map(Path::new) {
        if replaced.symlink_metadata().is_ok_and(|found| found.is_dir()) {
            arguments.mount("--bind", &policy.temp, replaced);
        }
    }
    let plan = plan(policy);
    for (path, view) in &plan {
        arguments.view(path, *view);
    }
    // Only now, as mounts inside needed a place there.
    for (path, _) in plan.iter().filter(|(_, view)| matches!(view, View::Covered { .. })) {
        arguments.words(["--remount-ro".as_ref(), path.as_os_str()]);
    }
    arguments.words(["--chdir".as_ref(), folder.as_os_str()]);
    arguments.words(["--"]);
    arguments.0
}

/// Where something is mounted for a resolved policy, besides what is the same for every command.
pub(crate) fn mounted(policy: &Policy) -> Vec<PathBuf> {
    plan(policy).into_iter().map(|(path, _)| path).collect()
}

/// How a path is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Writable,
    ReadOnly,
    /// An empty folder. One that holds something to be reached can be walked through.
    Covered {
        passable: bool,
    },
    /// A file that can't be opened.
    Blank,
}

/// What is mounted, in order: a path comes after its parents.
fn plan(policy: &Policy) -> Vec<(PathBuf, View)> {
    let mut plan: Vec<(PathBuf, View)> = policy.writable.iter().map(|path| (path.clone(), View::Writable)).collect();
    for path in &policy.read_only {
        // A folder above could be renamed and made anew, unless something is mounted there.
        let above = path.ancestors().skip(1).take_while(|above| !policy.writable.iter().any(|root| root == above));
        plan.extend(above.filter(|above| is_plain(above)).map(|above| (above.to_owned(), View::Writable)));
        if is_plain(path) {
            plan.push((path.clone(), View::ReadOnly));
        }
    }
    for path in &policy.unreadable {
        let gone = is_beneath_any(path, &REPLACED.map(PathBuf::from)) && !is_beneath_any(path, &policy.writable);
        if gone {
            continue;
        }
        let passable = policy.writable.iter().any(|root| root.starts_with(path));
        plan.push((path.clone(), if path.is_dir() { View::Covered { passable } } else { View::Blank }));
    }
    plan.sort_by_key(|(path, _)| path.components().count());
    let mut seen = std::collections::BTreeSet::new();
    plan.retain(|(path, _)| seen.insert(path.clone()));
    plan
}

/// Whether something can be mounted there: it exists and is no link.
pub(crate) fn is_plain(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_dir() || found.is_file())
}

#[derive(Default)]
struct Arguments(Vec<OsString>);

impl Arguments {
    fn words(&mut self, words: impl IntoIterator<Item = impl AsRef<OsStr>>) {
        self.0.extend(words.into_iter().map(|word| word.as_ref().to_owned()));
    }

    fn mount(&mut self, how: &str, from: &Path, to: &Path) {
        self.words([how.as_ref(), from.as_os_str(), to.as_os_str()]);
    }

    fn view(&mut self, path: &Path, view: View) {
        match view {
            View::Writable => self.mount("--bind", path, path),
            View::ReadOnly => self.mount("--ro-bind", path, path),
            View::Covered { passable } => {
                let mode = if passable { "0111" } else { "0000" };
                self.words(["--perms", mode, "--tmpfs"]);
                self.words([path]);
            }
            // A device on a mount without devices can't be opened by anyone.
            View::Blank => self.mount("--ro-bind", Path::new("/dev/null"), path),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn parents_are_mounted_first_and_what_holds_protected_things_can_not_be_renamed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let project = root.join("data/project");
        for name in ["temp", "data/project/.git/hooks", "data/project/keys"] {
            fs::create_dir_all(root.join(name)).unwrap();
        }
        fs::write(project.join("keys.txt"), "").unwrap();
        let mut policy = Policy::of_project(&project, &root.join("temp"));
        policy.unreadable = vec![project.join("keys"), project.join("keys.txt"), root.join("data")];
        let plan = plan(&policy.resolved().unwrap());
        let view = |path: &str| plan.iter().find(|(found, _)| *found == root.join(path)).map(|(_, view)| *view);
        assert_eq!(view("data/project/.git"), Some(View::Writable));
        assert_eq!(view("data/project/.git/hooks"), Some(View::ReadOnly));
        assert_eq!(view("data/project/.git/config"), None);
        assert_eq!(view("data/project/keys"), Some(View::Covered { passable: false }));
        assert_eq!(view("data/project/keys.txt"), Some(View::Blank));
        let depths: Vec<_> = plan.iter().map(|(path, _)| path.components().count()).collect();
        assert!(depths.is_sorted());
    }

    #[test]
    fn the_network_is_shared_only_where_it_may_be_reached() {
        let temp = tempfile::tempdir().unwrap();
        let mut policy = Policy::of_project(temp.path(), temp.path()).resolved().unwrap();
        let unshared =
            |policy: &Policy| arguments(policy, &[], Path::new("/")).iter().any(|argument| argument == "--unshare-net");
        assert!(unshared(&policy));
        policy.network = true;
        assert!(!unshared(&policy));
    }
}
