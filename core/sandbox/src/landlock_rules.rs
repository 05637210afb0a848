//! What a thread of ours takes from itself, and so from the command that it starts: with Landlock the files, with
//! seccomp what neither Landlock nor namespaces cover.

use std::{fs, io, path::Path, path::PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, LandlockStatus, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreated, RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
};
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};
use seccompiler::BpfProgram;

use crate::{Backend, Policy, Sandbox, policy::is_beneath_any, seccomp};

/// The newest version of Landlock whose rights are asked for. An older kernel enforces what it knows.
const NEWEST: ABI = ABI::V9;

/// The devices a command needs. The others, terminals and disks among them, it does not get.
const DEVICES: [&str; 5] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"];

/// What a thread takes from itself.
pub(crate) struct Restriction {
    landlock: bool,
    files: Option<RulesetCreated>,
    filters: Vec<BpfProgram>,
}

impl Restriction {
    pub(crate) fn new(sandbox: &Sandbox, policy: &Policy) -> io::Result<Self> {
        let landlock = sandbox.backend() == Backend::Landlock;
        let files = match (landlock, policy.network) {
            (true, _) => Some(files(policy).map_err(unusable)?),
            // A network namespace has abstract sockets of its own, which the host's network has not.
            (false, true) if sandbox.landlock >= 6 => Some(abstract_sockets().map_err(unusable)?),
            (false, _) => None,
        };
        let filters = if landlock { seccomp::alone(policy.network) } else { seccomp::beside_namespaces() };
        Ok(Self { landlock, files, filters: filters.map_err(io::Error::other)? })
    }

    /// Takes it from this thread, for good.
    pub(crate) fn of_this_thread(self) -> io::Result<()> {
        if let Some(files) = self.files {
            let status = files.restrict_self().map_err(unusable)?;
            if status.ruleset == RulesetStatus::NotEnforced {
                return Err(io::Error::other("Landlock was not enforced"));
            }
        }
        self.filters.iter().try_for_each(|filter| seccompiler::apply_filter(filter)).map_err(io::Error::other)?;
        if self.landlock {
            // Root's rights reach past Landlock, into the memory of other programs for one. Nothing gives them back, for
            // a filter is only taken by a thread that can gain no rights.
            let none = CapabilitySet::empty();
            set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?;
        }
        Ok(())
    }
}

fn unusable(error: RulesetError) -> io::Error {
    io::Error::other(error)
}

/// The kernel's version of Landlock, as far as it is known here; 0 without it.
pub(crate) fn version() -> u8 {
    // Only a thread that restricts itself is told.
    let asked = std::thread::spawn(|| Ok::<_, RulesetError>(abstract_sockets()?.restrict_self()?.landlock));
    match asked.join() {
        Ok(Ok(LandlockStatus::Available { effective_abi, .. })) => effective_abi as u8,
        _ => 0,
    }
}

/// Only what namespaces leave open where the network is shared.
fn abstract_sockets() -> Result<RulesetCreated, RulesetError> {
    Ruleset::default().scope(Scope::AbstractUnixSocket)?.create()
}

fn files(policy: &Policy) -> Result<RulesetCreated, RulesetError> {
    let mut rules = Ruleset::default().handle_access(AccessFs::from_all(NEWEST))?.scope(Scope::from_all(NEWEST))?;
    if !policy.network {
        rules = rules.handle_access(AccessNet::from_all(NEWEST))?;
    }
    let mut rules = rules.create()?;
    let mut allow = |path: &Path, rights: BitFlags<AccessFs>| add(&mut rules, path, rights);
    // Names may be listed everywhere: what is forbidden is what stands in files.
    allow(Path::new("/"), AccessFs::ReadDir.into())?;
    let mut closed = policy.unreadable.clone();
    closed.push("/dev".into());
    around(Path::new("/"), &closed, &mut |path| allow(path, AccessFs::ReadFile | AccessFs::Execute))?;
    for device in DEVICES {
        allow(Path::new(device), AccessFs::ReadFile | AccessFs::WriteFile | AccessFs::Truncate)?;
    }
    let devices = AccessFs::MakeChar | AccessFs::MakeBlock;
    for folder in &policy.writable {
        around(folder, &policy.unreadable, &mut |path| allow(path, AccessFs::from_all(NEWEST) & !devices))?;
    }
    Ok(rules)
}

fn add(rules: &mut RulesetCreated, path: &Path, rights: BitFlags<AccessFs>) -> Result<(), RulesetError> {
    // What can't be opened, perhaps because it has just gone, is not allowed: that is the safe side.
    let (Ok(opened), Ok(found)) = (PathFd::new(path), path.symlink_metadata()) else { return Ok(()) };
    let rights = if found.is_dir() { rights } else { rights & AccessFs::from_file(NEWEST) };
    if !rights.is_empty() {
        rules.add_rule(PathBeneath::new(opened, rights))?;
    }
    Ok(())
}

/// Grants a folder with all that is in it; where that would be too much, its entries, but not what is closed.
fn around(
    path: &Path,
    closed: &[PathBuf],
    grant: &mut impl FnMut(&Path) -> Result<(), RulesetError>,
) -> Result<(), RulesetError> {
    if is_beneath_any(path, closed) {
        return Ok(());
    }
    if !closed.iter().any(|closed| closed.starts_with(path)) {
        return grant(path);
    }
    let Ok(entries) = fs::read_dir(path) else { return Ok(()) };
    for entry in entries.flatten() {
        // A link grants nothing: where it leads is looked at under its own name.
        if entry.file_type().is_ok_and(|kind| !kind.is_symlink()) {
            around(&entry.path(), closed, grant)?;
        }
    }
    Ok(())
}
