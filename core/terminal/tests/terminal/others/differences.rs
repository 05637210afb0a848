//! Where xterm.js and we differ, and why.

/// Output that leads to different screens, and the reason. Streams by chance have none of it.
pub(super) const DIFFERENCES: &[(&str, &str)] = &[
    ("12345678901234567890\x1b[6n", "it tells a column that is not there; xterm tells the last"),
    ("\x1b[4;5r\x1b[?6h\x1b[6n", "in origin mode the place is told from the margin: so DEC and xterm"),
    ("\x1b[2;8r\x1b[?6h\x1b[5G", "it moves a line down where only the column is named"),
    ("\x1b[4;5r\x1b[?6h\x1b[A", "and where the cursor moves up or down"),
    ("\x1b[3;4r\x1b[5e", "VPR stops at the margin here as CUD does everywhere"),
    ("a\x1b[L", "it goes to the line's beginning; libvterm's tests say that nobody does"),
    ("\x1b[2J", "what is erased as a whole goes into the history; an empty line more or less"),
    ("a\r\n\x1b[2S", "lines that leave the screen at its top are kept, whoever moves them: so xterm"),
    ("a\x1b[M", "and the same where lines are deleted at the top"),
    ("\x1b[41m\x1b[T", "lines that come in take the background's colour: so xterm and libvterm"),
    ("\x1b[3;3H\x1b[?1049l", "the cursor stays where no other screen was left"),
    ("\x1b[2;3r\x1b[?1049h\x1b[3;1Ha\x1b[Db\n", "margins belong to both screens: so xterm"),
    ("\x1b[41mＡ\x1b[44m\x08x", "the rest of a character that is half written over keeps its colour: so xterm"),
    ("\x1b7\x0e\x1b8\x1b)0a", "which character set is in use is saved too: so DEC"),
    ("12345678901234567890\x1b[Z", "it does not go back from after the last column"),
    ("漢字\x1b[2G\x1b[@", "it keeps half of a character that cells are inserted into"),
    (
        "\x1b[?7l1234567890123456789漢\u{301}",
        "without wrapping, a character of two cells has no place in the last: no half of it",
    ),
    ("\x1b]8;;http://a/\x07\x1b[Hx\x1b[H\x1b[2M\ry", "it forgets a link whose line goes while it is open"),
    ("\x1b[3;3H\x1b#8", "the screen full of E puts its cursor home; the engine's own sessions say no"),
];

/// Recorded sessions of the engine in which rows of the screen differ, how many, and why.
pub(super) const SESSIONS: &[(&str, usize, &str)] = &[
    ("colored_reset", 60, ERASED),
    ("decaln_reset", 30, "the screen full of E puts its cursor home there and takes the attributes in force"),
    ("deccolm_reset", 29, "DECCOLM erases the screen; there it does nothing"),
    ("hyperlinks", 1, "a link without an address ends the one before, whatever its id: so OSC 8's specification"),
    ("saved_cursor", 1, BLANK),
    ("saved_cursor_alt", 3, BLANK),
    ("selective_erasure", 2, "cells can't be protected (DECSCA)"),
    ("sgr", 2, "a colour by numbers with colons may leave the colour space out: so xterm"),
    ("vim_24bitcolors_bce", 39, ERASED),
    ("vim_simple_edit", 1, ERASED),
    ("wrapline_alt_toggle", 2, "it forgets on the way to the other screen and back that the next character wraps"),
];

const ERASED: &str = "what is erased takes the background's colour, there not where erased lines are kept";
const BLANK: &str = "in the special character set DEC has a blank where it has a line; and as the session below";
