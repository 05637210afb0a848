//! Programs that people run, in our terminals.

use std::{fs, process::Command};

use atelier_terminal::{CellColour, Key, KeyPress, Modifiers, NamedKey};

use super::stage::Stage;

const CONTROL: Modifiers = Modifiers { control: true, ..Modifiers::NONE };

#[test]
#[ignore = "needs vim; a step of scripts/test installs it"]
fn vim_edits_saves_and_gives_the_screen_back() {
    let mut stage = Stage::new();
    stage.enters("echo before; vim -u NONE -N note.txt");
    stage.until("in vim", |stage| stage.frame.state().modes.alternate_screen && stage.text().contains("note.txt"));
    assert!(!stage.text().contains("before"));
    stage.types("ihello wörld 漢字\rsecond");
    stage.shows("hello wörld 漢字\nsecond");
    stage.presses(&KeyPress::named(NamedKey::Up));
    stage.presses(&KeyPress::named(NamedKey::Home));
    stage.types(">");
    stage.shows(">hello wörld 漢字\nsecond");
    stage.resizes(100, 30);
    stage.until("its command line in the last row", |stage| stage.frame.text(29).contains("INSERT"));
    stage.presses(&KeyPress::named(NamedKey::Escape));
    stage.until("normal mode", |stage| !stage.text().contains("INSERT"));
    stage.enters(":wq");
    stage.is_back();
    assert!(stage.text().contains("before"), "{}", stage.text());
    assert_eq!(fs::read_to_string(stage.path().join("note.txt")).unwrap(), ">hello wörld 漢字\nsecond\n");
}

#[test]
#[ignore = "needs less; a step of scripts/test installs it"]
fn less_searches_and_scrolls() {
    let mut stage = Stage::new();
    let lines: Vec<_> = (1..=500).map(|number| format!("line {number} of many")).collect();
    fs::write(stage.path().join("many.txt"), lines.join("\n")).unwrap();
    stage.enters("less many.txt");
    stage.until("the first page", |stage| {
        stage.frame.state().modes.alternate_screen && stage.frame.text(22) == "line 23 of many"
    });
    stage.enters("/line 300");
    stage.until("what it found", |stage| stage.frame.text(0) == "line 300 of many");
    assert!(stage.frame.cells(0)[0].attributes.inverse);
    stage.types("k");
    stage.until("a line back", |stage| stage.frame.text(0) == "line 299 of many");
    stage.types("G");
    stage.until("the end", |stage| stage.frame.text(22) == "line 500 of many");
    stage.presses(&KeyPress::named(NamedKey::PageUp));
    stage.until("a page back", |stage| stage.frame.text(22) == "line 477 of many");
    stage.screen.wheel(3).unwrap();
    stage.until("the wheel", |stage| stage.frame.text(22) == "line 474 of many");
    stage.types("q");
    stage.is_back();
}

#[test]
#[ignore = "needs htop; a step of scripts/test installs it"]
fn htop_draws_and_quits() {
    let mut stage = Stage::new();
    stage.enters("htop");
    stage.until("drawn", |stage| {
        let text = stage.text();
        stage.frame.state().modes.alternate_screen && text.contains("PID") && stage.frame.text(23).contains("Quit")
    });
    stage.resizes(120, 40);
    stage.until("drawn anew", |stage| stage.frame.text(39).contains("Quit"));
    stage.presses(&KeyPress::named(NamedKey::Function(10)));
    stage.is_back();
}

/// A server of tmux that ends with the test.
struct Server(String);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = Command::new("tmux").args(["-S", &self.0, "kill-server"]).output();
    }
}

#[test]
#[ignore = "needs tmux; a step of scripts/test installs it"]
fn tmux_splits_resizes_detaches_and_nests() {
    let mut stage = Stage::new();
    let server = Server(stage.path().join("socket").to_str().unwrap().to_owned());
    stage.enters(&format!("tmux -S {} -f /dev/null new -s outer 'bash --norc'", server.0));
    stage.until("its line", |stage| stage.frame.text(23).starts_with("[outer]"));
    stage.types("\x02%");
    stage.until("two halves", |stage| (0..22).all(|row| stage.frame.cells(row)[40].text == "│"));
    stage.enters("stty size");
    stage.shows("23 39");
    stage.resizes(100, 30);
    stage.until("its line below", |stage| stage.frame.text(29).starts_with("[outer]"));
    stage.enters("clear; until [ \"$(stty size)\" = '29 49' ]; do sleep 0.1; done; echo new-$((40+2))");
    stage.shows("new-42");
    let inner = Server(stage.path().join("inner").to_str().unwrap().to_owned());
    stage.enters(&format!("TMUX= tmux -S {} -f /dev/null new -s inner 'bash --norc'", inner.0));
    stage.until("one in the other", |stage| stage.frame.text(28).contains("[inner]"));
    stage.enters("printf '\\033[1;31mred\\033[m %s\\n' 漢字");
    stage.shows("red 漢字");
    let row = (0..28).find(|row| stage.frame.text(*row).contains("│red 漢字")).unwrap();
    assert_eq!(stage.frame.cells(row)[51].foreground, CellColour::Indexed(1));
    stage.types("\x02d");
    stage.is_back();
    assert!(stage.text().contains("[detached"), "{}", stage.text());
}

#[test]
#[ignore = "needs git and less; a step of scripts/test installs them"]
fn git_log_has_its_pager_and_its_colours() {
    let mut stage = Stage::new();
    stage.enters(
        "git init -q; for i in $(seq 60); do git -c user.name=x -c user.email=x@y commit -q --allow-empty -m \"change $i\"; done; echo made-$((40+2))",
    );
    stage.shows("made-42");
    stage.enters("clear; git log --format='%C(yellow)%h%Creset %s'");
    stage.until("a page", |stage| stage.frame.text(0).ends_with("change 60") && stage.frame.text(23) == ":");
    assert_eq!(stage.frame.cells(0)[0].foreground, CellColour::Indexed(3));
    stage.enters("/change 7$");
    stage.until("what it found", |stage| stage.text().contains("change 7\n"));
    stage.types("q");
    stage.is_back();
}

#[test]
#[ignore = "needs Python; a step of scripts/test has it"]
fn python_remembers_completes_and_is_interrupted() {
    let mut stage = Stage::new();
    stage.enters("python3 -q");
    stage.shows(">>>");
    stage.enters("6*7");
    stage.shows("\n42\n>>>");
    stage.presses(&KeyPress::named(NamedKey::Up));
    stage.shows("42\n>>> 6*7");
    stage.enters("+1");
    stage.shows("\n43\n>>>");
    stage.enters("import sys");
    stage.types("sys.getrefc\t");
    stage.shows("sys.getrefcount(");
    stage.presses(&KeyPress::character('c').with(CONTROL));
    stage.shows("KeyboardInterrupt");
    stage.enters("import time; print('sleeps', flush=True); time.sleep(1000)");
    stage.shows("\nsleeps");
    stage.presses(&KeyPress::character('c').with(CONTROL));
    stage.until("interrupted twice", |stage| stage.text().matches("KeyboardInterrupt").count() == 2);
    stage.presses(&KeyPress::character('d').with(CONTROL));
    stage.is_back();
}

#[test]
#[ignore = "needs script; a step of scripts/test installs it"]
fn a_terminal_in_a_terminal_follows_its_size() {
    let mut stage = Stage::new();
    stage.enters("script -q -c 'bash --norc' typescript");
    stage.enters("PS1='inner> '; stty size");
    stage.shows("24 80\ninner>");
    stage.resizes(90, 20);
    stage.enters("until [ \"$(stty size)\" = '20 90' ]; do sleep 0.1; done; echo new-$((40+2))");
    stage.shows("new-42");
    stage.enters("exit");
    stage.is_back();
}

#[test]
#[ignore = "needs bash; a step of scripts/test has it"]
fn a_new_size_is_a_signal() {
    let mut stage = Stage::new();
    stage.enters("trap 'echo now-$(stty size)' WINCH; echo set-$((40+2))");
    stage.shows("set-42");
    stage.resizes(70, 21);
    stage.enters("");
    stage.shows("now-21 70");
}

/// Keys as a program reads them, in Python's words.
const READER: &str = r"
import os, sys, termios, tty
old = termios.tcgetattr(0)
tty.setraw(0)
os.write(1, sys.argv[1].encode().decode('unicode_escape').encode() + sys.argv[3].encode() + b'\r\n')
while True:
    read = os.read(0, 100)
    if read == b'q':
        break
    os.write(1, ascii(read)[2:-1].encode() + b'.\r\n')
os.write(1, sys.argv[2].encode().decode('unicode_escape').encode())
termios.tcsetattr(0, termios.TCSADRAIN, old)
";

#[test]
#[ignore = "needs Python; a step of scripts/test has it"]
fn keys_arrive_as_the_program_has_asked_for_them() {
    let mut stage = Stage::new();
    fs::write(stage.path().join("keys.py"), READER).unwrap();
    let control_i = KeyPress::character('i').with(CONTROL);
    let all = [
        ("", "", vec![(control_i.clone(), r"\t"), (KeyPress::named(NamedKey::Up), r"\x1b[A")]),
        (r"\033[?1h", r"\033[?1l", vec![(KeyPress::named(NamedKey::Up), r"\x1bOA")]),
        (
            r"\033[>1u",
            r"\033[<u",
            vec![
                (control_i.clone(), r"\x1b[105;5u"),
                (KeyPress::named(NamedKey::Escape), r"\x1b[27u"),
                (KeyPress::character('é'), r"\xc3\xa9"),
            ],
        ),
        (r"\033[>4;2m", r"\033[>4m", vec![(control_i, r"\x1b[27;5;105~")]),
    ];
    for (round, (on, off, keys)) in all.into_iter().enumerate() {
        stage.enters(&format!("clear; python3 keys.py '{on}' '{off}' round-{round}"));
        stage.until("reading", |stage| stage.frame.text(0) == format!("round-{round}"));
        for (row, (press, read)) in (1..).zip(keys) {
            stage.presses(&press);
            stage.until(read, |stage| stage.frame.text(row) == format!("{read}."));
        }
        // Where all keys are told by number, this one is too.
        stage.types("q");
        stage.is_back();
        let modes = stage.frame.state().modes;
        assert_eq!((modes.keyboard, modes.modify_other_keys, modes.application_cursor), (0, 0, false));
    }
}

#[test]
#[ignore = "needs vim; a step of scripts/test installs it"]
fn vim_understands_keys_that_terminals_of_old_could_not_tell() {
    let mut stage = Stage::new();
    stage.enters("vim -u NONE -N -c 'inoremap <C-;> semicolon' -c 'inoremap <C-S-x> shifted'");
    stage.until("in vim, which asks for such keys", |stage| stage.frame.state().modes.modify_other_keys == 2);
    stage.types("i");
    stage.shows("INSERT");
    stage.presses(&KeyPress::character(';').with(CONTROL));
    stage.shows("semicolon");
    let modifiers = Modifiers { shift: true, ..CONTROL };
    let press = KeyPress { text: "X".into(), shifted: Some('X'), ..KeyPress::character('x').with(modifiers) };
    assert_eq!(press.key, Key::Character('x'));
    stage.presses(&press);
    stage.shows("semicolonshifted");
    stage.presses(&KeyPress::named(NamedKey::Escape));
    stage.until("normal mode", |stage| !stage.text().contains("INSERT"));
    stage.enters(":q!");
    stage.is_back();
    assert_eq!(stage.frame.state().modes.modify_other_keys, 0);
}
