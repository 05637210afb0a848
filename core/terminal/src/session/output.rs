//! What a terminal has put out and its readers have not taken yet.

use std::collections::{BTreeMap, VecDeque};

use super::stream::TerminalEvent;

/// How much waits for the slowest reader before the program must, and how much is kept while there is no reader; in
/// bytes.
pub(super) const MAX_WAITING: usize = 256 << 10;

/// How much a reader gets at once, in bytes.
const MAX_BATCH: usize = 64 << 10;

#[derive(Debug)]
enum Item {
    Text(String),
    Event(TerminalEvent),
}

impl Item {
    fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            // It takes no text, but some memory.
            Self::Event(_) => 64,
        }
    }
}

/// The output, numbered from the first item ever.
#[derive(Debug, Default)]
pub(super) struct Output {
    items: VecDeque<Item>,
    /// The number of the first of `items`.
    first: u64,
    size: usize,
    /// What each reader takes next.
    readers: BTreeMap<u64, u64>,
    next_reader: u64,
    ended: bool,
}

impl Output {
    /// Whether there is room for more without a reader losing anything.
    pub(super) fn has_room(&self) -> bool {
        self.readers.is_empty() || self.size < MAX_WAITING
    }

    pub(super) fn push_text(&mut self, text: String) {
        if !text.is_empty() {
            self.push(Item::Text(text));
        }
    }

    pub(super) fn push_event(&mut self, event: TerminalEvent) {
        self.push(Item::Event(event));
    }

    /// Nothing comes any more.
    pub(super) fn end(&mut self) {
        self.ended = true;
    }

    fn push(&mut self, item: Item) {
        self.size += item.size();
        self.items.push_back(item);
        self.forget();
    }

    /// A reader that gets what was kept for one, and all that comes.
    pub(super) fn add_reader(&mut self) -> u64 {
        let from = if self.readers.is_empty() { self.first } else { self.first + self.items.len() as u64 };
        self.next_reader += 1;
        self.readers.insert(self.next_reader, from);
        self.next_reader
    }

    pub(super) fn remove_reader(&mut self, reader: u64) {
        self.readers.remove(&reader);
        self.forget();
    }

    /// What waits for a reader, at most a batch of it. None when it has had everything and nothing comes any more.
    pub(super) fn take(&mut self, reader: u64) -> Option<Vec<TerminalEvent>> {
        let next = self.readers.get_mut(&reader)?;
        let start = usize::try_from(next.saturating_sub(self.first)).unwrap_or(usize::MAX);
        let (mut events, mut size) = (Vec::new(), 0);
        for item in self.items.iter().skip(start) {
            if size + item.size() > MAX_BATCH && size > 0 {
                break;
            }
            size += item.size();
            *next += 1;
            match (item, events.last_mut()) {
                (Item::Text(text), Some(TerminalEvent::Data { data })) => data.push_str(text),
                (Item::Text(text), _) => events.push(TerminalEvent::Data { data: text.clone() }),
                (Item::Event(event), _) => events.push(event.clone()),
            }
        }
        self.forget();
        (!events.is_empty() || !self.ended).then_some(events)
    }

    /// Drops what every reader has had, or without readers the oldest of what is too much.
    fn forget(&mut self) {
        let slowest = self.readers.values().min().copied();
        while let Some(item) = self.items.front() {
            let goes = slowest.map_or(self.size > MAX_WAITING, |slowest| self.first < slowest);
            if !goes {
                break;
            }
            self.size -= item.size();
            self.first += 1;
            self.items.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(events: Option<Vec<TerminalEvent>>) -> String {
        let data = events.unwrap().into_iter().filter_map(|event| match event {
            TerminalEvent::Data { data } => Some(data),
            _ => None,
        });
        data.collect()
    }

    #[test]
    fn each_reader_gets_all_and_the_slowest_decides_what_is_kept() {
        let mut output = Output::default();
        output.push_text("before ".into());
        let first = output.add_reader();
        output.push_text("one ".into());
        let second = output.add_reader();
        output.push_text("two".into());
        assert_eq!(text(output.take(first)), "before one two");
        assert_eq!(text(output.take(second)), "two");
        assert!(output.items.is_empty());
        output.push_text("x".repeat(MAX_WAITING));
        assert!(!output.has_room());
        assert_eq!(text(output.take(first)).len(), MAX_WAITING);
        assert!(!output.has_room());
        output.remove_reader(second);
        assert!(output.has_room() && output.items.is_empty());
    }

    #[test]
    fn without_a_reader_the_oldest_goes() {
        let mut output = Output::default();
        for number in 0..100 {
            output.push_text(format!("{number:02}").repeat(5000));
        }
        assert!(output.has_room() && output.size <= MAX_WAITING);
        let reader = output.add_reader();
        let mut all = String::new();
        while !output.items.is_empty() {
            all.push_str(&text(output.take(reader)));
        }
        assert!(all.starts_with("74") && all.ends_with("99"), "{}", &all[..10]);
        output.end();
        assert_eq!(output.take(reader), None);
    }
}
