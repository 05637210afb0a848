//! A reader of a screen that only knows what updates tell.

use std::time::{Duration, Instant};

use atelier_terminal::{Cell, Frame, Screen, ScreenEvent, ScreenLimits, ScreenSize};

/// A screen and a reader of it.
pub(crate) struct View {
    pub(crate) screen: Screen,
    pub(crate) frame: Frame,
    pub(crate) events: Vec<ScreenEvent>,
}

impl View {
    pub(crate) fn new(columns: u16, rows: u16) -> Self {
        Self::with_history(columns, rows, 10_000)
    }

    pub(crate) fn with_history(columns: u16, rows: u16, lines: usize) -> Self {
        let screen = Screen::new(ScreenSize::new(columns, rows), ScreenLimits { lines, ..ScreenLimits::default() });
        let mut view = Self { screen, frame: Frame::default(), events: Vec::new() };
        view.look();
        view
    }

    /// What the program draws, and the reader's next look.
    pub(crate) fn draw(&mut self, output: impl AsRef<[u8]>) -> &mut Self {
        self.screen.feed(output.as_ref());
        self.look();
        self
    }

    /// Takes what has changed; whether anything has.
    pub(crate) fn look(&mut self) -> bool {
        self.look_at(Instant::now())
    }

    pub(crate) fn look_at(&mut self, now: Instant) -> bool {
        let update = self.screen.update(self.frame.version(), now);
        if let Some(update) = &update {
            self.frame.apply(update).unwrap();
            self.events.extend(update.events.iter().cloned());
        }
        update.is_some()
    }

    pub(crate) fn text(&self) -> String {
        self.frame.to_text()
    }

    pub(crate) fn cell(&self, row: usize, column: usize) -> Cell {
        self.frame.cells(row)[column].clone()
    }

    pub(crate) fn cursor(&self) -> (u16, u16) {
        (self.frame.state().cursor.row, self.frame.state().cursor.column)
    }

    pub(crate) fn replies(&mut self) -> String {
        String::from_utf8(self.screen.take_replies()).unwrap()
    }
}

/// After everything that a program can hold back.
pub(crate) fn later() -> Instant {
    Instant::now() + Duration::from_mins(1)
}
