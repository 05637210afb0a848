//! What was found out about a repository: where it is, and which of its settings name programs. Asking git anew for every
//! command would cost as much as the command. It holds while none of the files that say so has changed, for a minute at most.

use std::{
    collections::HashMap,
    env,
    fs::Metadata,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use crate::{
    index_lock::{git_folder, small_file},
    settings::{Listed, Setting},
};

/// How long it holds even where no file has changed: a file that was not there may be one that we don't know of.
const HOLDS: Duration = Duration::from_mins(1);

/// How many folders are remembered.
const MAX_REMEMBERED: usize = 64;

/// A file that changed so shortly before it was read may change again and keep its times.
const SETTLED: Duration = Duration::from_secs(2);

/// What was found out.
#[derive(Debug)]
pub(crate) struct Known {
    /// The top of the working tree.
    pub(crate) top: PathBuf,
    /// Where git keeps what belongs to this working tree.
    pub(crate) git_folder: PathBuf,
    /// Where git keeps what all working trees share.
    pub(crate) common_folder: PathBuf,
    /// What of the repository's own settings names programs.
    pub(crate) programs: Vec<Setting>,
    /// Arguments that override them.
    pub(crate) tamed: Vec<String>,
}

/// By folder: when it was found out, what it rests on, and what it is.
type Remembered = HashMap<PathBuf, (Instant, Ground, Arc<Known>)>;

static REMEMBERED: LazyLock<Mutex<Remembered>> = LazyLock::new(Mutex::default);

/// What is known about a folder, if it still holds.
pub(crate) fn recalled(folder: &Path) -> Option<Arc<Known>> {
    let (found, ground, known) = remembered().get(folder).cloned()?;
    if found.elapsed() < HOLDS && ground.is_unchanged() {
        return Some(known);
    }
    remembered().remove(folder);
    None
}

/// Remembers it, if nothing has changed since before it was found out.
pub(crate) fn remember(folder: &Path, ground: Ground, known: Known) -> Option<Arc<Known>> {
    if !ground.is_unchanged() {
        return None;
    }
    let known = Arc::new(known);
    let mut remembered = remembered();
    if remembered.len() >= MAX_REMEMBERED {
        remembered.retain(|_, (found, ..)| found.elapsed() < HOLDS);
    }
    if remembered.len() < MAX_REMEMBERED {
        remembered.insert(folder.to_owned(), (Instant::now(), ground, Arc::clone(&known)));
    }
    Some(known)
}

fn remembered() -> MutexGuard<'static, Remembered> {
    // Nothing that holds this lock can panic half-way through a change.
    REMEMBERED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The files that decide where a repository is and what its settings are, as they are at a moment.
#[derive(Debug, Clone)]
pub(crate) struct Ground {
    git_folder: PathBuf,
    common_folder: PathBuf,
    since: SystemTime,
    places: Vec<(PathBuf, State)>,
    files: Vec<(PathBuf, State)>,
}

impl Ground {
    /// Of a folder in a working tree whose top has a `.git`; none where that leads nowhere.
    pub(crate) fn of(folder: &Path, top: &Path) -> Option<Self> {
        let since = SystemTime::now();
        let own = git_folder(top)?;
        let pointer = own.join("commondir");
        let common = small_file(&pointer).map_or_else(|| own.clone(), |text| own.join(text.trim()));
        let git = top.join(".git");
        // Of a folder only which one it is: it changes with every command.
        let mut places: Vec<_> =
            folder.ancestors().take_while(|above| *above != top).map(|above| above.join(".git")).collect();
        places.extend([own.clone(), common.clone(), own.join("HEAD")]);
        let mut files = vec![pointer, own.join("config.worktree"), common.join("config")];
        if git.is_dir() { &mut places } else { &mut files }.push(git);
        files.extend(outer_files());
        let with = |state: fn(&Path) -> State| {
            move |path: PathBuf| {
                let now = state(&path);
                (path, now)
            }
        };
        let places = places.into_iter().map(with(State::which)).collect();
        let files = files.into_iter().map(with(State::of)).collect();
        Some(Self { git_folder: own, common_folder: common, since, places, files })
    }

    /// Whether git says the same of where its folders are; both without links.
    pub(crate) fn has(&self, git_folder: &Path, common_folder: &Path) -> bool {
        let same = |ours: &Path, theirs: &Path| ours.canonicalize().is_ok_and(|ours| ours == theirs);
        same(&self.git_folder, git_folder) && same(&self.common_folder, common_folder)
    }

    /// Whether what the settings were can be known by their files, those included that git has read besides. What a file
    /// includes from others can't: that may depend on anything.
    pub(crate) fn may_hold(&mut self, listed: &Listed<'_>) -> bool {
        for file in &listed.outer_files {
            if !self.files.iter().any(|(known, _)| known == file) {
                self.files.push((file.clone(), State::of(file)));
            }
        }
        !listed.includes && self.is_settled()
    }

    fn is_unchanged(&self) -> bool {
        self.places.iter().all(|(path, state)| State::which(path) == *state)
            && self.files.iter().all(|(path, state)| State::of(path) == *state)
    }

    fn is_settled(&self) -> bool {
        let settled = |time: SystemTime| self.since.duration_since(time).is_ok_and(|age| age >= SETTLED);
        self.files.iter().flat_map(|(_, state)| &state.changed).all(|time| settled(*time))
    }
}

/// The user's settings, and the machine's where their place is known; there or not.
fn outer_files() -> Vec<PathBuf> {
    let place = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let mut files: Vec<PathBuf> = place("GIT_CONFIG_SYSTEM").into_iter().collect();
    if let Some(file) = place("GIT_CONFIG_GLOBAL") {
        files.push(file);
    } else {
        let home = place("HOME");
        files.extend(home.as_ref().map(|home| home.join(".gitconfig")));
        let settings = place("XDG_CONFIG_HOME").or_else(|| home.map(|home| home.join(".config")));
        files.extend(settings.map(|settings| settings.join("git/config")));
    }
    files
}

/// What stands at a path, and what a link there leads to: which it is, how large, and when it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    which: Vec<[u64; 4]>,
    sizes: Vec<u64>,
    changed: Vec<SystemTime>,
}

impl State {
    /// Which it is, whatever is in it.
    fn which(path: &Path) -> Self {
        Self { sizes: Vec::new(), changed: Vec::new(), ..Self::of(path) }
    }

    fn of(path: &Path) -> Self {
        let found: Vec<Metadata> = [path.symlink_metadata(), path.metadata()].into_iter().flatten().collect();
        let which = |file: &Metadata| [file.dev(), file.ino(), file.mode().into(), file.uid().into()];
        let times = |file: &Metadata| [time(file.ctime(), file.ctime_nsec()), time(file.mtime(), file.mtime_nsec())];
        Self {
            which: found.iter().map(which).collect(),
            sizes: found.iter().map(Metadata::len).collect(),
            changed: found.iter().flat_map(times).collect(),
        }
    }
}

fn time(seconds: i64, nanoseconds: i64) -> SystemTime {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let whole =
        if seconds < 0 { SystemTime::UNIX_EPOCH.checked_sub(whole) } else { SystemTime::UNIX_EPOCH.checked_add(whole) };
    let part = Duration::from_nanos(nanoseconds.unsigned_abs());
    // What is beyond all times never counts as settled.
    whole.and_then(|whole| whole.checked_add(part)).unwrap_or_else(|| SystemTime::now() + HOLDS)
}

#[cfg(test)]
mod tests {
    use std::{fs, process::Command};

    use super::*;

    /// A repository and a folder in it that is known.
    fn known() -> (tempfile::TempDir, PathBuf) {
        let outer = tempfile::tempdir().unwrap();
        let top = outer.path().canonicalize().unwrap();
        assert!(Command::new("git").args(["init", "-q"]).current_dir(&top).status().unwrap().success());
        let folder = top.join("sub/project");
        fs::create_dir_all(&folder).unwrap();
        let new = Ground::of(&folder, &top).unwrap().may_hold(&Listed::default());
        assert!(!new, "what is so new may change without a trace");
        remember_again(&folder, &top);
        (outer, folder)
    }

    fn remember_again(folder: &Path, top: &Path) {
        let git_folder = top.join(".git").canonicalize().unwrap();
        let mut ground = Ground::of(folder, top).unwrap();
        assert!(ground.has(&git_folder, &git_folder));
        ground.since += HOLDS;
        assert!(ground.may_hold(&Listed::default()));
        assert!(!ground.may_hold(&Listed::read("local\0file:x\0include.path\ny\0").unwrap()));
        let (top, common_folder) = (top.to_owned(), git_folder.clone());
        let known = Known { top, git_folder, common_folder, programs: Vec::new(), tamed: Vec::new() };
        assert!(remember(folder, ground, known).is_some());
    }

    #[test]
    fn what_is_known_holds_until_one_of_the_files_that_say_so_changes() {
        let (outer, folder) = known();
        let top = outer.path().canonicalize().unwrap();
        let git = top.join(".git");
        assert!(recalled(&folder).is_some());
        // What git does all the time changes nothing of it.
        fs::write(git.join("index.lock"), "").unwrap();
        fs::rename(git.join("index.lock"), git.join("index")).unwrap();
        assert!(recalled(&folder).is_some());
        let changes: [(&str, &dyn Fn()); 7] = [
            ("a setting", &|| fs::write(git.join("config"), "[core]\n\tfsmonitor = evil\n").unwrap()),
            ("no settings", &|| fs::remove_file(git.join("config")).unwrap()),
            ("a setting of the working tree", &|| fs::write(git.join("config.worktree"), "").unwrap()),
            ("git's folder is elsewhere", &|| fs::write(git.join("commondir"), ".").unwrap()),
            ("no HEAD", &|| fs::remove_file(git.join("HEAD")).unwrap()),
            ("a repository on the way", &|| fs::write(top.join("sub/.git"), "gitdir: x").unwrap()),
            ("a link", &|| {
                fs::rename(&git, top.join("moved")).unwrap();
                std::os::unix::fs::symlink("moved", &git).unwrap();
            }),
        ];
        for (name, change) in changes {
            change();
            assert!(recalled(&folder).is_none(), "{name}");
            assert!(recalled(&folder).is_none(), "{name}");
            remember_again(&folder, &top);
            assert!(recalled(&folder).is_some(), "{name}");
        }
    }

    #[test]
    fn what_has_changed_while_it_was_found_out_is_not_remembered() {
        let (outer, folder) = known();
        let top = outer.path().canonicalize().unwrap();
        let ground = Ground::of(&folder, &top).unwrap();
        fs::write(top.join(".git/config"), "").unwrap();
        let git = top.join(".git");
        let (git_folder, common_folder) = (git.clone(), git);
        let known = Known { top, git_folder, common_folder, programs: Vec::new(), tamed: Vec::new() };
        assert!(remember(&folder, ground, known).is_none());
        assert!(recalled(&folder).is_none());
    }

    #[test]
    fn a_place_that_leads_nowhere_has_no_ground() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Ground::of(folder.path(), folder.path()).is_none());
        fs::write(folder.path().join(".git"), "no pointer").unwrap();
        assert!(Ground::of(folder.path(), folder.path()).is_none());
    }
}
