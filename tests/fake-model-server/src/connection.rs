//! One connection: reads HTTP/1.1 requests and answers them as scripted.

use std::{fmt::Write as _, io, sync::Arc, time::Duration};

use serde_json::{Map, Value as Json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
};

use crate::{
    Ending, Recorded, Reply,
    body::{Body, Stop},
    control, document,
    format::{self, Format},
    record::State,
    stream::{Player, stall},
};

/// The largest head of a request, in bytes.
const MAX_HEAD: usize = 64 << 10;

/// The largest body of a request, in bytes.
const MAX_BODY: usize = 64 << 20;

/// How an answer went.
enum Outcome {
    Complete,
    Cut,
    CutWithReset,
    ClientClosed,
}

/// Answers the requests of one client until it leaves or the script cuts it off.
pub(crate) async fn serve(stream: TcpStream, state: Arc<State>) {
    // A failed connection ends; what the client did is in the record.
    let _ = serve_all(stream, &state).await;
}

async fn serve_all(mut stream: TcpStream, state: &State) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut received = Vec::new();
    while let Some(request) = read_request(&mut stream, &mut received).await? {
        let last = request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        if control::is_control(&request.path) {
            let reply = control::answer(request, state);
            send_whole(&mut stream.split().1, &reply, reply.body.as_deref().unwrap_or_default()).await?;
            if last {
                return Ok(());
            }
            continue;
        }
        let (reply, format) = answer(&request, state);
        let number = state.record(request);
        let mut sent = 0;
        let (mut reader, writer) = stream.split();
        let outcome = tokio::select! {
            biased;
            outcome = send(&reply, format, writer, state, &mut sent) => outcome,
            () = closed(&mut reader, &mut received) => Outcome::ClientClosed,
        };
        state.ended(number, |after| ending(&outcome, sent, after));
        match outcome {
            Outcome::Complete if last => return Ok(()),
            Outcome::Complete => {}
            Outcome::CutWithReset => return stream.set_zero_linger(),
            Outcome::Cut | Outcome::ClientClosed => return Ok(()),
        }
    }
    Ok(())
}

fn ending(outcome: &Outcome, after_bytes: u64, after: Duration) -> Ending {
    match outcome {
        Outcome::Complete => Ending::Complete,
        Outcome::Cut | Outcome::CutWithReset => Ending::Cut,
        Outcome::ClientClosed => {
            let after_ms = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
            Ending::ClientClosed { after_bytes, after_ms }
        }
    }
}

/// The reply to a request, and the format of its steps if it has any.
fn answer(request: &Recorded, state: &State) -> (Reply, Option<Box<dyn Format>>) {
    if let Some(document) = document::of(request, state) {
        let usual = || Reply::body(200, "application/json", &document.to_string());
        return (state.next_whole_reply().unwrap_or_else(usual), None);
    }
    if let Some(format) = format::of(request) {
        return (state.next_reply(), Some(format));
    }
    (Reply::body(404, "text/html", "<html><body><h1>Not Found</h1></body></html>"), None)
}

async fn send(
    reply: &Reply,
    format: Option<Box<dyn Format>>,
    mut writer: WriteHalf<'_>,
    state: &State,
    sent: &mut u64,
) -> Outcome {
    if reply.held {
        stall(state).await;
    }
    let (None, Some(format)) = (&reply.body, format) else {
        let whole = send_whole(&mut writer, reply, reply.body.as_deref().unwrap_or_default()).await;
        return if whole.is_ok() { Outcome::Complete } else { Outcome::ClientClosed };
    };
    let head = head(reply, &[("content-type", "text/event-stream"), ("transfer-encoding", "chunked")]);
    if writer.write_all(head.as_bytes()).await.is_err() {
        return Outcome::ClientClosed;
    }
    let mut body = Body::new(writer, reply.split, Duration::from_millis(reply.pace_ms), reply.cut_after, sent);
    match Player::new(&mut body, state, format).play(&reply.steps).await {
        Ok(()) => {
            // A client that has read the last event may be gone already, which is no fault.
            let _ = body.end().await;
            Outcome::Complete
        }
        Err(Stop::Close) => Outcome::Cut,
        Err(Stop::Reset) => Outcome::CutWithReset,
        Err(Stop::Gone) => Outcome::ClientClosed,
    }
}

async fn send_whole(writer: &mut WriteHalf<'_>, reply: &Reply, body: &str) -> io::Result<()> {
    let length = body.len().to_string();
    let head = head(reply, &[("content-type", "application/json"), ("content-length", &length)]);
    writer.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await
}

fn head(reply: &Reply, usual: &[(&str, &str)]) -> String {
    let mut head = format!("HTTP/1.1 {} {}\r\n", reply.status, reason(reply.status));
    let mut line = |name: &str, value: &str| {
        // Writing to a string can't fail.
        let _ = write!(head, "{name}: {value}\r\n");
    };
    for (name, value) in usual.iter().filter(|(name, _)| !reply.headers.contains_key(*name)) {
        line(name, value);
    }
    for (name, value) in &reply.headers {
        line(name, value.as_str().unwrap_or_default());
    }
    head + "\r\n"
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        _ => "Scripted",
    }
}

/// Waits until the client has closed the connection. What it sends meanwhile belongs to the next request.
async fn closed(reader: &mut ReadHalf<'_>, received: &mut Vec<u8>) {
    while let Ok(1..) = reader.read_buf(received).await {}
}

/// Reads the next request; none when the client has left.
async fn read_request(stream: &mut TcpStream, received: &mut Vec<u8>) -> io::Result<Option<Recorded>> {
    let invalid = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what);
    let head_end = loop {
        if let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if received.first().is_some_and(|first| !first.is_ascii_uppercase()) {
            // TLS, most likely; answered as other servers do.
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await?;
            return Err(invalid("no HTTP"));
        }
        if received.len() > MAX_HEAD || stream.read_buf(received).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&received[..head_end]).into_owned();
    received.drain(..head_end + 4);
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (Some(method), Some(path)) = (words.next(), words.next()) else {
        return Err(invalid("no request line"));
    };
    let headers: Map<String, Json> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().into()))
        .collect();
    let length = headers.get("content-length").and_then(Json::as_str).map_or(Ok(0), str::parse::<usize>);
    let length = length.map_err(|_| invalid("content-length"))?;
    if length > MAX_BODY {
        return Err(invalid("body too large"));
    }
    while received.len() < length {
        if stream.read_buf(received).await? == 0 {
            return Ok(None);
        }
    }
    let body: Vec<u8> = received.drain(..length).collect();
    let body = serde_json::from_slice(&body).unwrap_or(Json::Null);
    Ok(Some(Recorded { method: method.to_owned(), path: origin_form(path).to_owned(), headers, body, ending: None }))
}

/// The path of a request target, also of one that was meant for a proxy (`http://host/path`).
fn origin_form(target: &str) -> &str {
    let after_host = |rest: &'_ str| rest.find('/').unwrap_or(rest.len());
    match target.strip_prefix("http://") {
        Some(rest) => &rest[after_host(rest)..],
        None => target,
    }
}
