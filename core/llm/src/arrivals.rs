//! What has arrived of an answer and was not taken yet.

use std::collections::VecDeque;

use crate::ModelEvent;

/// Events in order. Pieces of one block's text that arrive together become one event: when a server sends faster than
/// its reader takes, the cost of an event is paid once for many pieces.
#[derive(Debug, Default)]
pub(crate) struct Arrivals(VecDeque<ModelEvent>);

impl Arrivals {
    pub(crate) fn push(&mut self, event: ModelEvent) {
        self.0.push_back(event);
    }

    /// A piece of a text block; an empty one is nothing.
    pub(crate) fn push_text(&mut self, block: u32, piece: &str) {
        match self.0.back_mut() {
            _ if piece.is_empty() => {}
            Some(ModelEvent::TextDelta { index, text }) if *index == block => text.push_str(piece),
            _ => self.push(ModelEvent::TextDelta { index: block, text: piece.to_owned() }),
        }
    }

    /// A piece of a thinking block; an empty one is nothing.
    pub(crate) fn push_thinking(&mut self, block: u32, piece: &str) {
        match self.0.back_mut() {
            _ if piece.is_empty() => {}
            Some(ModelEvent::ThinkingDelta { index, text }) if *index == block => text.push_str(piece),
            _ => self.push(ModelEvent::ThinkingDelta { index: block, text: piece.to_owned() }),
        }
    }

    /// A piece of a tool call's arguments; an empty one is nothing.
    pub(crate) fn push_tool_input(&mut self, block: u32, piece: &str) {
        match self.0.back_mut() {
            _ if piece.is_empty() => {}
            Some(ModelEvent::ToolInputDelta { index, partial_json }) if *index == block => partial_json.push_str(piece),
            _ => self.push(ModelEvent::ToolInputDelta { index: block, partial_json: piece.to_owned() }),
        }
    }

    pub(crate) fn pop(&mut self) -> Option<ModelEvent> {
        self.0.pop_front()
    }
}

impl Extend<ModelEvent> for Arrivals {
    fn extend<T: IntoIterator<Item = ModelEvent>>(&mut self, events: T) {
        self.0.extend(events);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_neighbouring_pieces_of_one_block_are_joined() {
        let mut arrivals = Arrivals::default();
        arrivals.push_text(0, "Hel");
        arrivals.push_text(0, "");
        arrivals.push_text(0, "lo");
        arrivals.push_text(1, "other");
        arrivals.push_thinking(1, "hm");
        arrivals.push_text(1, "again");
        let taken: Vec<_> = std::iter::from_fn(|| arrivals.pop()).collect();
        let text = |index, text: &str| ModelEvent::TextDelta { index, text: text.to_owned() };
        let thinking = ModelEvent::ThinkingDelta { index: 1, text: "hm".to_owned() };
        assert_eq!(taken, [text(0, "Hello"), text(1, "other"), thinking, text(1, "again")]);
    }
}
