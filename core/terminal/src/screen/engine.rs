//! The engine behind a screen, with what it lacks: limits on what a hostile program can make it keep, the Kitty keyboard
//! protocol's stacks, a few older modes, and which cells belong to a prompt.

use std::time::Duration;

use alacritty_terminal::{
    Term,
    grid::Dimensions,
    index::{Column, Line},
    term::{
        Config, Osc52, TermMode,
        cell::{Cell, Flags},
    },
    vte::ansi::{
        Attr, CharsetIndex, ClearMode, CursorShape, CursorStyle, Handler, Hyperlink, KeyboardModes,
        KeyboardModesApplyBehavior, LineClearMode, Mode, ModifyOtherKeys, PrivateMode, Rgb, StandardCharset,
        TabulationClearMode, Timeout,
    },
};
use unicode_width::UnicodeWidthChar as _;

use super::{
    colours::Palette,
    corrections::Corrections,
    history::History,
    link_budget::LinkBudget,
    outbox::Outbox,
    switches::{MAX_STACK, Switches},
};

/// The bit of a cell's flags that the engine leaves free: the cell was written between a prompt's beginning and the
/// beginning of the command's output.
pub(super) const PROMPT: Flags = Flags::from_bits_retain(1 << 15);

/// How many combining characters a cell takes; further ones are dropped.
const MAX_COMBINING: usize = 16;

/// The longest title and link address, in bytes; a longer title is cut, a longer link is none.
const MAX_TITLE: usize = 1024;
const MAX_LINK: usize = 4096;

/// Never lets the parser hold anything back: what is drawn is held back where it is shown.
#[derive(Debug, Default)]
pub(super) struct NeverWaits;

impl Timeout for NeverWaits {
    fn set_timeout(&mut self, _: Duration) {}
    fn clear_timeout(&mut self) {}
    fn pending_timeout(&self) -> bool {
        false
    }
}

/// The engine and what it lacks.
pub(super) struct Engine {
    pub(super) term: Term<Outbox>,
    pub(super) outbox: Outbox,
    pub(super) switches: Switches,
    pub(super) corrections: Corrections,
    pub(super) link_budget: LinkBudget,
    pub(super) palette: Palette,
    /// Width and height of a cell in pixels, for programs that ask; zero when nobody has said.
    pub(super) cell_pixels: (u16, u16),
    pub(super) history: History,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Engine").field("switches", &self.switches).finish_non_exhaustive()
    }
}

/// Rows and columns as the engine wants them.
#[derive(Debug, Clone, Copy)]
pub(super) struct GridSize {
    pub(super) rows: usize,
    pub(super) columns: usize,
}

impl Dimensions for GridSize {
    fn total_lines(&self) -> usize {
        self.rows
    }

    fn screen_lines(&self) -> usize {
        self.rows
    }

    fn columns(&self) -> usize {
        self.columns
    }
}

impl Engine {
    /// `lines`: how many of the history are kept.
    pub(super) fn new(size: GridSize, lines: usize) -> Self {
        let outbox = Outbox::default();
        let history = History::new(lines, size.rows);
        let term = Term::new(config(history.most()), &size, outbox.clone());
        let (switches, palette) = (Switches::default(), Palette::default());
        let corrections = Corrections::new(size.rows);
        let link_budget = LinkBudget::default();
        let cell_pixels = (0, 0);
        let mut engine = Self { term, outbox, switches, corrections, link_budget, palette, cell_pixels, history };
        engine.begin_history();
        engine
    }

    pub(super) fn is_alternate(&self) -> bool {
        self.term.mode().contains(TermMode::ALT_SCREEN)
    }

    /// What is written from now on belongs to a prompt, or no longer.
    pub(super) fn set_in_prompt(&mut self, in_prompt: bool) {
        self.switches.in_prompt = in_prompt;
        self.mark_template();
    }

    /// Everything that sets the attributes of what is written next ends here.
    pub(super) fn mark_template(&mut self) {
        let in_prompt = self.switches.in_prompt && !self.is_alternate();
        self.term.grid_mut().cursor.template.flags.set(PROMPT, in_prompt);
    }

    /// Whether the cell that a combining character would go to is full.
    fn is_full_of_combining(&self) -> bool {
        let grid = self.term.grid();
        let (point, row) = (grid.cursor.point, &grid[grid.cursor.point.line]);
        let mut column = point.column.0.saturating_sub(usize::from(!grid.cursor.input_needs_wrap));
        if row[Column(column)].flags.contains(Flags::WIDE_CHAR_SPACER) {
            column = column.saturating_sub(1);
        }
        row[Column(column)].zerowidth().is_some_and(|all| all.len() >= MAX_COMBINING)
    }
}

/// Hands what needs nothing of ours to the engine.
macro_rules! hand_on {
    ($($name:ident($($argument:ident: $kind:ty),*);)*) => {
        $(
            #[inline]
            fn $name(&mut self $(, $argument: $kind)*) {
                Handler::$name(&mut self.term $(, $argument)*);
            }
        )*
    };
}

/// The same, where it may push lines into the history.
macro_rules! hand_on_scrolling {
    ($($name:ident($($argument:ident: $kind:ty),*);)*) => {
        $(
            #[inline]
            fn $name(&mut self $(, $argument: $kind)*) {
                Handler::$name(&mut self.term $(, $argument)*);
                self.pushed();
            }
        )*
    };
}

/// Hands what the engine does otherwise than programs expect to what corrects it. Some of that pushes lines into the
/// history.
macro_rules! correct {
    ($($name:ident($($argument:ident: $kind:ty),*) by $by:ident($($given:expr),*);)*) => {
        $(
            #[inline]
            fn $name(&mut self $(, $argument: $kind)*) {
                self.$by($($given),*);
                self.pushed();
            }
        )*
    };
}

impl Handler for Engine {
    hand_on_scrolling! {
        newline();
        scroll_up(count: usize);
        delete_lines(count: usize);
    }

    correct! {
        goto_col(column: usize) by put_in_column(column);
        insert_blank(count: usize) by make_room(count);
        move_up(count: usize) by up(count, None);
        move_down(count: usize) by down(count, None);
        move_up_and_cr(count: usize) by up(count, Some(Column(0)));
        move_down_and_cr(count: usize) by down(count, Some(Column(0)));
        device_status(what: usize) by report_status(what);
        put_tab(count: u16) by tab(count);
        linefeed() by feed_line();
        reverse_index() by feed_line_back();
        move_backward_tabs(count: u16) by tab_back(count);
        erase_chars(count: usize) by blank(count);
        delete_chars(count: usize) by take_out(count);
        save_cursor_position() by save();
        clear_line(mode: LineClearMode) by blank_line(mode);
        set_scrolling_region(top: usize, bottom: Option<usize>) by set_margins(top, bottom);
        set_active_charset(index: CharsetIndex) by choose_charset(index);
    }

    hand_on! {
        set_cursor_style(style: Option<CursorStyle>);
        set_cursor_shape(shape: CursorShape);
        goto(line: i32, column: usize);
        goto_line(line: i32);
        identify_terminal(intermediate: Option<char>);
        move_forward(count: usize);
        move_backward(count: usize);
        backspace();
        carriage_return();
        bell();
        substitute();
        set_horizontal_tabstop();
        scroll_down(count: usize);
        insert_blank_lines(count: usize);
        move_forward_tabs(count: u16);
        clear_tabs(mode: TabulationClearMode);
        set_tabs(interval: u16);
        set_mode(mode: Mode);
        unset_mode(mode: Mode);
        report_mode(mode: Mode);
        set_keypad_application_mode();
        unset_keypad_application_mode();
        configure_charset(index: CharsetIndex, charset: StandardCharset);
        set_color(index: usize, colour: Rgb);
        reset_color(index: usize);
        clipboard_store(which: u8, text: &[u8]);
        decaln();
        text_area_size_chars();
    }

    #[inline]
    fn input(&mut self, character: char) {
        if character >= '\u{300}' && character.width() == Some(0) && self.is_full_of_combining() {
            return;
        }
        self.before_insert(character);
        // Only at the end of a line, where a wide character may not fit either.
        let may_push = self.term.grid().cursor.input_needs_wrap || character >= '\u{1100}';
        self.term.input(character);
        if may_push {
            self.pushed();
        }
    }

    fn clear_screen(&mut self, mode: ClearMode) {
        let forgets = matches!(mode, ClearMode::Saved);
        self.blank_screen(mode);
        if forgets {
            self.forget_history();
        }
        self.pushed();
    }

    fn terminal_attribute(&mut self, attribute: Attr) {
        let reset = matches!(attribute, Attr::Reset);
        self.term.terminal_attribute(Self::attribute(attribute));
        if reset && self.switches.in_prompt {
            self.mark_template();
        }
    }

    fn restore_cursor_position(&mut self) {
        self.restore();
        self.mark_template();
    }

    fn reset_state(&mut self) {
        self.term.reset_state();
        self.forget_history();
        self.switches = Switches::default();
        self.corrections = Corrections::new(self.term.screen_lines());
        self.outbox.with(|letters| letters.title = None);
        // What was written since the last reset keeps its colours only as long as the palette does.
        for index in 0..alacritty_terminal::term::color::COUNT {
            self.term.reset_color(index);
        }
    }

    fn set_title(&mut self, title: Option<String>) {
        let title = title.map(|mut title| {
            title.truncate(title.floor_char_boundary(MAX_TITLE));
            title.retain(|character| !character.is_control());
            title
        });
        self.term.set_title(title);
    }

    fn push_title(&mut self) {
        // The engine keeps thousands.
        if self.switches.titles < MAX_STACK {
            self.switches.titles += 1;
            self.term.push_title();
        }
    }

    fn pop_title(&mut self) {
        self.switches.titles = self.switches.titles.saturating_sub(1);
        self.term.pop_title();
    }

    fn set_hyperlink(&mut self, link: Option<Hyperlink>) {
        let length = |link: &Hyperlink| link.uri.len() + link.id.as_ref().map_or(0, String::len);
        let link = link.filter(|link| length(link) <= MAX_LINK && self.has_room_for_link(length(link)));
        self.term.set_hyperlink(link);
    }

    /// Programs never get what is on the clipboard.
    fn clipboard_load(&mut self, _: u8, _: &str) {}

    fn dynamic_color_sequence(&mut self, prefix: String, index: usize, terminator: &str) {
        let own = if index < alacritty_terminal::term::color::COUNT { self.term.colors()[index] } else { None };
        let colour =
            own.map_or_else(|| self.palette.colour(index), |rgb| super::Rgb { red: rgb.r, green: rgb.g, blue: rgb.b });
        let super::Rgb { red, green, blue } = colour;
        let reply =
            format!("\x1b]{prefix};rgb:{red:02x}{red:02x}/{green:02x}{green:02x}/{blue:02x}{blue:02x}{terminator}");
        self.outbox.reply(&reply);
    }

    fn text_area_size_pixels(&mut self) {
        let (width, height) = (usize::from(self.cell_pixels.0), usize::from(self.cell_pixels.1));
        if width > 0 && height > 0 {
            let (width, height) = (width * self.term.columns(), height * self.term.screen_lines());
            self.outbox.reply(&format!("\x1b[4;{height};{width}t"));
        }
    }

    fn set_private_mode(&mut self, mode: PrivateMode) {
        match mode.raw() {
            1000 | 1002 | 1003 => self.switches.x10_mouse = false,
            1005 | 1006 => self.switches.urxvt_mouse = false,
            _ => {}
        }
        if !self.set_own_mode(mode.raw(), true) {
            // It may lead to the alternate screen, from where lines of the main one can't be counted.
            self.count();
            self.term.set_private_mode(mode);
            self.mark_template();
        }
        self.after_mode(mode);
    }

    fn unset_private_mode(&mut self, mode: PrivateMode) {
        if !self.set_own_mode(mode.raw(), false) {
            self.term.unset_private_mode(mode);
            self.mark_template();
        }
        self.after_mode(mode);
    }

    fn report_private_mode(&mut self, mode: PrivateMode) {
        match self.own_mode(mode.raw()) {
            Some(on) => self.outbox.reply(&format!("\x1b[?{};{}$y", mode.raw(), if on { 1 } else { 2 })),
            None => self.term.report_private_mode(mode),
        }
    }

    fn report_keyboard_mode(&mut self) {
        self.outbox.reply(&format!("\x1b[?{}u", self.keyboard()));
    }

    fn push_keyboard_mode(&mut self, mode: KeyboardModes) {
        let stack = self.keyboard_stack();
        if stack.len() == MAX_STACK {
            stack.remove(0);
        }
        stack.push(mode.bits());
    }

    fn pop_keyboard_modes(&mut self, count: u16) {
        let stack = self.keyboard_stack();
        stack.truncate(stack.len().saturating_sub(count.into()));
    }

    fn set_keyboard_mode(&mut self, mode: KeyboardModes, behaviour: KeyboardModesApplyBehavior) {
        let old = self.keyboard();
        let new = match behaviour {
            KeyboardModesApplyBehavior::Replace => mode.bits(),
            KeyboardModesApplyBehavior::Union => old | mode.bits(),
            KeyboardModesApplyBehavior::Difference => old & !mode.bits(),
        };
        let stack = self.keyboard_stack();
        stack.pop();
        stack.push(new);
    }

    fn set_modify_other_keys(&mut self, mode: ModifyOtherKeys) {
        self.switches.modify_other_keys = match mode {
            ModifyOtherKeys::Reset => 0,
            ModifyOtherKeys::EnableExceptWellDefined => 1,
            ModifyOtherKeys::EnableAll => 2,
        };
    }

    fn report_modify_other_keys(&mut self) {
        self.outbox.reply(&format!("\x1b[>4;{}m", self.switches.modify_other_keys));
    }
}

/// As the engine is to be, with so many lines of history.
pub(super) fn config(lines: usize) -> Config {
    Config { scrolling_history: lines, osc52: Osc52::OnlyCopy, ..Config::default() }
}

/// The row of the grid, counted from the top of the screen; history is negative.
pub(super) fn row(term: &Term<Outbox>, line: i32) -> &alacritty_terminal::grid::Row<Cell> {
    &term.grid()[Line(line)]
}
