//! xterm.js, the terminal of many editors, and ours: the same output, the same screen.

use std::{fs, path::PathBuf};

use super::{
    differences::{DIFFERENCES, SESSIONS},
    played::{Case, Played, Step, by_us, by_xterm},
    streams,
};
use crate::recorded::recordings;

/// Where they differ. Which rows go on in the next is compared where sizes change, as lines.
fn difference(ours: &Played, theirs: &Played) -> Option<String> {
    let rest =
        |played: &Played| format!("{:?} {} {:?} {:?}", played.cursor, played.screen, played.title, played.replies);
    if ours.rows == theirs.rows && rest(ours) == rest(theirs) {
        return None;
    }
    let rows = (0..ours.rows.len().max(theirs.rows.len())).filter_map(|row| {
        let (one, other) = (ours.rows.get(row), theirs.rows.get(row));
        (one != other).then(|| format!("row {row}: ours {one:?}\n  theirs {other:?}\n  "))
    });
    Some(format!("{}ours {}\n  theirs {}", rows.collect::<String>(), rest(ours), rest(theirs)))
}

/// Pieces are left out as long as the two differ, so that one sees what matters.
fn shortest(case: &Case, differ: &dyn Fn(&Played, &Played) -> Option<String>) -> (Case, String) {
    let mut case = case.clone();
    loop {
        let length = case.steps.len();
        let sizes = std::iter::successors(Some(length / 2), |size| Some(size / 2)).take_while(|size| *size > 0);
        let shorter: Vec<Case> = sizes
            .flat_map(|size| (0..length).step_by(size).map(move |from| from..(from + size).min(length)))
            .map(|left_out| {
                let mut shorter = case.clone();
                shorter.steps.drain(left_out);
                shorter
            })
            .collect();
        let theirs = by_xterm(&shorter);
        let found = shorter.into_iter().zip(&theirs).find(|(case, theirs)| differ(&by_us(case), theirs).is_some());
        let Some((found, _)) = found else {
            let theirs = by_xterm(std::slice::from_ref(&case));
            let what = differ(&by_us(&case), &theirs[0]).unwrap();
            return (case, what);
        };
        case = found;
    }
}

fn agree(cases: &[Case], differ: &dyn Fn(&Played, &Played) -> Option<String>) {
    let theirs = by_xterm(cases);
    let differing: Vec<_> =
        cases.iter().zip(&theirs).filter(|(case, theirs)| differ(&by_us(case), theirs).is_some()).collect();
    let shown = differing.iter().take(3).map(|(case, _)| {
        let (case, what) = shortest(case, differ);
        let step = |step: &Step| match step {
            Step::Output(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
            Step::Resize(columns, rows) => format!("{columns}x{rows}"),
            Step::Look => "look".to_owned(),
        };
        format!("{}\n  {what}", case.steps.iter().map(step).collect::<Vec<_>>().join(" "))
    });
    let shown: Vec<_> = shown.collect();
    assert!(differing.is_empty(), "{} of {} differ:\n{}", differing.len(), cases.len(), shown.join("\n"));
}

#[test]
#[ignore = "needs xterm.js; a step of scripts/test runs it"]
fn streams_of_all_kinds_come_to_the_same_screen() {
    agree(&streams::of_all_kinds(150, false), &difference);
}

#[test]
#[ignore = "needs xterm.js; a step of scripts/test runs it"]
fn so_do_streams_with_wide_characters() {
    agree(&streams::of_all_kinds(150, true), &difference);
}

#[test]
#[ignore = "needs xterm.js; a step of scripts/test runs it"]
fn text_that_is_resized_stays_the_same_text() {
    agree(&streams::of_sizes(120), &|ours, theirs| {
        let (ours, theirs) = (ours.lines(), theirs.lines());
        (ours != theirs).then(|| format!("ours {ours:?}\n  theirs {theirs:?}"))
    });
}

#[test]
#[ignore = "needs xterm.js; a step of scripts/test runs it"]
fn recorded_sessions_come_to_the_same_screen_but_for_those_that_are_listed() {
    let mut folders: Vec<_> = fs::read_dir(recordings()).unwrap().map(|folder| folder.unwrap().path()).collect();
    folders.sort();
    let read = |folder: &PathBuf, name: &str| fs::read(folder.join(name)).unwrap();
    let case = |folder: &PathBuf| {
        let size: serde_json::Value = serde_json::from_slice(&read(folder, "size.json")).unwrap();
        let number = |name: &str| u16::try_from(size[name].as_u64().unwrap()).unwrap();
        let steps = vec![Step::Output(read(folder, "alacritty.recording")), Step::Look];
        Case { columns: number("columns"), rows: number("screen_lines"), steps }
    };
    let cases: Vec<_> = folders.iter().map(case).collect();
    let mut differing = Vec::new();
    for ((folder, case), theirs) in folders.iter().zip(&cases).zip(by_xterm(&cases)) {
        let ours = by_us(case);
        let rows = ours.looks[0].iter().zip(&theirs.looks[0]).filter(|(one, other)| one != other);
        let rows: Vec<_> = rows.map(|(one, other)| format!("{one:?}\n{other:?}\n")).collect();
        if !rows.is_empty() {
            let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
            println!("{name}:\n{}", rows.concat());
            differing.push((name, rows.len()));
        }
    }
    let known: Vec<_> = SESSIONS.iter().map(|(name, rows, _)| ((*name).to_owned(), *rows)).collect();
    assert_eq!(differing, known);
}

#[test]
#[ignore = "needs xterm.js; a step of scripts/test runs it"]
fn what_is_known_to_differ_still_does() {
    let case = |output: &str| Case {
        columns: streams::COLUMNS,
        rows: streams::ROWS,
        steps: vec![Step::Output(output.as_bytes().to_vec())],
    };
    let cases: Vec<_> = DIFFERENCES.iter().map(|(output, _)| case(output)).collect();
    let all = cases.iter().zip(by_xterm(&cases)).zip(DIFFERENCES);
    let agreeing: Vec<_> =
        all.filter(|((case, theirs), _)| difference(&by_us(case), theirs).is_none()).map(|(_, known)| known).collect();
    assert!(agreeing.is_empty(), "these differ no more: {agreeing:#?}");
}
