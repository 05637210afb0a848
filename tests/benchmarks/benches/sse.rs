//! How fast event streams are taken apart: our decoder against two others, on the same chunks.
//! Those hand out text of its own; ours lends bytes, which the parser of JSON then checks.
//!
//! `scripts/bench sse`. Target: 500 MB/s, or 80 % of the fastest.
#![expect(clippy::print_stdout, reason = "the result is printed")]

use std::{
    convert::Infallible,
    time::{Duration, Instant},
};

use atelier_benchmarks::{Failure, median};
use atelier_llm::{EventTooLarge, SseDecoder};
use bytes::Bytes;
use eventsource_stream::Eventsource as _;
use futures_util::{FutureExt as _, Stream, StreamExt as _, stream};
use sse_stream::SseStream;

const EVENTS: usize = 100_000;
const ROUNDS: usize = 5;

/// Why our decoder stopped; it does not.
#[derive(Debug)]
struct TooLarge;

impl From<EventTooLarge> for TooLarge {
    fn from(_: EventTooLarge) -> Self {
        Self
    }
}

fn main() -> Result<(), Failure> {
    let stream = deltas();
    println!("chunk       ours         sse-stream   eventsource-stream   share of the faster");
    for size in [128, 1400, 16 << 10] {
        let chunks: Vec<_> = stream.chunks(size).map(Bytes::copy_from_slice).collect();
        let mut times = [const { Vec::new() }; 3];
        for _ in 0..ROUNDS {
            for (reader, times) in [ours, sse_stream, eventsource].into_iter().zip(&mut times) {
                let began = Instant::now();
                let (events, bytes) = reader(&chunks);
                times.push(began.elapsed());
                if events != EVENTS || bytes < stream.len() / 2 {
                    return Err(format!("a decoder found {events} events with {bytes} bytes").into());
                }
            }
        }
        let rates = times.map(|times| rate(stream.len(), median(times)));
        let share = rates[0] / rates[1].max(rates[2]) * 100.0;
        println!(
            "{size:>6}  {:>6.0} MB/s  {:>6.0} MB/s  {:>6.0} MB/s         {share:>4.0} %",
            rates[0], rates[1], rates[2]
        );
    }
    Ok(())
}

/// An answer as Anthropic streams it.
fn deltas() -> Vec<u8> {
    let mut stream = Vec::new();
    for number in 0..EVENTS {
        let data = format!(
            "event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":0,\
             \"delta\":{{\"type\":\"text_delta\",\"text\":\"word {number} \"}}}}\n\n"
        );
        stream.extend_from_slice(data.as_bytes());
    }
    stream
}

#[expect(clippy::cast_precision_loss, reason = "megabytes for people")]
fn rate(bytes: usize, time: Duration) -> f64 {
    bytes as f64 / time.as_secs_f64() / 1e6
}

/// The number of events and the length of their data.
fn ours(chunks: &[Bytes]) -> (usize, usize) {
    let (mut decoder, mut events, mut bytes) = (SseDecoder::default(), 0, 0);
    for chunk in chunks {
        let read = decoder.read(chunk, |event| {
            events += 1;
            bytes += event.name.len() + event.data.len();
            Ok::<(), TooLarge>(())
        });
        if read.is_err() {
            break;
        }
    }
    (events, bytes)
}

fn as_stream(chunks: &[Bytes]) -> impl Stream<Item = Result<Bytes, Infallible>> + Unpin {
    stream::iter(chunks.iter().cloned().map(Ok))
}

/// The chunks are all there, so nothing is ever waited for.
fn take_all<T, E>(mut stream: impl Stream<Item = Result<T, E>> + Unpin, length: impl Fn(T) -> usize) -> (usize, usize) {
    let (mut events, mut bytes) = (0, 0);
    while let Some(Some(Ok(event))) = stream.next().now_or_never() {
        events += 1;
        bytes += length(event);
    }
    (events, bytes)
}

fn sse_stream(chunks: &[Bytes]) -> (usize, usize) {
    let length =
        |event: sse_stream::Sse| event.event.map_or(0, |name| name.len()) + event.data.map_or(0, |data| data.len());
    take_all(SseStream::from_bytes_stream(as_stream(chunks)), length)
}

fn eventsource(chunks: &[Bytes]) -> (usize, usize) {
    take_all(as_stream(chunks).eventsource(), |event| event.event.len() + event.data.len())
}
