//! What a single event costs in the parts that every event passes. `scripts/bench events`.

use atelier_protocol::{Conversation, EventBody, MessageId, SessionEvent, Timestamp, merge_deltas};
use divan::{Bencher, black_box, counter::ItemsCount};

fn main() {
    divan::main();
}

fn deltas(count: u64) -> Vec<SessionEvent> {
    let at = Timestamp::from_millis(0);
    let body = EventBody::MessageDelta { message: MessageId(1), text: "eight by".to_owned() };
    (1..=count).map(|seq| SessionEvent { seq, at, body: body.clone() }).collect()
}

#[divan::bench]
fn write_as_json(bencher: Bencher<'_, '_>) {
    let event = deltas(1).remove(0);
    bencher.bench(|| serde_json::to_string(black_box(&event)));
}

#[divan::bench]
fn read_from_json(bencher: Bencher<'_, '_>) {
    let text = serde_json::to_string(&deltas(1)[0]).unwrap_or_default();
    bencher.bench(|| serde_json::from_str::<SessionEvent>(black_box(&text)));
}

#[divan::bench(args = [1_000, 100_000])]
fn fold_into_a_conversation(bencher: Bencher<'_, '_>, count: u64) {
    let events = deltas(count);
    bencher.counter(ItemsCount::new(events.len())).bench(|| {
        let mut conversation = Conversation::default();
        conversation.apply_all(black_box(&events));
        conversation
    });
}

#[divan::bench(args = [1_000])]
fn merge_for_a_late_reader(bencher: Bencher<'_, '_>, count: u64) {
    let events = deltas(count);
    bencher
        .counter(ItemsCount::new(events.len()))
        .with_inputs(|| events.clone())
        .bench_values(|events| merge_deltas(events, 64 << 10));
}
