//! Where libvterm's tests want something else than we do, and why.

/// File, lines of the checks, reason.
pub(super) const DIFFERENCES: &[(&str, &[usize], &str)] = &[
    ("02parser", &[95], "their test is of the parser alone; a terminal answers this question (DA2)"),
    (
        "03encoding_utf8",
        &[43],
        "F7 BF BF BF is beyond what Unicode has: one replacement for each byte, as Unicode says",
    ),
    ("03encoding_utf8", &[89, 92, 95, 100], "overlong and surrogates: one replacement for each byte, as Unicode says"),
    ("10state_putglyph", &[67], PROTECTION),
    ("11state_movecursor", &[178, 194], "HPB and VPB, which xterm does not have either"),
    ("12state_scroll", &[75], MARGINS),
    ("13state_edit", &[265], PROTECTION),
    ("14state_encoding", &[13], "the British character set, for which nobody asks who writes UTF-8"),
    ("14state_encoding", &[40, 51], "locking shifts 2 and 3: of the four character sets, two can be called"),
    ("14state_encoding", &[59, 65, 72, 75, 81, 84, 90, 93], EIGHT_BITS),
    ("15state_mode", &[72], MARGINS),
    (
        "16state_resize",
        &[36],
        "a line that no longer fits is wrapped anew, not cut, and the cursor stays with its text",
    ),
    ("17state_mouse", &[15, 70], BLINKING),
    ("17state_mouse", &[114, 116, 118], "a place that a byte can't tell is not told, rather than told wrong"),
    ("17state_mouse", &[162, 164], "rxvt and xterm add 32 to the button, as in all other encodings but SGR"),
    ("18state_termprops", &[6], BLINKING),
    ("22state_save", &[6, 31, 45, 55, 62], BLINKING),
    (
        "22state_save",
        &[32, 46, 56, 63],
        "DECSC saves how text looks and where it goes, not how the cursor looks: so xterm",
    ),
    (
        "25state_input",
        &[12, 24, 34, 36, 42, 44, 50, 54, 58, 62, 99, 103],
        "told as CSI u only when a program asks for it",
    ),
    ("26state_query", &[7], "the engine says VT102, libvterm VT100: what they do is the same"),
    ("26state_query", &[32], BLINK_AND_FONTS),
    ("26state_query", &[57], EIGHT_BITS),
    ("28state_dbl_wh", &[18, 19, 20, 21, 22, 25, 26, 27, 33, 34, 35, 36, 37], DOUBLE),
    ("28state_dbl_wh", &[41, 42, 43, 44, 45, 51, 52, 53, 56, 57, 60, 61], DOUBLE),
    ("30state_pen", &[10, 12, 52, 54, 56, 68, 70, 72, 74], BLINK_AND_FONTS),
    ("30state_pen", &[111, 114], "whether bold text is bright too is for who draws the cells"),
    ("31state_rep", &[41, 42], "the engine repeats the last character that came, which here is the accent"),
    ("31state_rep", &[127], "repeated characters wrap like typed ones: so xterm"),
    ("61screen_unicode", &[35, 41], "a cell takes 16 combining characters, not 5"),
    ("63screen_resize", &[87, 88, 89, 90], "the lines that come back from the history are made up by their test"),
    ("64screen_pen", &[28], BLINK_AND_FONTS),
    ("64screen_pen", &[40, 41, 51, 52], "what is erased takes the background's colour alone: so xterm"),
    ("64screen_pen", &[45, 46, 47], "a reversed screen is told once, not cell by cell; and the same"),
    ("65screen_protect", &[9], PROTECTION),
    ("67screen_dbl_wh", &[16, 24, 25, 32], DOUBLE),
    ("68screen_termprops", &[6], BLINKING),
];

const PROTECTION: &str = "cells can't be protected (DECSCA), which no program that we know asks for";
const MARGINS: &str = "no left and right margins (DECSLRM)";
const EIGHT_BITS: &str = "all is UTF-8, so no control characters and sets of eight bits";
const BLINKING: &str = "the cursor does not blink unless a program asks for it";
const DOUBLE: &str = "no lines of double width or height";
const BLINK_AND_FONTS: &str = "the engine keeps neither blinking text nor fonts";
