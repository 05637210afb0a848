//! `atelier files find`.

use std::fmt::Write as _;

use atelier_workbench::{FoundFile, NamedFolder};

use super::arguments::FindArguments;
use crate::{
    failure::{Failure, tell},
    output::{self, Style},
    printable::printable_line,
};

/// Prints what was found; whether anything was.
pub(super) fn find(arguments: &FindArguments) -> Result<bool, Failure> {
    let folder = NamedFolder::open(&arguments.folder)?;
    let found = folder.find(&arguments.query.join(" "), arguments.limit.into())?;
    let style = Style::of_stdout();
    let mut out = String::new();
    for hit in &found.hits {
        if arguments.json {
            output::push_json_line(&mut out, hit)?;
        } else {
            // Writing to a string can't fail.
            let _ = writeln!(out, "{}", shown(hit, style));
        }
    }
    output::write(&out)?;
    if !found.complete {
        tell("The folder has more files than are looked at; name a part of it with --in.");
    }
    if found.total > found.hits.len() && style.guarded {
        tell(&format!("{} of {} files; --limit shows more.", found.hits.len(), found.total));
    }
    Ok(found.total > 0)
}

/// The path; at a terminal, the letters that were typed stand out, and nothing in it is obeyed.
fn shown(hit: &FoundFile, style: Style) -> String {
    let path = &hit.relative_path;
    if !style.guarded {
        return path.clone();
    }
    let mut out = String::new();
    let mut positions = hit.positions.iter().peekable();
    for (at, letter) in path.char_indices() {
        let letter = printable_line(letter.encode_utf8(&mut [0; 4]));
        let typed = positions.next_if(|position| **position == at).is_some();
        out.push_str(&if typed { style.strong(&letter) } else { letter });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_stand_out_at_a_terminal_and_control_characters_do_no_harm() {
        let hit =
            FoundFile { path: String::new(), relative_path: "é\x1bab".to_owned(), score: 0, positions: vec![0, 4] };
        let terminal = Style { colours: true, guarded: true };
        assert_eq!(shown(&hit, terminal), "\x1b[1mé\x1b[0m␛a\x1b[1mb\x1b[0m");
        assert_eq!(shown(&hit, Style::PLAIN), "é\x1bab");
    }
}
