//! Looks at the output before the engine does: keeps strings (OSC, DCS) from growing without limit, and takes out what
//! the engine does not know.
//!
//! The engine's parser collects an OSC in a buffer that has no limit, so it gets each only once it is whole and small
//! enough. All other bytes pass as they are, in their order.

/// The longest OSC that is obeyed, in bytes: room for 700 KB of text for the clipboard. Longer ones are dropped whole.
pub(super) const MAX_OSC: usize = 1 << 20;

/// The longest DCS that is looked at: all that are ours are questions. Longer ones (pictures) are dropped whole.
const MAX_DCS: usize = 256;

/// The longest control sequence that is looked at; longer ones pass.
const MAX_PRIVATE: usize = 64;

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
    /// What stood between `ESC P` and its end.
    Control(&'a [u8]),
    /// A control sequence that begins with `?` or `!`, without `ESC [`.
    Private(&'a [u8]),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    Escape,
    /// After `ESC [`.
    Sequence,
    Private,
    Osc,
    Control,
    /// In a string that is too long; whether a bell ends it.
    TooLong(bool),
}

#[derive(Debug)]
pub(super) struct Filter {
    state: State,
    held: Vec<u8>,
}

impl Filter {
    pub(super) fn new() -> Self {
        Self { state: State::Text, held: Vec::new() }
    }

    /// Hands on what the bytes bring. What they leave open waits for the rest.
    pub(super) fn feed(&mut self, bytes: &[u8], mut take: impl FnMut(Piece<'_>)) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let used = match self.state {
                State::Text => self.text(rest, &mut take),
                State::Escape => self.escape(rest, &mut take),
                State::Sequence => self.sequence(rest, &mut take),
                State::Private => self.private(rest, &mut take),
                State::Osc => self.string(rest, true, MAX_OSC, &mut take),
                State::Control => self.string(rest, false, MAX_DCS, &mut take),
                State::TooLong(bell) => self.string(rest, bell, 0, &mut take),
            };
            rest = &rest[used..];
        }
    }

    fn text(&mut self, bytes: &[u8], take: &mut impl FnMut(Piece<'_>)) -> usize {
        let mut from = 0;
        while let Some(at) = memchr::memchr(ESC, &bytes[from..]).map(|at| at + from) {
            // Most are the beginnings of sequences that pass as they are.
            if let [b'[', first, ..] = bytes[at + 1..]
                && !is_private(first)
            {
                from = at + 2;
                continue;
            }
            // The escape itself waits, for what follows decides whose it is.
            self.state = State::Escape;
            if at > 0 {
                take(Piece::Pass(&bytes[..at]));
            }
            return at + 1;
        }
        take(Piece::Pass(bytes));
        bytes.len()
    }

    /// After an escape, which has not been handed on. Control characters may stand between it and what it begins.
    fn escape(&mut self, bytes: &[u8], take: &mut impl FnMut(Piece<'_>)) -> usize {
        let begin = match bytes[0] {
            b']' => State::Osc,
            b'P' => State::Control,
            b'[' => State::Sequence,
            byte @ (0x00..=0x17 | 0x19 | 0x1C..=0x1F) => {
                take(Piece::Pass(&[byte]));
                State::Escape
            }
            // An escape after an escape: the first is void. What is no ASCII does nothing here.
            ESC | 0x7F.. => State::Escape,
            byte => {
                take(Piece::Pass(&[ESC, byte]));
                State::Text
            }
        };
        self.state = begin;
        self.held.clear();
        1
    }

    fn sequence(&mut self, bytes: &[u8], take: &mut impl FnMut(Piece<'_>)) -> usize {
        if is_private(bytes[0]) {
            self.state = State::Private;
        } else {
            self.state = State::Text;
            take(Piece::Pass(b"\x1b["));
        }
        0
    }

    fn private(&mut self, bytes: &[u8], take: &mut impl FnMut(Piece<'_>)) -> usize {
        let byte = bytes[0];
        match byte {
            ESC => self.state = State::Escape,
            CAN | SUB => {
                self.state = State::Text;
                take(Piece::Pass(&[byte]));
            }
            0x00..=0x1F => take(Piece::Pass(&[byte])),
            0x20..=0x7E if self.held.len() == MAX_PRIVATE => {
                self.state = State::Text;
                take(Piece::Pass(b"\x1b["));
                take(Piece::Pass(&self.held));
                return 0;
            }
            0x20..=0x3F => self.held.push(byte),
            0x40..=0x7E => {
                self.state = State::Text;
                self.held.push(byte);
                take(Piece::Private(&self.held));
            }
            // They mean nothing in a sequence.
            0x7F.. => {}
        }
        1
    }

    fn string(&mut self, bytes: &[u8], bell: bool, limit: usize, take: &mut impl FnMut(Piece<'_>)) -> usize {
        let ends = |byte: u8| matches!(byte, CAN | SUB | ESC) || bell && byte == BEL;
        let end = bytes.iter().position(|byte| ends(*byte));
        let part = &bytes[..end.unwrap_or(bytes.len())];
        let whole = !matches!(self.state, State::TooLong(_)) && self.held.len() + part.len() <= limit;
        if whole {
            self.held.extend_from_slice(part);
        } else {
            self.state = State::TooLong(bell);
            self.held = Vec::new();
        }
        let Some(end) = end else { return bytes.len() };
        match self.state {
            State::Osc => take(Piece::Osc(&self.held, bytes[end] == BEL)),
            // One that was called off asks nothing.
            State::Control if bytes[end] == ESC => take(Piece::Control(&self.held)),
            _ => {}
        }
        self.held.clear();
        self.held.shrink_to(4096);
        self.state = if bytes[end] == ESC { State::Escape } else { State::Text };
        if matches!(bytes[end], CAN | SUB) {
            take(Piece::Pass(&bytes[end..=end]));
        }
        end + 1
    }
}

fn is_private(byte: u8) -> bool {
    matches!(byte, b'?' | b'!')
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
                Piece::Control(text) => oscs.push([b"P", text].concat()),
                Piece::Private(text) => oscs.push([b"[", text].concat()),
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
    fn device_controls_and_private_sequences_are_taken_out() {
        let (passed, taken) =
            run(&[b"a\x1bP$qm\x07\x1b\\b\x1b[?6\x08nc\x1b[!pd\x1b[31me\x1b[?1\x18f\x1bPx\x18g\x1b[?2\x1b[3m"]);
        assert_eq!(passed, b"a\x1b\\b\x08cd\x1b[31me\x18f\x18g\x1b[3m");
        assert_eq!(taken, [b"P$qm\x07".to_vec(), b"[?6n".to_vec(), b"[!p".to_vec()]);
        let (long, picture) = (format!("\x1b[?{}h", "1;".repeat(100)), format!("\x1bPq{}\x1b\\", "#".repeat(1000)));
        let (passed, taken) = run(&[long.as_bytes(), picture.as_bytes()]);
        assert_eq!((passed, taken), ([long.as_bytes(), b"\x1b\\"].concat(), vec![]));
    }

    #[test]
    fn an_osc_without_end_holds_no_more_than_the_limit() {
        let mut filter = Filter::new();
        let mut passed = Vec::new();
        filter.feed(b"\x1b]0;", |_| {});
        for _ in 0..40 {
            filter.feed(&vec![b'x'; 64 << 10], |piece| passed.push(format!("{piece:?}")));
            assert!(filter.held.capacity() <= 2 * MAX_OSC);
        }
        assert!(passed.is_empty());
        filter.feed(b"\x07after", |piece| passed.push(format!("{piece:?}")));
        assert_eq!(passed, [format!("{:?}", Piece::Pass(b"after"))]);
    }

    proptest! {
        #[test]
        fn where_the_output_is_cut_makes_no_difference(
            bytes in proptest::collection::vec(prop_oneof![Just(ESC), Just(b']'), Just(BEL), Just(b'\\'), Just(b'['), Just(b'?'), Just(b'P'), any::<u8>()], 0..200),
            at in 0_usize..200,
        ) {
            let at = at.min(bytes.len());
            prop_assert_eq!(run(&[&bytes]), run(&[&bytes[..at], &bytes[at..]]));
        }
    }
}
