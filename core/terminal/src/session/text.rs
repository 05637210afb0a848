//! Output as text, whatever pieces it comes in.

/// Bytes of a character that is not whole yet.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    rest: Vec<u8>,
}

impl Decoder {
    /// The text that the bytes bring. The beginning of a character at their end waits for the rest of it; what is no
    /// character becomes U+FFFD.
    pub(super) fn text(&mut self, bytes: &[u8]) -> String {
        let joined;
        let bytes = if self.rest.is_empty() {
            bytes
        } else {
            joined = [self.rest.as_slice(), bytes].concat();
            self.rest.clear();
            joined.as_slice()
        };
        // As a rule all is text, but for a character at the end that is not whole.
        match str::from_utf8(bytes) {
            Ok(text) => return text.to_owned(),
            Err(error) if error.error_len().is_none() => {
                let (text, rest) = bytes.split_at(error.valid_up_to());
                self.rest = rest.to_vec();
                return String::from_utf8_lossy(text).into_owned();
            }
            Err(_) => {}
        }
        let mut text = String::with_capacity(bytes.len());
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            text.push_str(chunk.valid());
            let invalid = chunk.invalid();
            let open =
                chunks.peek().is_none() && str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
            if open {
                self.rest = invalid.to_vec();
            } else if !invalid.is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        text
    }

    /// What is left when nothing more comes.
    pub(super) fn end(&mut self) -> String {
        let open = !std::mem::take(&mut self.rest).is_empty();
        if open { char::REPLACEMENT_CHARACTER.into() } else { String::new() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pieces_make_the_same_text_as_the_whole(
            bytes in prop_oneof![proptest::collection::vec(any::<u8>(), 0..60), "[é漢\u{1f600}a]{0,30}".prop_map(String::into_bytes)],
            sizes in proptest::collection::vec(1_usize..5, 60),
        ) {
            let (mut decoder, mut text, mut rest) = (Decoder::default(), String::new(), bytes.as_slice());
            for size in sizes {
                let (piece, after) = rest.split_at(size.min(rest.len()));
                text.push_str(&decoder.text(piece));
                rest = after;
            }
            text.push_str(&decoder.text(rest));
            text.push_str(&decoder.end());
            prop_assert_eq!(text, String::from_utf8_lossy(&bytes));
        }
    }
}
