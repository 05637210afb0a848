//! What the engine says beside what it draws: answers for the program, title, bell, texts for the clipboard.

use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use alacritty_terminal::event::{Event, EventListener};

/// How much is kept of what programs asked and nobody has fetched yet, in bytes; further answers are dropped.
const MAX_REPLIES: usize = 64 << 10;

/// How many bells and clipboard texts wait at most; of more, the latest.
pub(super) const MAX_EVENTS: usize = 8;

/// What the engine says beside what it draws.
#[derive(Debug, Clone, Default)]
pub(super) struct Outbox(Arc<Mutex<Letters>>);

#[derive(Debug, Default)]
pub(super) struct Letters {
    /// For the program, in order.
    pub(super) replies: Vec<u8>,
    pub(super) title: Option<String>,
    pub(super) bell: bool,
    /// How often it rang.
    pub(super) bells: u64,
    pub(super) clipboard: Vec<String>,
}

impl Outbox {
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut Letters) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn reply(&self, text: &str) {
        self.with(|letters| {
            if letters.replies.len() + text.len() <= MAX_REPLIES {
                letters.replies.extend_from_slice(text.as_bytes());
            }
        });
    }

    pub(super) fn take_replies(&self) -> Vec<u8> {
        self.with(|letters| mem::take(&mut letters.replies))
    }

    pub(super) fn take_bell(&self) -> bool {
        self.with(|letters| mem::take(&mut letters.bell))
    }

    pub(super) fn take_clipboard(&self) -> Vec<String> {
        self.with(|letters| mem::take(&mut letters.clipboard))
    }

    pub(super) fn bells(&self) -> u64 {
        self.with(|letters| letters.bells)
    }

    pub(super) fn title(&self) -> Option<String> {
        self.with(|letters| letters.title.clone())
    }
}

impl EventListener for Outbox {
    fn send_event(&self, event: Event) {
        match event {
            Event::PtyWrite(text) => self.reply(&text),
            Event::Title(title) => self.with(|letters| letters.title = Some(title)),
            Event::ResetTitle => self.with(|letters| letters.title = None),
            Event::Bell => self.with(|letters| {
                letters.bell = true;
                letters.bells = letters.bells.wrapping_add(1);
            }),
            Event::ClipboardStore(_, text) => self.with(|letters| {
                letters.clipboard.push(text);
                let extra = letters.clipboard.len().saturating_sub(MAX_EVENTS);
                letters.clipboard.drain(..extra);
            }),
            _ => {}
        }
    }
}
