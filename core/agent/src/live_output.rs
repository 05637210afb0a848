//! What a running command writes, on its way into the log: in pieces that a reader can take in.
//!
//! A command may write a hundred megabytes. All that counts of it is in its result; what is told while it runs is for
//! people to watch, so a flood becomes a few small pieces each second, with the newest text in them.

use std::time::Duration;

use tokio::time::Instant;

/// The time from one piece to the next, and the most that one holds, in bytes.
const PAUSE: Duration = Duration::from_millis(100);
const PIECE: usize = 16 << 10;

/// From this many bytes on the pieces are fewer and smaller: nobody reads that much while it runs.
const MUCH: usize = 256 << 10;
const LATE_PAUSE: Duration = Duration::from_secs(1);
const LATE_PIECE: usize = 4 << 10;

/// Stands where text was left out.
const GAP: &str = "[…]\n";

/// Output that waits to be told.
#[derive(Default)]
pub(crate) struct LiveOutput {
    pending: String,
    /// Something before `pending` was left out.
    cut: bool,
    told: usize,
    last: Option<Instant>,
}

impl LiveOutput {
    /// More of it.
    pub(crate) fn push(&mut self, text: &str) {
        self.pending.push_str(text);
        let most = self.piece();
        if self.pending.len() > 2 * most {
            self.keep_end(most);
        }
    }

    /// When the next piece is due; none while nothing waits.
    pub(crate) fn due(&self) -> Option<Instant> {
        let pause = if self.told < MUCH { PAUSE } else { LATE_PAUSE };
        (!self.pending.is_empty()).then(|| self.last.map_or_else(Instant::now, |last| last + pause))
    }

    /// The next piece; none when nothing waits.
    pub(crate) fn take(&mut self) -> Option<String> {
        self.keep_end(self.piece());
        if self.pending.is_empty() {
            return None;
        }
        self.last = Some(Instant::now());
        self.told += self.pending.len();
        let text = std::mem::take(&mut self.pending);
        Some(if std::mem::take(&mut self.cut) { format!("\n{GAP}{text}") } else { text })
    }

    fn piece(&self) -> usize {
        if self.told < MUCH { PIECE } else { LATE_PIECE }
    }

    /// Leaves out what is before the last `most` bytes, whole lines where there are any.
    fn keep_end(&mut self, most: usize) {
        if self.pending.len() <= most {
            return;
        }
        let start = self.pending.ceil_char_boundary(self.pending.len() - most);
        let line = self.pending[start..].find('\n').map_or(start, |end| start + end + 1);
        self.pending.drain(..if line < self.pending.len() { line } else { start });
        self.cut = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_slowly_is_told_as_it_is() {
        let mut live = LiveOutput::default();
        assert!(live.due().is_none() && live.take().is_none());
        live.push("one\n");
        assert!(live.due().is_some_and(|due| due <= Instant::now()), "the first piece waits for nothing");
        live.push("two");
        assert_eq!(live.take().as_deref(), Some("one\ntwo"));
        live.push("\nthree");
        assert!(live.due().is_some_and(|due| due > Instant::now()), "the next one waits a moment");
        assert_eq!(live.take().as_deref(), Some("\nthree"));
    }

    #[test]
    fn of_a_flood_the_newest_lines_are_told_and_where_some_are_missing() {
        let mut live = LiveOutput::default();
        for line in 0..1_000_000 {
            live.push(&format!("line {line}\n"));
            assert!(live.pending.len() <= 2 * PIECE);
        }
        let piece = live.take().unwrap();
        assert!(piece.starts_with("\n[…]\nline ") && piece.ends_with("line 999999\n"), "{piece}");
        assert!(piece.len() <= PIECE + GAP.len() + 1);
        live.push("é".repeat(PIECE).as_str());
        assert!(live.take().unwrap().ends_with('é'));
    }

    #[test]
    fn after_much_text_the_pieces_are_smaller() {
        let mut live = LiveOutput::default();
        let mut told = 0;
        while told < MUCH {
            live.push(&"x".repeat(PIECE));
            told += live.take().unwrap().len();
        }
        live.push(&"y".repeat(PIECE));
        assert!(live.due().is_some_and(|due| due > Instant::now() + PAUSE));
        assert!(live.take().unwrap().len() < LATE_PIECE + 16);
    }
}
