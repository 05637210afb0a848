//! What a reader of a screen was last shown, and how far back in the history it looks.

use std::{collections::VecDeque, mem, time::Instant};

use alacritty_terminal::grid::Dimensions as _;

use super::{
    Screen, ScreenEvent, engine, frame,
    frame::Update,
    outbox::MAX_EVENTS,
    search::Match,
    state::{self, Line, ScreenState, count, line},
};

/// Of one reader. A screen looks at itself through one at a time: [`Screen::swap_view`].
#[derive(Debug, Default)]
pub(crate) struct View {
    version: u64,
    /// The version in which all rows were new.
    whole: u64,
    rows: Vec<(u64, Vec<u8>)>,
    state: ScreenState,
    /// What happened, with the version in which it is told.
    events: VecDeque<(u64, ScreenEvent)>,
    /// The last of the screen's news that was seen.
    heard: u64,
    /// The last of the screen's changes that was seen.
    seen: u64,
    place: Scrolled,
}

/// How far back a reader looks.
#[derive(Debug, Default)]
struct Scrolled {
    lines: usize,
    /// How many lines had gone into the history then.
    pushed: u64,
    /// How often the history had been forgotten then.
    cleared: u64,
}

/// What has happened, numbered from 1.
#[derive(Debug, Default)]
pub(super) struct News {
    last: u64,
    latest: VecDeque<(u64, ScreenEvent)>,
}

impl News {
    pub(super) fn add(&mut self, event: ScreenEvent) {
        self.last += 1;
        keep(&mut self.latest, self.last, event);
    }
}

/// Adds the latest. Of several texts for the clipboard, which may be long, the last is kept.
fn keep(events: &mut VecDeque<(u64, ScreenEvent)>, number: u64, event: ScreenEvent) {
    let is_text = |event: &ScreenEvent| matches!(event, ScreenEvent::Clipboard(_));
    if is_text(&event) {
        events.retain(|(_, known)| !is_text(known));
    }
    if events.len() == MAX_EVENTS {
        events.pop_front();
    }
    events.push_back((number, event));
}

impl Screen {
    /// A view for one more reader: it is told what happens from now on.
    pub(crate) fn new_view(&self) -> View {
        View { heard: self.news.last, ..View::default() }
    }

    /// Looks through another reader's view, until it is swapped back.
    pub(crate) fn swap_view(&mut self, view: &mut View) {
        mem::swap(&mut self.view, view);
    }

    /// What has changed since a version that a reader has (0: none). None when nothing has, or when the program holds
    /// back what it draws (mode 2026) and its time is not over; then there is something at `waits_until` at the latest.
    pub fn update(&mut self, since: u64, now: Instant) -> Option<Update> {
        if self.waits_until().is_none_or(|until| until <= now) || self.view.version == 0 {
            self.engine.switches.synchronized = self.engine.switches.synchronized.filter(|until| *until > now);
            self.look();
        }
        let view = &self.view;
        if since == view.version {
            return None;
        }
        let whole = since < view.whole || since > view.version;
        let changed = view.rows.iter().filter(|(version, _)| whole || *version > since);
        let cells = changed.flat_map(|(_, row)| row.iter().copied()).collect();
        Some(Update {
            version: view.version,
            whole,
            cells,
            state: view.state.clone(),
            events: view.events_since(since),
        })
    }

    /// Until when the program holds back what it draws.
    pub fn waits_until(&self) -> Option<Instant> {
        self.engine.switches.synchronized
    }

    /// Compares what there is with what was shown, whatever the engine says of its damage.
    fn look(&mut self) {
        if mem::replace(&mut self.view.seen, self.changes) == self.changes {
            return;
        }
        let state = self.state();
        if state.scrolled > 0 {
            self.look_closer();
        }
        let view = &mut self.view;
        let version = view.version + 1;
        let all = state.size != view.state.size || view.version == 0;
        let mut changed = all || state != view.state || view.heard != self.news.last;
        if all {
            view.whole = version;
            view.rows = vec![(0, Vec::new()); state.size.rows.into()];
        }
        let mut packed = Vec::new();
        for (index, (since, known)) in view.rows.iter_mut().enumerate() {
            let row = engine::row(&self.engine.term, line(index) - i32::try_from(state.scrolled).unwrap_or(0));
            packed.clear();
            frame::pack_row(&mut packed, index, row, &mut self.links);
            if *known != packed {
                known.clone_from(&packed);
                *since = version;
                changed = true;
            }
        }
        if changed {
            view.hear(&self.news, version);
            view.version = version;
            view.state = state;
        }
    }

    fn state(&self) -> ScreenState {
        let engine = &self.engine;
        ScreenState {
            size: state::size(engine),
            cursor: state::cursor(engine),
            title: engine.outbox.title(),
            modes: state::modes(engine),
            scrolled: count(self.scrolled()),
            history: count(engine.history_lines()),
            selected: self.selected(),
            colours: state::colours(engine),
            shell: self.shell.clone(),
        }
    }

    /// How far back what is shown begins: the same lines stay in sight while others are added.
    pub(super) fn scrolled(&self) -> usize {
        let (place, history) = (&self.view.place, &self.engine.history);
        if place.lines == 0 || place.cleared != history.cleared {
            return 0;
        }
        let added = usize::try_from(self.engine.pushed_lines().saturating_sub(place.pushed)).unwrap_or(usize::MAX);
        place.lines.saturating_add(added).min(self.engine.history_lines())
    }

    /// Whether anything is selected.
    pub(crate) fn is_selected(&self) -> bool {
        self.engine.term.selection.is_some()
    }

    /// Whether this reader looks at the history.
    pub(crate) fn is_scrolled(&self) -> bool {
        self.scrolled() > 0
    }

    fn scroll_back(&mut self, lines: usize) {
        let lines = lines.min(self.engine.history_lines());
        self.view.place = Scrolled { lines, pushed: self.engine.pushed_lines(), cleared: self.engine.history.cleared };
        self.changes += 1;
    }

    /// Shows older lines (`lines` above 0) or newer ones, as far as there are any.
    pub fn scroll(&mut self, lines: i32) {
        let by = usize::try_from(lines.unsigned_abs()).unwrap_or(usize::MAX);
        let now = self.scrolled();
        self.scroll_back(if lines > 0 { now.saturating_add(by) } else { now.saturating_sub(by) });
    }

    /// Shows the newest lines.
    pub fn scroll_to_end(&mut self) {
        self.scroll_back(0);
    }

    /// Scrolls so that a match is on what is shown.
    pub fn show(&mut self, found: Match) {
        self.show_line(found.start.line);
    }

    /// Scrolls as little as shows a line.
    fn show_line(&mut self, at: Line) {
        let (now, rows) = (line(self.scrolled()), line(self.engine.term.screen_lines()));
        let back = now.max(-at).min(rows - 1 - at);
        self.scroll_back(usize::try_from(back).unwrap_or(0));
    }

    /// Scrolls so that a line is the first that is shown, where there are enough below.
    pub(super) fn scroll_to(&mut self, at: Line) {
        self.scroll_back(usize::try_from(-at).unwrap_or(0));
    }
}

impl View {
    fn hear(&mut self, news: &News, version: u64) {
        for (number, event) in &news.latest {
            if *number > self.heard {
                keep(&mut self.events, version, event.clone());
            }
        }
        self.heard = news.last;
    }

    /// What happened since a version; the bell once for all its rings.
    fn events_since(&self, since: u64) -> Vec<ScreenEvent> {
        let mut events: Vec<ScreenEvent> = Vec::new();
        for (_, event) in self.events.iter().filter(|(version, _)| *version > since) {
            if *event != ScreenEvent::Bell || !events.contains(event) {
                events.push(event.clone());
            }
        }
        events
    }
}
