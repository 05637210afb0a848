//! Messages on a pipe: a header that says how long, and JSON.

use std::io::{self, BufRead, Read as _};

use atelier_protocol::Json;

/// The largest message, and the longest line of a header, in bytes.
const MAX_MESSAGE: usize = 16 << 20;
const MAX_LINE: u64 = 4 << 10;

/// Reads the next message; none at the end.
pub(crate) fn read(from: &mut impl BufRead) -> io::Result<Option<Json>> {
    let invalid = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if from.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            return if length.is_none() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        let line =
            str::from_utf8(&line).ok().and_then(|line| line.strip_suffix('\n')).ok_or_else(|| invalid("header"))?;
        let line = line.trim_end_matches('\r');
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| invalid("header"))?;
        if name.eq_ignore_ascii_case("content-length") {
            length = Some(value.trim().parse::<usize>().map_err(|_| invalid("length"))?);
        }
    }
    let length = length.filter(|length| *length <= MAX_MESSAGE).ok_or_else(|| invalid("length"))?;
    let mut body = Vec::new();
    from.by_ref().take(length as u64).read_to_end(&mut body)?;
    if body.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    serde_json::from_slice(&body).map(Some).map_err(|_| invalid("JSON"))
}

/// A message as it is sent.
pub(crate) fn written(message: &Json) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn all(mut bytes: &[u8]) -> io::Result<Vec<Json>> {
        let mut messages = Vec::new();
        while let Some(message) = read(&mut bytes)? {
            messages.push(message);
        }
        Ok(messages)
    }

    #[test]
    fn headers_of_any_kind_are_taken_and_what_is_broken_is_an_error() {
        let two = b"content-type: x\r\nContent-Length: 2\r\n\r\n{}Content-Length:3\n\n[1]";
        assert_eq!(all(two).unwrap(), [json!({}), json!([1])]);
        for broken in [
            &b"Content-Length: 99999999999\r\n\r\n"[..],
            b"Content-Length: 4\r\n\r\n{}",
            b"Content-Length: x\r\n\r\n{}",
            b"Content-Length: 2\r\n\r\n{]",
            b"\r\n{}",
            b"Content-Length: 2\r\n",
            b"log line without an end",
        ] {
            assert!(all(broken).is_err(), "{}", String::from_utf8_lossy(broken));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(texts in prop::collection::vec("\\PC{0,30}", 0..5)) {
            let messages: Vec<_> = texts.iter().map(|text| json!({"text": text})).collect();
            let bytes: Vec<u8> = messages.iter().flat_map(written).collect();
            prop_assert_eq!(all(&bytes).unwrap(), messages);
        }

        #[test]
        fn whatever_comes_is_an_answer_and_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = all(&bytes);
        }
    }
}
