//! Hands output to the engine: text straight into its cells ([`Engine::write`]), everything else through its parser.
//!
//! For that it must be known when the parser is between sequences. It can't be asked; so what it is given is followed
//! here, with fewer states than it has: a state is left for [`State::Text`] only where the parser leaves its own for that.

use alacritty_terminal::vte::ansi::{Handler, Processor};

use super::engine::{Engine, NeverWaits};

const BEL: u8 = 0x07;
const CAN: u8 = 0x18;
const SUB: u8 = 0x1A;
const ESC: u8 = 0x1B;

/// Where the engine's parser stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between sequences.
    Text,
    /// The same, but it may have a character that is not whole.
    Broken,
    /// After an escape.
    Escape,
    /// After an escape and what only precedes its last character.
    Intermediate,
    /// In a control sequence.
    Sequence,
    /// In a string that a bell ends.
    Osc,
    /// In a string.
    Other,
}

impl State {
    fn after(self, byte: u8) -> Self {
        match (self, byte) {
            (_, ESC) => Self::Escape,
            (Self::Text | Self::Broken, 0x80..) => Self::Broken,
            (Self::Escape, b'[') => Self::Sequence,
            (Self::Escape, b']') => Self::Osc,
            (Self::Escape, b'P' | b'X' | b'^' | b'_') => Self::Other,
            (Self::Escape, 0x20..=0x2F) => Self::Intermediate,
            (_, CAN | SUB)
            | (Self::Text | Self::Broken, _)
            | (Self::Escape | Self::Intermediate, 0x30..=0x7E)
            | (Self::Sequence, 0x40..=0x7E)
            | (Self::Osc, BEL) => Self::Text,
            (state, _) => state,
        }
    }
}

/// Of the engine's parser only the character that a program may ask to be repeated is to change.
struct Deaf;

impl Handler for Deaf {}

pub(super) struct Parser {
    inner: Processor<NeverWaits>,
    state: State,
    /// The last character that was written and that the engine's parser has not seen.
    unseen: Option<char>,
}

impl std::fmt::Debug for Parser {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Parser").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Parser {
    pub(super) fn new() -> Self {
        Self { inner: Processor::new(), state: State::Text, unseen: None }
    }

    /// Takes output, in any pieces.
    pub(super) fn advance(&mut self, engine: &mut Engine, bytes: &[u8]) {
        let (mut at, mut text_end) = (0, 0);
        while at < bytes.len() {
            if self.state == State::Text {
                if at >= text_end {
                    text_end = memchr::memchr(ESC, &bytes[at..]).map_or(bytes.len(), |length| at + length);
                }
                let (written, last) = engine.write(&bytes[at..text_end]);
                self.unseen = last.or(self.unseen);
                at += written;
            }
            let rest = &bytes[at..];
            if !rest.is_empty() {
                let text = if engine.writes_plainly() { 0 } else { text_end.saturating_sub(at) };
                at += self.pass(engine, rest, text);
            }
        }
    }

    /// Gives the parser what it must see: so much text, and on to where it is between sequences again; how much it was.
    fn pass(&mut self, engine: &mut Engine, bytes: &[u8], text: usize) -> usize {
        let before = self.state;
        let mut length = 0;
        for byte in bytes {
            self.state = self.state.after(*byte);
            length += 1;
            if self.state == State::Text && length >= text {
                break;
            }
        }
        let repeats = self.state != State::Text || bytes[length - 1] == b'b' || bytes[0] >= b' ';
        if before == State::Text
            && repeats
            && let Some(last) = self.unseen.take()
        {
            self.inner.advance(&mut Deaf, last.encode_utf8(&mut [0; 4]).as_bytes());
        }
        self.inner.advance(engine, &bytes[..length]);
        length
    }
}

#[cfg(test)]
mod tests {
    use alacritty_terminal::grid::Dimensions as _;
    use proptest::prelude::*;

    use super::*;
    use crate::screen::engine::GridSize;

    fn engine() -> Engine {
        Engine::new(GridSize { rows: 4, columns: 10 }, 20)
    }

    fn shown(engine: &Engine) -> String {
        let grid = engine.term.grid();
        let lines = engine.term.topmost_line().0..=engine.term.bottommost_line().0;
        let row = |line| crate::screen::engine::row(&engine.term, line).into_iter().collect::<Vec<_>>();
        let rows: Vec<_> = lines.map(|line| format!("{:?}", row(line))).collect();
        format!("{:?}\n{}\n{:?}", grid.cursor, rows.join("\n"), engine.term.mode())
    }

    fn output() -> impl Strategy<Value = Vec<u8>> {
        let part = prop_oneof![
            6 => "[ -~]{0,14}".prop_map(String::into_bytes),
            4 => "[aé漢\u{1f600}\u{301}\u{1100}\u{ad}\u{200b}\u{7f}]{1,12}".prop_map(String::into_bytes),
            4 => prop::sample::select(vec!["\r\n", "\n", "\r", "\t", "\x08", "\x07", "\x0b", "\x0e", "\x0f", "\0", "\x7f"])
                .prop_map(|text| text.as_bytes().to_vec()),
            6 => prop::sample::select(vec![
                "\x1b[3b", "\x1b[b", "\x1b[2;3r", "\x1b[r", "\x1b[4h", "\x1b[4l", "\x1b[?7l", "\x1b[?7h", "\x1b(0", "\x1b(B",
                "\x1b)0", "\x1b[1;31m", "\x1b[m", "\x1b[?1049h", "\x1b[?1049l", "\x1b[20h", "\x1b[H", "\x1b[2;9H", "\x1bc",
                "\x1b]8;id=a;x\x07", "\x1b]8;;\x1b\\", "\x1b_x\x1b\\", "\x1b#8", "\x1b[1;2", "\x1b(", "\x1b]0;t", "\x1b[44m",
                "\x1b[2K", "\x1bM", "\x1b[5\x18", "\x1b[2@", "\x1b[3P", "\x1b[A", "\x1b[4:3m", "\x1b[6n", "\x1b[2J",
            ]).prop_map(|text| text.as_bytes().to_vec()),
            1 => prop::sample::select(vec![&b"\xff"[..], b"\xc3", b"\xe6\xbc", b"\xf0\x9f\x98", b"\x80", b"\xed\xa0\x80"])
                .prop_map(<[u8]>::to_vec),
        ];
        proptest::collection::vec(part, 0..30).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_straight_is_what_the_engine_would_have_written(output in output(), size in 1_usize..40) {
            let (mut ours, mut its, mut parser) = (engine(), engine(), Parser::new());
            let mut whole = Processor::<NeverWaits>::new();
            // At once: what it loses of characters that come in pieces is no example.
            whole.advance(&mut its, &output);
            output.chunks(size).for_each(|piece| parser.advance(&mut ours, piece));
            prop_assert_eq!(shown(&ours), shown(&its));
            prop_assert_eq!(ours.outbox.take_replies(), its.outbox.take_replies());
        }
    }
}
