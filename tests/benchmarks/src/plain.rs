//! The rival: what anyone would write first. A reqwest loop that cuts the stream into lines, parses each event's JSON
//! and keeps the text. No log, no readers, no recovery.

use std::time::{Duration, Instant};

use reqwest::Client;
use serde::Deserialize;

use crate::Failure;

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    delta: Option<Delta<'a>>,
}

#[derive(Deserialize)]
struct Delta<'a> {
    #[serde(borrow)]
    text: Option<std::borrow::Cow<'a, str>>,
}

/// Reads one answer from the server; returns how long that took and the length of its text.
///
/// # Errors
/// When the server can't be reached or sends something else.
pub async fn stream_through_plain_loop(client: &Client, url: &str) -> Result<(Duration, usize), Failure> {
    let began = Instant::now();
    let body = r#"{"model":"m","max_tokens":8192,"stream":true,"messages":[{"role":"user","content":"go"}]}"#;
    let request = client.post(format!("{url}/v1/messages")).header("content-type", "application/json").body(body);
    let mut response = request.send().await?.error_for_status()?;
    let (mut waiting, mut text) = (Vec::new(), String::new());
    while let Some(chunk) = response.chunk().await? {
        waiting.extend_from_slice(&chunk);
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', &waiting) {
            if let Some(data) = waiting[start..end].strip_prefix(b"data: ") {
                let event: Event<'_> = serde_json::from_slice(data)?;
                text.push_str(event.delta.and_then(|delta| delta.text).as_deref().unwrap_or_default());
            }
            start = end + 1;
        }
        waiting.drain(..start);
    }
    Ok((began.elapsed(), text.len()))
}
