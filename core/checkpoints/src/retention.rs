//! How much is kept and for how long.

use std::{
    collections::BTreeSet,
    fs, io,
    path::Path,
    time::{Duration, SystemTime},
};

use crate::{
    contents::{CONTENT, DRAFT},
    record::{Record, State},
    session::{self, AFTER, BEFORE},
};

/// How much is kept and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest file, in bytes. A larger one is not kept.
    pub max_file: u64,
    /// All files of one checkpoint together, in bytes. What comes after that is not kept.
    pub max_checkpoint: u64,
    /// All contents of a session, in bytes; the oldest checkpoints go to make room. No less than `max_checkpoint`.
    pub max_session: u64,
    /// How many checkpoints a session has; the oldest go.
    pub max_checkpoints: usize,
    /// After this time a checkpoint may go.
    pub max_age: Duration,
}

impl Default for Limits {
    /// 64 MiB a file, 256 MiB a checkpoint; 512 MiB and 1,000 checkpoints a session; 30 days.
    fn default() -> Self {
        Self {
            max_file: 64 << 20,
            max_checkpoint: 256 << 20,
            max_session: 512 << 20,
            max_checkpoints: 1_000,
            max_age: Duration::from_hours(30 * 24),
        }
    }
}

/// What is in a session's folder.
#[derive(Default)]
struct Inventory {
    /// The checkpoints with the times they were taken, the newest first.
    checkpoints: Vec<(u64, SystemTime)>,
    contents: Vec<(String, u64)>,
    drafts: Vec<String>,
}

/// Removes what is too old, and the oldest until there is room for one more checkpoint.
pub(crate) fn make_room(folder: &Path, limits: &Limits) -> io::Result<()> {
    let inventory = Inventory::of(folder)?;
    for draft in &inventory.drafts {
        remove(folder, draft)?;
    }
    let taken: u64 = inventory.contents.iter().map(|(_, size)| size).sum();
    let room = limits.max_session.saturating_sub(limits.max_checkpoint);
    let oldest = SystemTime::now().checked_sub(limits.max_age).unwrap_or(SystemTime::UNIX_EPOCH);
    let is_old = inventory.checkpoints.last().is_some_and(|(_, at)| *at < oldest);
    if !is_old && taken <= room && inventory.checkpoints.len() < limits.max_checkpoints {
        return Ok(());
    }
    let mut wanted = Wanted { inventory: &inventory, names: BTreeSet::new(), bytes: 0 };
    let mut full = false;
    for (count, (number, at)) in inventory.checkpoints.iter().enumerate() {
        full = full || count + 1 >= limits.max_checkpoints || *at < oldest || !wanted.add(folder, *number, room);
        if full {
            remove(folder, &session::file(*number, BEFORE))?;
            remove(folder, &session::file(*number, AFTER))?;
        }
    }
    for (name, _) in inventory.contents.iter().filter(|(name, _)| !wanted.names.contains(name)) {
        remove(folder, name)?;
    }
    Ok(())
}

/// The contents that the checkpoints which stay need.
struct Wanted<'a> {
    inventory: &'a Inventory,
    names: BTreeSet<String>,
    bytes: u64,
}

impl Wanted<'_> {
    /// Takes in what a checkpoint needs, if there is room for it.
    fn add(&mut self, folder: &Path, number: u64, room: u64) -> bool {
        let Ok(record) = session::load::<Record>(folder, number, BEFORE) else { return false };
        let names: BTreeSet<_> = record
            .touched
            .iter()
            .flat_map(|touched| &touched.stood)
            .filter_map(|(_, state)| match state {
                State::File { content, .. } => Some(content.file_name()),
                _ => None,
            })
            .collect();
        let size =
            |name: &String| self.inventory.contents.iter().find(|(known, _)| known == name).map_or(0, |(_, s)| *s);
        let more: u64 = names.difference(&self.names).map(size).sum();
        if self.bytes + more > room {
            return false;
        }
        self.bytes += more;
        self.names.extend(names);
        true
    }
}

impl Inventory {
    fn of(folder: &Path) -> io::Result<Self> {
        let mut inventory = Self::default();
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(inventory),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.starts_with(DRAFT) {
                inventory.drafts.push(name);
            } else if name.starts_with(CONTENT) {
                inventory.contents.push((name, entry.metadata()?.len()));
            } else if let Some(number) = name.strip_suffix(BEFORE).and_then(|number| number.parse().ok()) {
                inventory.checkpoints.push((number, entry.metadata()?.modified()?));
            }
        }
        inventory.checkpoints.sort_unstable_by(|one, other| other.cmp(one));
        Ok(inventory)
    }
}

fn remove(folder: &Path, name: &str) -> io::Result<()> {
    match fs::remove_file(folder.join(name)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
