//! Looks at the output before the engine does: keeps operating system commands (OSC) from growing without limit, and
//! takes out those that the engine does not know.
//!
//! The engine's parser collects an OSC in a buffer that has no limit, so it gets each only once it is whole and small
//! enough. All other bytes pass as they are, in their order.

/// The longest OSC that is obeyed, in bytes: room for 700 KB of text for the clipboard. Longer ones are dropped whole.
pub(super) const MAX_OSC: usize = 1 << 20;

const BEL: u8 = 0x07;
const CAN: u8 = 0x18;
const SUB: u8 = 0x1A;
const ESC: u8 = 0x1B;

/// What comes out, in order.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// For the engine.
    Pass(&'a [u8]),
    /// What stood between `ESC ]` and its end, and whether a bell ended it.
    Osc(&'a [u8], bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    Escape,
    Osc,
    /// In an OSC that is too long.
    TooLong,
}

#[derive(Debug)]
pub(super) struct Filter {
    state: State,
    osc: Vec<u8>,
}

impl Filter {
    pub(super) fn new() -> Self {
        Self { state: State::Text, osc: Vec::new() }
    }

    /// Hands on what the bytes bring. An OSC that they leave open waits for the rest.
    pub(super) fn feed(&mut self, bytes: &[u8], mut take: impl FnMut(Piece<'_>)) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let used = match self.state {
                State::Text => self.text(rest, &mut take),
                State::Escape => self.escape(rest, &mut take),
                State::Osc | State::TooLong => self.osc(rest, &mut take),
            };
            rest = &rest[used..];
        }
    }

    fn text(&mut self, bytes: &[u8], take: &mut impl FnMut(Piece<'_>)) -> usize {
        let used = match memchr::memchr(ESC, bytes) {
            // The escape itself waits, for what follows decides whose it is.
            Some(at) => {
                self.state = State::Escape;
                if at > 0 {
                    take(Piece::Pass(&bytes[..at]));
                }
                return at + 1;
            }
            None => bytes.len(),
        };
        take(Piece::Pass(bytes));
        used
    }

    /// After an escape, which has not been handed on. Control characters may stand between it and what it begins.
    fn escape(&mut self, bytes: &[u8], take: &mut impl FnMut(Piece<'_>)) -> usize {
        match bytes[0] {
            b']' => {
                self.state = State::Osc;
                self.osc.clear();
            }
            byte @ (0x00..=0x17 | 0x19 | 0x1C..=0x1F) => take(Piece::Pass(&[byte])),
            // An escape after an escape: the first is void. What is no ASCII does nothing here.
            ESC | 0x7F.. => {}
            byte => {
                self.state = State::Text;
                take(Piece::Pass(&[ESC, byte]));
            }
        }
        1
    }

    fn osc(&mut self, bytes: &[u8], take: &mut impl FnMut(Piece<'_>)) -> usize {
        let end = bytes.iter().position(|byte| matches!(*byte, BEL | CAN | SUB | ESC));
        let part = &bytes[..end.unwrap_or(bytes.len())];
        if self.osc.len() + part.len() > MAX_OSC {
            self.state = State::TooLong;
            self.osc = Vec::new();
        }
        if self.state == State::Osc {
            self.osc.extend_from_slice(part);
        }
        let Some(end) = end else { return bytes.len() };
        if self.state == State::Osc {
            take(Piece::Osc(&self.osc, bytes[end] == BEL));
            self.osc.clear();
            self.osc.shrink_to(4096);
        }
        self.state = if bytes[end] == ESC { State::Escape } else { State::Text };
        if matches!(bytes[end], CAN | SUB) {
            take(Piece::Pass(&bytes[end..=end]));
        }
        end + 1
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn run(parts: &[&[u8]]) -> (Vec<u8>, Vec<Vec<u8>>) {
        let (mut passed, mut oscs, mut filter) = (Vec::new(), Vec::new(), Filter::new());
        for part in parts {
            filter.feed(part, |piece| match piece {
                Piece::Pass(bytes) => passed.extend_from_slice(bytes),
                Piece::Osc(osc, _) => oscs.push(osc.to_vec()),
            });
        }
        (passed, oscs)
    }

    #[test]
    fn an_osc_is_taken_out_however_it_ends() {
        let (passed, oscs) = run(&[b"a\x1b]7;x\x07b\x1b]8;;\x1b\\c\x1b]9\x18d"]);
        assert_eq!(passed, b"ab\x1b\\c\x18d");
        assert_eq!(oscs, [b"7;x".to_vec(), b"8;;".to_vec(), b"9".to_vec()]);
    }

    #[test]
    fn an_osc_without_end_holds_no_more_than_the_limit() {
        let mut filter = Filter::new();
        let mut passed = Vec::new();
        filter.feed(b"\x1b]0;", |_| {});
        for _ in 0..40 {
            filter.feed(&vec![b'x'; 64 << 10], |piece| passed.push(format!("{piece:?}")));
            assert!(filter.osc.capacity() <= 2 * MAX_OSC);
        }
        assert!(passed.is_empty());
        filter.feed(b"\x07after", |piece| passed.push(format!("{piece:?}")));
        assert_eq!(passed, [format!("{:?}", Piece::Pass(b"after"))]);
    }

    proptest! {
        #[test]
        fn where_the_output_is_cut_makes_no_difference(
            bytes in proptest::collection::vec(prop_oneof![Just(ESC), Just(b']'), Just(BEL), Just(b'\\'), any::<u8>()], 0..200),
            at in 0_usize..200,
        ) {
            let at = at.min(bytes.len());
            prop_assert_eq!(run(&[&bytes]), run(&[&bytes[..at], &bytes[at..]]));
        }
    }
}
