//! The event stream format (`text/event-stream`), decoded as the bytes arrive.
//!
//! Follows the WHATWG rules: lines end with LF, CRLF or CR; a blank line ends an event; `data` lines of one event are
//! joined with LF; comments and unknown fields are skipped; a leading byte order mark is dropped; what is left of an
//! event when the stream ends is not an event. `id` and `retry` are skipped too, because a model's answer is never
//! resumed.
//!
//! Every byte is looked at once and copied at most twice, however the stream is cut into chunks.

use memchr::memchr2;

/// The largest event accepted, in bytes.
const MAX_EVENT: usize = 64 << 20;

/// A buffer that has grown beyond this is given back after the event it was for.
const KEPT_BUFFER: usize = 64 << 10;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// One event.
#[derive(Debug, PartialEq, Eq)]
pub struct SseEvent<'a> {
    /// The `event` field; empty when there was none.
    pub name: &'a [u8],
    /// The `data` lines, joined with LF; not yet known to be UTF-8.
    pub data: &'a [u8],
}

/// An event is larger than this decoder takes (64 MiB).
#[derive(Debug, PartialEq, Eq)]
pub struct EventTooLarge;

/// Turns chunks into events.
#[derive(Debug)]
pub struct SseDecoder {
    /// The unfinished line at the end of the last chunk.
    line: Vec<u8>,
    /// The `event` field of the event that is being read.
    name: Vec<u8>,
    /// Its `data` lines so far, each followed by LF.
    data: Vec<u8>,
    /// The last chunk ended with a CR, so a LF at the start of the next one belongs to it.
    after_cr: bool,
    /// No line has been read yet.
    at_start: bool,
    max_event: usize,
}

impl Default for SseDecoder {
    fn default() -> Self {
        Self::with_limit(MAX_EVENT)
    }
}

impl SseDecoder {
    fn with_limit(max_event: usize) -> Self {
        let empty = Vec::new;
        Self { line: empty(), name: empty(), data: empty(), after_cr: false, at_start: true, max_event }
    }

    /// Reads one chunk and hands each event that it completes to `sink`. An error of the sink ends the reading; the
    /// decoder is not to be used after an error.
    pub fn read<E: From<EventTooLarge>>(
        &mut self,
        chunk: &[u8],
        mut sink: impl FnMut(SseEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut rest = chunk;
        if self.after_cr && !rest.is_empty() {
            self.after_cr = false;
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        while let Some(end) = memchr2(b'\n', b'\r', rest) {
            let (head, tail) = (&rest[..end], &rest[end + 1..]);
            self.check_size(head.len())?;
            if self.line.is_empty() {
                self.take_line(head, &mut sink)?;
            } else {
                let mut line = std::mem::take(&mut self.line);
                line.extend_from_slice(head);
                self.take_line(&line, &mut sink)?;
                self.line = emptied(line);
            }
            rest = match (rest[end], tail) {
                (b'\r', []) => {
                    self.after_cr = true;
                    tail
                }
                (b'\r', [b'\n', tail @ ..]) => tail,
                _ => tail,
            };
        }
        self.check_size(rest.len())?;
        self.line.extend_from_slice(rest);
        Ok(())
    }

    fn check_size(&self, more: usize) -> Result<(), EventTooLarge> {
        let size = self.line.len() + self.data.len() + more;
        if size > self.max_event { Err(EventTooLarge) } else { Ok(()) }
    }

    fn take_line<E>(&mut self, line: &[u8], sink: &mut impl FnMut(SseEvent<'_>) -> Result<(), E>) -> Result<(), E> {
        let first = std::mem::take(&mut self.at_start);
        let line = if first { line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line) } else { line };
        if line.is_empty() {
            return self.end_event(sink);
        }
        let (field, value) = match memchr::memchr(b':', line) {
            Some(colon) => (&line[..colon], &line[colon + 1..]),
            None => (line, &line[line.len()..]),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"data" => {
                self.data.extend_from_slice(value);
                self.data.push(b'\n');
            }
            b"event" => {
                self.name.clear();
                self.name.extend_from_slice(value);
            }
            _ => {}
        }
        Ok(())
    }

    fn end_event<E>(&mut self, sink: &mut impl FnMut(SseEvent<'_>) -> Result<(), E>) -> Result<(), E> {
        let result = match self.data.split_last() {
            Some((_, data)) => sink(SseEvent { name: &self.name, data }),
            None => Ok(()),
        };
        self.data = emptied(std::mem::take(&mut self.data));
        self.name = emptied(std::mem::take(&mut self.name));
        result
    }
}

fn emptied(mut buffer: Vec<u8>) -> Vec<u8> {
    buffer.clear();
    buffer.shrink_to(KEPT_BUFFER);
    buffer
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Owned = (Vec<u8>, Vec<u8>);

    #[derive(Debug, PartialEq, Eq)]
    enum Failure {
        TooLarge,
    }

    impl From<EventTooLarge> for Failure {
        fn from(_: EventTooLarge) -> Self {
            Self::TooLarge
        }
    }

    fn decode_with<'a>(
        decoder: &mut SseDecoder,
        chunks: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Vec<Owned>, Failure> {
        let mut events = Vec::new();
        for chunk in chunks {
            decoder.read(chunk, |event| {
                events.push((event.name.to_vec(), event.data.to_vec()));
                Ok::<(), Failure>(())
            })?;
        }
        Ok(events)
    }

    fn decode(stream: &[u8]) -> Vec<Owned> {
        decode_with(&mut SseDecoder::default(), [stream]).unwrap()
    }

    fn event(name: &str, data: &str) -> Owned {
        (name.into(), data.into())
    }

    #[test]
    fn lines_end_with_lf_crlf_or_cr() {
        let expected = vec![event("a", "1"), event("", "2\n3")];
        for end in ["\n", "\r\n", "\r"] {
            let stream = "event: a|data: 1||data: 2|data: 3||".replace('|', end);
            assert_eq!(decode(stream.as_bytes()), expected, "{end:?}");
        }
        assert_eq!(decode(b"event: a\rdata: 1\r\n\ndata: 2\ndata: 3\n\r\n"), expected);
    }

    #[test]
    fn comments_unknown_fields_and_a_byte_order_mark_are_skipped() {
        assert_eq!(
            decode(b"\xEF\xBB\xBFdata: 1\n: ping\nid: 7\nretry: 5\nwhatever\n\n:\n\n\xEF\xBB\xBFdata: 2\n\n"),
            [event("", "1")]
        );
    }

    #[test]
    fn one_space_after_the_colon_is_not_data() {
        assert_eq!(decode(b"data:a\ndata:  b\ndata\ndata:\n\n"), [event("", "a\n b\n\n")]);
    }

    #[test]
    fn an_event_without_data_is_none_and_its_name_is_forgotten() {
        assert_eq!(decode(b"event: lost\n\ndata: 1\n\n"), [event("", "1")]);
    }

    #[test]
    fn what_the_end_of_the_stream_cuts_off_is_not_an_event() {
        assert_eq!(decode(b"data: 1\n\ndata: 2\n"), [event("", "1")]);
    }

    #[test]
    fn an_event_over_the_limit_is_refused_in_one_line_in_many_and_without_an_end() {
        let big = [b"data: ".as_slice(), &[b'x'; 200], b"\n\n"].concat();
        let many = b"data: xxxxxxxxxxxx\n".repeat(20);
        let endless = vec![b'x'; 200];
        for stream in [&big, &many, &endless] {
            for size in [1, 7, 1000] {
                let mut decoder = SseDecoder::with_limit(100);
                assert_eq!(decode_with(&mut decoder, stream.chunks(size)), Err(Failure::TooLarge));
            }
        }
        let many_small = b"data: xxxxxxxxxxxx\n\n".repeat(20);
        assert_eq!(decode_with(&mut SseDecoder::with_limit(100), [many_small.as_slice()]).unwrap().len(), 20);
    }

    #[test]
    fn a_large_event_in_small_chunks_is_read_once_and_its_buffers_are_given_back() {
        let size = 8 << 20;
        let stream = [b"data: ".as_slice(), &vec![b'x'; size], b"\n\n"].concat();
        let mut decoder = SseDecoder::default();
        let mut found = 0;
        for chunk in stream.chunks(100) {
            decoder
                .read(chunk, |event| {
                    found = event.data.len();
                    Ok::<(), Failure>(())
                })
                .unwrap();
        }
        assert_eq!(found, size);
        assert!(decoder.line.capacity() <= KEPT_BUFFER && decoder.data.capacity() <= KEPT_BUFFER);
    }

    /// Pieces from which streams are put together, so that every rule comes up often.
    fn pieces() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            Just(b"data: ".to_vec()),
            Just(b"data:".to_vec()),
            Just(b"event: ".to_vec()),
            Just(b"\n".to_vec()),
            Just(b"\r\n".to_vec()),
            Just(b"\r".to_vec()),
            Just(b"\n\n".to_vec()),
            Just(b": ".to_vec()),
            Just(BYTE_ORDER_MARK.to_vec()),
            "[a-zé漢😀]{1,4}".prop_map(String::into_bytes),
            prop::collection::vec(any::<u8>(), 0..4),
        ];
        prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    /// The rules once more, on a whole stream and in the plainest way: what the decoder is held against.
    fn reference(stream: &[u8]) -> Vec<Owned> {
        let stream = stream.strip_prefix(BYTE_ORDER_MARK).unwrap_or(stream);
        let mut lines = vec![Vec::new()];
        let mut bytes = stream.iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\r' | b'\n' => {
                    if byte == b'\r' {
                        bytes.next_if_eq(&b'\n');
                    }
                    lines.push(Vec::new());
                }
                _ => lines.last_mut().unwrap().push(byte),
            }
        }
        lines.pop();
        let (mut events, mut name, mut data) = (Vec::new(), Vec::new(), Vec::<Vec<u8>>::new());
        for line in lines {
            if line.is_empty() {
                if !data.is_empty() {
                    events.push((name.clone(), data.join(&b'\n')));
                }
                (name, data) = (Vec::new(), Vec::new());
                continue;
            }
            let mut parts = line.splitn(2, |byte| *byte == b':');
            let (field, value) = (parts.next().unwrap(), parts.next().unwrap_or_default());
            let value = value.strip_prefix(b" ").unwrap_or(value).to_vec();
            match field {
                b"data" => data.push(value),
                b"event" => name = value,
                _ => {}
            }
        }
        events
    }

    proptest! {
        #[test]
        fn any_split_of_a_stream_gives_the_same_events(
            stream in pieces(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        ) {
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
            cuts.extend([0, stream.len()]);
            cuts.sort_unstable();
            let chunks = cuts.windows(2).map(|pair| &stream[pair[0]..pair[1]]);
            let split = decode_with(&mut SseDecoder::default(), chunks).unwrap();
            prop_assert_eq!(&split, &reference(&stream));
            let bytewise = decode_with(&mut SseDecoder::default(), stream.chunks(1)).unwrap();
            prop_assert_eq!(&split, &bytewise);
        }
    }
}
