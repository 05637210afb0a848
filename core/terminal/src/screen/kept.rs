//! A screen and its history as bytes, to be shown again by a later process.
//!
//! `ATELIER TERMINAL 1` and a newline; the columns (2 bytes, little-endian); then the lines in compressed blocks, as
//! [`super::archive`] has them.

use super::{Screen, ScreenLimits, ScreenSize, archive::Archive};

const HEAD: &[u8] = b"ATELIER TERMINAL 1\n";

/// What stands between what was kept and what a new shell prints.
const RESTORED: &[u8] = b"\x1b[2m[What is above was shown before. This is a new shell.]\x1b[0m\r\n";

impl Screen {
    /// The lines of the main screen and its history, at most some 4 MiB of them; of more, the newest.
    pub fn to_kept(&mut self) -> Vec<u8> {
        let mut bytes = HEAD.to_vec();
        bytes.extend_from_slice(&self.size().columns.to_le_bytes());
        self.engine.all_lines().write(&mut bytes);
        bytes
    }

    /// A screen with what another showed in its history, and a line that says so. None for bytes that no screen made.
    pub fn from_kept(size: ScreenSize, limits: ScreenLimits, bytes: &[u8]) -> Option<Self> {
        let (columns, lines) = bytes.strip_prefix(HEAD)?.split_at_checked(2)?;
        let columns = u16::from_le_bytes(columns.try_into().ok()?);
        let as_it_was = ScreenSize::new(columns, size.rows);
        let archive = Archive::read(lines, limits.history(columns)).filter(|_| as_it_was.columns == columns)?;
        let mut screen = Self::new(as_it_was, limits);
        screen.engine.take_history(archive);
        if as_it_was != ScreenSize::new(size.columns, size.rows) {
            screen.resize(size);
        }
        screen.feed(RESTORED);
        Some(screen)
    }
}
