//! What a command has written, kept within bounds: the beginning and the end.

use std::collections::VecDeque;

/// How much of each is kept, in bytes.
const MAX_HEAD: usize = 2 << 20;
const MAX_TAIL: usize = 4 << 20;

/// The output of a command.
#[derive(Default)]
pub(super) struct Collected {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    left_out: u64,
}

impl Collected {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let (first, rest) = bytes.split_at(bytes.len().min(MAX_HEAD - self.head.len()));
        self.head.extend(first);
        self.tail.extend(rest);
        let over = self.tail.len().saturating_sub(MAX_TAIL);
        self.tail.drain(..over);
        self.left_out += over as u64;
    }

    /// At most so many bytes from a place in all that was written, and how many before them are no longer kept.
    pub(super) fn since(&self, place: u64, most: usize) -> (u64, Vec<u8>) {
        let head = self.head.len() as u64;
        if place < head {
            let rest = self.head.iter().skip(usize::try_from(place).unwrap_or(usize::MAX));
            return (0, rest.take(most).copied().collect());
        }
        let first = head + self.left_out;
        let skipped = usize::try_from(place.saturating_sub(first)).unwrap_or(usize::MAX);
        let bytes = self.tail.iter().skip(skipped).take(most).copied().collect();
        (first.saturating_sub(place), bytes)
    }

    /// As text. What is no UTF-8 becomes replacement characters.
    pub(super) fn text(&self) -> String {
        let (one, two) = self.tail.as_slices();
        if self.left_out == 0 {
            return String::from_utf8_lossy(&[&self.head, one, two].concat()).into_owned();
        }
        let tail = [one, two].concat();
        let (head, tail) = (String::from_utf8_lossy(&self.head), String::from_utf8_lossy(&tail));
        format!("{head}\n[{} bytes left out here]\n{tail}", self.left_out)
    }
}

/// Turns chunks into text without breaking the characters that lie across two of them.
#[derive(Default)]
pub(super) struct Decoder {
    rest: Vec<u8>,
}

impl Decoder {
    pub(super) fn push(&mut self, bytes: &[u8], text: &mut String) {
        self.rest.extend(bytes);
        // A character has at most four bytes: only that many may wait for their end.
        let complete = match str::from_utf8(&self.rest) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => (self.rest.len().saturating_sub(3)..=self.rest.len())
                .find(|at| matches!(str::from_utf8(&self.rest[*at..]), Err(e) if e.valid_up_to() == 0 && e.error_len().is_none()))
                .unwrap_or(self.rest.len()),
            Ok(_) => self.rest.len(),
        };
        text.push_str(&String::from_utf8_lossy(&self.rest[..complete]));
        self.rest.drain(..complete);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn beginning_and_end_of_a_flood_are_kept() {
        let mut collected = Collected::default();
        collected.push(b"first ");
        for _ in 0..300 {
            collected.push(&vec![b'x'; 64 << 10]);
        }
        collected.push(b" last");
        let text = collected.text();
        assert!(text.starts_with("first ") && text.ends_with(" last") && text.contains("bytes left out here"));
        assert!(text.len() < MAX_HEAD + MAX_TAIL + 100);
    }

    #[test]
    fn a_reader_gets_all_that_is_kept_in_order_and_is_told_what_is_not() {
        let (all, mut collected) =
            ((0..9_u32 << 20).map(|at| (at % 251) as u8).collect::<Vec<_>>(), Collected::default());
        let (mut place, mut seen, mut gaps) = (0, 0, 0);
        for (chunk, bytes) in all.chunks(100_000).enumerate() {
            collected.push(bytes);
            // One that reads a little now and then, and all of the rest in the end.
            while chunk % 9 == 0 && seen < chunk * 5_000 || (chunk + 1) * 100_000 >= all.len() {
                let (gap, bytes) = collected.since(place, 70_000);
                let start = usize::try_from(place + gap).unwrap();
                assert!(bytes == all[start..start + bytes.len()] && bytes.len() <= 70_000);
                if bytes.is_empty() {
                    break;
                }
                (place, seen, gaps) = ((start + bytes.len()) as u64, seen + bytes.len(), gaps + gap);
            }
        }
        assert_eq!((place, seen as u64 + gaps), (all.len() as u64, all.len() as u64));
        assert!(gaps > 0, "it was slow enough to miss something");
    }

    proptest! {
        #[test]
        fn chunks_of_a_text_give_the_text(text in "[aé€😀]{0,20}", cuts in prop::collection::vec(1_usize..5, 0..80)) {
            let (mut decoder, mut decoded, mut bytes) = (Decoder::default(), String::new(), text.as_bytes());
            for cut in cuts {
                let (chunk, rest) = bytes.split_at(cut.min(bytes.len()));
                decoder.push(chunk, &mut decoded);
                bytes = rest;
            }
            decoder.push(bytes, &mut decoded);
            prop_assert_eq!(decoded, text);
        }

        #[test]
        fn no_bytes_wait_for_ever(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 0..9)) {
            let (mut decoder, mut decoded) = (Decoder::default(), String::new());
            for chunk in chunks {
                decoder.push(&chunk, &mut decoded);
                prop_assert!(decoder.rest.len() < 4);
            }
        }
    }
}
