//! The history of the main screen: how much of it is kept, how far it has moved on, and how it lies while nobody looks.
//!
//! The engine says nothing about lines that it pushes out of its history. So it is given room for more than are kept, and
//! whatever may push calls [`Engine::pushed`], which counts and cuts before the room is full. Mostly nobody looks at the
//! history: what is cut goes into an [`Archive`], a fraction of its size, and comes back as soon as somebody does.

use alacritty_terminal::{
    grid::{Dimensions as _, Scroll},
    index::{Column, Line},
    term::cell::Cell,
};

use super::{
    archive::Archive,
    engine::{self, Engine},
    state::line,
};

/// How many lines there are counted at once, and how many the engine holds of a history that nobody looks at.
const AT_ONCE: usize = 64;

/// How many lines are never put away: the engine changes the end of the last one, when a wide character goes that did not
/// fit there.
const NEWEST: usize = 1;

#[derive(Debug)]
pub(super) struct History {
    /// How many lines are kept.
    lines: usize,
    /// The rows of the screen: so many lines one step can push.
    rows: usize,
    /// How many lines the engine's history had when they were last counted.
    counted: usize,
    /// How many lines have ever gone into the history, but for those that are not counted yet.
    pushed: u64,
    /// How often it was forgotten.
    pub(super) cleared: u64,
    /// The engine holds no rows that it does not use.
    fits: bool,
    /// The history, while nobody looks at it.
    archive: Option<Archive>,
}

impl History {
    pub(super) fn new(lines: usize, rows: usize) -> Self {
        let archive = Some(Archive::new(lines));
        Self { lines, rows, counted: 0, pushed: 0, cleared: 0, fits: false, archive }
    }

    /// The archive, if there is one now; how many lines have ever gone there; and how many are kept.
    pub(super) fn archive_and_counts(&mut self) -> Option<(&mut Archive, &mut u64, usize)> {
        self.archive.as_mut().map(|archive| (archive, &mut self.pushed, self.lines))
    }

    /// How many lines the engine keeps outside of an archive.
    fn inside(&self) -> usize {
        if self.archive.is_some() { 0 } else { self.lines }
    }

    /// From how many lines on they must be counted.
    fn full(&self) -> usize {
        self.inside() + AT_ONCE
    }

    /// How many lines the engine has room for.
    pub(super) fn most(&self) -> usize {
        self.full() + self.rows
    }
}

impl Engine {
    /// Lines may have gone into the history.
    #[inline]
    pub(super) fn pushed(&mut self) {
        if self.term.grid().history_size() >= self.history.full() {
            self.count();
        }
    }

    /// Counts what went into the history, and forgets what is too much.
    pub(super) fn count(&mut self) {
        if self.is_alternate() {
            return;
        }
        let now = self.term.grid().history_size();
        if self.history.archive.is_some() {
            // At the end of a piece of output it need not be full.
            if now >= self.history.full() {
                self.put_away(NEWEST);
            }
            return;
        }
        self.history.pushed += now.saturating_sub(self.history.counted) as u64;
        if now > self.history.lines {
            if !self.history.fits {
                self.fit();
            }
            self.cut(self.history.lines);
        }
        self.history.counted = self.term.grid().history_size();
    }

    /// The history is no more.
    pub(super) fn forget_history(&mut self) {
        if self.is_alternate() {
            return;
        }
        self.history.cleared += 1;
        self.history.counted = 0;
        if let Some(archive) = &mut self.history.archive {
            archive.clear();
        }
        self.cut(0);
    }

    /// Another number of lines is kept, or rows are shown. What is too much is forgotten.
    pub(super) fn set_history(&mut self, lines: usize, rows: usize) {
        self.bring_back();
        self.on_main(|engine| {
            (engine.history.lines, engine.history.rows, engine.history.fits) = (lines, rows, false);
            engine.term.set_options(engine::config(engine.history.most()));
            engine.cut(lines);
            engine.term.grid_mut().truncate();
            engine.history.counted = engine.term.grid().history_size();
        });
    }

    /// Puts the history away until somebody looks at it: [`Engine::bring_back`]. Nothing is selected then.
    pub(super) fn archive(&mut self) {
        if self.history.archive.is_some() {
            return;
        }
        self.term.selection = None;
        self.on_main(|engine| {
            engine.count();
            engine.history.archive = Some(Archive::new(engine.history.lines));
            let counted = engine.history.pushed;
            engine.put_away(NEWEST);
            let left = engine.term.grid().history_size();
            engine.history.pushed = counted.saturating_sub(left as u64);
            engine.term.set_options(engine::config(engine.history.most()));
            engine.fit();
            engine.cut(left);
        });
    }

    /// Whether the history is in an archive.
    pub(super) fn is_archived(&self) -> bool {
        self.history.archive.is_some()
    }

    /// The archive takes as little memory as can be, or lines go there fast.
    pub(super) fn set_small(&mut self, small: bool) {
        if let Some(archive) = &mut self.history.archive {
            archive.set_small(small);
        }
    }

    /// How many lines have ever gone into the history of the screen that is shown.
    pub(super) fn pushed_lines(&self) -> u64 {
        let counted = self.history.archive.is_none() || self.is_alternate();
        self.history.pushed + if counted { 0 } else { self.term.grid().history_size() as u64 }
    }

    /// How many lines of history the screen has that is shown.
    pub(super) fn history_lines(&self) -> usize {
        if self.is_alternate() {
            return 0;
        }
        let put_away = self.history.archive.as_ref().map_or(0, Archive::lines);
        (put_away + self.term.grid().history_size()).min(self.history.lines)
    }

    /// The history and what stands on the main screen, above empty lines.
    pub(super) fn all_lines(&mut self) -> Archive {
        self.on_main(|engine| {
            engine.put_away(NEWEST);
            let mut all = engine.history.archive.clone().unwrap_or_else(|| Archive::new(engine.history.lines));
            let (term, inside) = (&engine.term, line(engine.term.grid().history_size()));
            let blank = |at: &i32| engine::row(term, *at).into_iter().all(|cell| *cell == Cell::default());
            let last = (0..line(term.screen_lines())).rev().find(|at| !blank(at)).unwrap_or(-1);
            (-inside..=last).for_each(|at| all.push(engine::row(term, at)));
            all.set_small(true);
            all
        })
    }

    /// The history of a new screen is another's.
    pub(super) fn take_history(&mut self, archive: Archive) {
        self.history.archive = Some(archive);
    }

    /// The history is as if it had never been in an archive.
    pub(super) fn bring_back(&mut self) {
        self.on_main(|engine| {
            engine.put_away(0);
            let Some(mut archive) = engine.history.archive.take() else { return };
            // For a moment there are both.
            archive.compress();
            engine.replace_history(&archive);
        });
    }

    /// Fills the history, which is empty, with the newest lines of an archive.
    pub(super) fn replace_history(&mut self, archive: &Archive) {
        let lines = archive.lines().min(self.history.lines);
        let skip = archive.lines() - lines;
        let grid = self.term.grid_mut();
        grid.update_history(lines);
        grid.initialize_all();
        grid.truncate();
        archive.each(|index, cells| {
            let Some(index) = index.checked_sub(skip).filter(|index| *index < lines) else { return };
            let row = &mut grid[Line(line(index) - line(lines))];
            for (column, cell) in cells.into_iter().enumerate().take(row.len()) {
                row[Column(column)] = cell;
            }
        });
        self.history.fits = false;
        self.term.set_options(engine::config(self.history.most()));
        self.history.counted = lines;
    }

    /// Moves what the engine has of the history into the archive, but for the newest lines.
    pub(super) fn put_away(&mut self, newest: usize) {
        let lines = self.term.grid().history_size();
        let Some(archive) = &mut self.history.archive else { return };
        for index in (newest + 1..=lines).rev() {
            archive.push(engine::row(&self.term, -line(index)));
        }
        self.history.pushed += lines.saturating_sub(newest) as u64;
        self.cut(newest.min(lines));
    }

    /// Forgets all lines but the newest. The engine keeps their room.
    fn cut(&mut self, lines: usize) {
        let most = self.history.most();
        let grid = self.term.grid_mut();
        grid.update_history(lines);
        grid.update_history(most);
        grid.scroll_display(Scroll::Bottom);
    }

    /// An empty history has the room that it needs, and no more.
    pub(super) fn begin_history(&mut self) {
        self.fit();
        self.cut(0);
    }

    /// Gives the engine all the room that it may use and takes away what is beyond: it would take a thousand rows at once.
    fn fit(&mut self) {
        let grid = self.term.grid_mut();
        grid.initialize_all();
        grid.truncate();
        self.history.fits = true;
    }

    /// Does something to the main screen, whichever is shown.
    pub(super) fn on_main<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> T {
        if !self.is_alternate() {
            return act(self);
        }
        // The engine clears the alternate screen whenever it is entered.
        let (alternate, selection) = (self.term.grid().clone(), self.term.selection.take());
        self.term.swap_alt();
        let result = act(self);
        self.term.swap_alt();
        *self.term.grid_mut() = alternate;
        self.term.selection = selection;
        result
    }
}
