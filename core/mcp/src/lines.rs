//! The stdio transport: one message a line. What is no message is skipped, and what is too long is answered for.

use std::{collections::VecDeque, io, sync::Arc};

use atelier_protocol::Json;
use rmcp::{
    RoleClient,
    model::{ClientJsonRpcMessage, ErrorCode, ErrorData, RequestId, ServerJsonRpcMessage},
    transport::Transport,
};
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt as _, AsyncWrite, AsyncWriteExt as _},
    sync::Mutex,
};

/// The longest line, in bytes.
const MAX_LINE: usize = 10 << 20;

/// How much of a line that is too long is kept, at its beginning and at its end, to learn whose answer it is.
const KEPT: usize = 512;

/// How much memory the buffer of a line keeps for the next one.
const KEPT_BUFFER: usize = 64 << 10;

/// Messages over a reader and a writer. The writer is closed with it.
pub(crate) struct Lines<R, W> {
    reader: R,
    line: Line,
    /// None once it is closed.
    writer: Arc<Mutex<Option<W>>>,
}

impl<R, W> Lines<R, W> {
    pub(crate) fn new(reader: R, writer: W) -> Self {
        Self { reader, line: Line::default(), writer: Arc::new(Mutex::new(Some(writer))) }
    }
}

impl<R, W> Transport<RoleClient> for Lines<R, W>
where
    R: AsyncBufRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    type Error = io::Error;

    fn send(&mut self, message: ClientJsonRpcMessage) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let writer = Arc::clone(&self.writer);
        async move {
            let mut line = serde_json::to_vec(&message)?;
            line.push(b'\n');
            let mut writer = writer.lock().await;
            let open = writer.as_mut().ok_or(io::ErrorKind::NotConnected)?;
            open.write_all(&line).await?;
            open.flush().await
        }
    }

    async fn receive(&mut self) -> Option<ServerJsonRpcMessage> {
        // May be dropped at any `await`: what was read of a line stays in `self.line`.
        loop {
            let (read, ended) = match self.reader.fill_buf().await {
                Ok([]) => return None,
                Ok(available) => {
                    let ended = memchr::memchr(b'\n', available);
                    let part = ended.map_or(available, |at| &available[..at]);
                    self.line.push(part);
                    (part.len() + usize::from(ended.is_some()), ended.is_some())
                }
                Err(error) => {
                    tracing::debug!(%error, "the output of a server can't be read");
                    return None;
                }
            };
            self.reader.consume(read);
            if ended && let Some(message) = self.line.take() {
                return Some(message);
            }
        }
    }

    async fn close(&mut self) -> io::Result<()> {
        // That is the server's sign to end.
        drop(self.writer.lock().await.take());
        Ok(())
    }
}

/// A line as it comes in.
#[derive(Default)]
struct Line {
    bytes: Vec<u8>,
    /// The end of a line that is too long; its beginning is in `bytes` then.
    tail: Option<VecDeque<u8>>,
}

impl Line {
    fn push(&mut self, part: &[u8]) {
        if self.tail.is_none() {
            if self.bytes.len() + part.len() <= MAX_LINE {
                return self.bytes.extend_from_slice(part);
            }
            self.bytes.truncate(KEPT);
            self.bytes.shrink_to(KEPT_BUFFER);
            self.tail = Some(VecDeque::new());
        }
        if let Some(tail) = &mut self.tail {
            tail.extend(&part[part.len().saturating_sub(KEPT)..]);
            tail.drain(..tail.len().saturating_sub(KEPT));
        }
    }

    /// The message in it, if it is one. It is empty afterwards.
    fn take(&mut self) -> Option<ServerJsonRpcMessage> {
        let message = match self.tail.take() {
            None => message(&self.bytes),
            Some(tail) => too_long(&self.bytes, Vec::from(tail).as_slice()),
        };
        self.bytes.clear();
        self.bytes.shrink_to(KEPT_BUFFER);
        message
    }
}

fn message(line: &[u8]) -> Option<ServerJsonRpcMessage> {
    let line = line.trim_ascii();
    if !line.starts_with(b"{") {
        return None;
    }
    if let Ok(message) = serde_json::from_slice(line) {
        return Some(message);
    }
    // An answer in a wrong form is an answer nevertheless: who waits for it is told.
    let value: Json = serde_json::from_slice(line).ok()?;
    let id: RequestId = serde_json::from_value(value.get("id")?.clone()).ok()?;
    let answers = value.get("method").is_none() && (value.get("error").is_some() || value.get("result").is_some());
    answers.then(|| nonsense(id, "an answer in a form that the protocol does not know"))
}

/// The answer that a line too long would have been, as an error.
fn too_long(head: &[u8], tail: &[u8]) -> Option<ServerJsonRpcMessage> {
    // Servers write the id before the result or after it.
    let id = first_id(head).or_else(|| last_id(tail))?;
    Some(nonsense(RequestId::Number(id), "an answer of more than 10 MiB; ask for less at a time"))
}

const ID: &[u8] = b"\"id\":";

fn first_id(text: &[u8]) -> Option<i64> {
    // Anything within the result may be named so too.
    let before = memchr::memmem::find(text, b"\"result\"").unwrap_or(text.len());
    number_after(&text[..before], memchr::memmem::find(&text[..before], ID)?)
}

fn last_id(text: &[u8]) -> Option<i64> {
    number_after(text, memchr::memmem::rfind(text, ID)?)
}

fn number_after(text: &[u8], at: usize) -> Option<i64> {
    let digits: Vec<u8> =
        text[at + ID.len()..].trim_ascii_start().iter().copied().take_while(u8::is_ascii_digit).collect();
    String::from_utf8(digits).ok()?.parse().ok()
}

fn nonsense(id: RequestId, what: &'static str) -> ServerJsonRpcMessage {
    ServerJsonRpcMessage::error(ErrorData::new(ErrorCode::PARSE_ERROR, what, None), Some(id))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::io::BufReader;

    use super::*;

    /// The messages in this output, as JSON.
    fn messages(output: &[u8]) -> Vec<Json> {
        let output = std::io::Cursor::new(output.to_vec());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut lines = Lines::new(BufReader::with_capacity(100, output), tokio::io::sink());
        runtime.block_on(async {
            let mut found = Vec::new();
            while let Some(message) = lines.receive().await {
                found.push(serde_json::to_value(message).unwrap());
            }
            found
        })
    }

    #[test]
    fn noise_between_messages_is_skipped() {
        let output = b"Server starting\n\n{\"level\":30,\"msg\":\"up\"}\n[1,2]\n42\n\"text\"\n\xff\xfe\n\
            {\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"content\":\"x\"}}\r\n{\"broken\n{\"id\":4,\"error\":\"bad\"}\n\
            {\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{}}";
        let found = messages(output);
        assert_eq!(found.len(), 2, "the last line is not whole: {found:?}");
        assert_eq!((&found[0]["id"], &found[0]["result"]["content"]), (&3.into(), &"x".into()));
        assert_eq!((&found[1]["id"], found[1]["error"].is_object()), (&4.into(), true));
    }

    #[test]
    fn an_answer_that_is_too_long_becomes_an_error_to_the_one_who_waits() {
        let big = "x".repeat(MAX_LINE);
        for line in [
            format!("{{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{{\"id\":1,\"content\":\"{big}\"}}}}\n"),
            format!("{{\"result\":{{\"id\":1,\"content\":\"{big}\"}},\"jsonrpc\":\"2.0\",\"id\":7}}\n"),
        ] {
            let found = messages(format!("{line}{{\"jsonrpc\":\"2.0\",\"id\":8,\"result\":{{}}}}\n").as_bytes());
            assert_eq!((&found[0]["id"], &found[1]["id"]), (&7.into(), &8.into()));
            assert!(found[0]["error"]["message"].as_str().unwrap().contains("10 MiB"));
        }
        assert_eq!(messages(format!("{big}{big}\n").as_bytes()), Vec::<Json>::new());
    }

    proptest! {
        #[test]
        fn whatever_a_server_writes_is_read_or_skipped(output in proptest::collection::vec(any::<u8>(), 0..300)) {
            messages(&output);
        }
    }
}
