//! libvterm's own tests (version 0.1.4, MIT, in `tests/terminal/libvterm`), which its authors wrote for their engine,
//! played to ours: where the cursor stands, what the cells have, how the next character would look, what is answered,
//! what keys and mouse send. Its pages of vttest are among them. What their engine tells its own user meanwhile
//! (which rectangle moved, which was erased) is not ours to tell; the cells that come of it are compared.

mod differences;
mod play;
mod script;

use std::{collections::BTreeMap, fs, path::Path};

use differences::DIFFERENCES;
use play::Play;

#[test]
fn libvterms_own_tests_find_the_differences_we_know_and_no_other() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/terminal/libvterm");
    let (mut checked, mut found) = (0, BTreeMap::new());
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "test") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let mut play = Play::new();
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in (1..).zip(text.lines().take_while(|line| *line != "__END__")) {
            play.line(number, line);
        }
        play.run();
        checked += play.checked;
        found.extend(play.failed.into_iter().map(|(line, what)| ((name.clone(), line), what)));
    }
    let known = |(file, line): &(String, usize)| {
        DIFFERENCES.iter().any(|(known, lines, _)| *known == *file && lines.contains(line))
    };
    let new: Vec<_> = found.iter().filter(|(place, _)| !known(place)).map(|entry| format!("{entry:?}")).collect();
    assert!(new.is_empty(), "{} new:\n{}", new.len(), new.join("\n"));
    for (file, lines, why) in DIFFERENCES {
        for line in *lines {
            assert!(found.contains_key(&((*file).to_owned(), *line)), "{file}:{line} differs no more: {why}");
        }
    }
    assert!(checked > 700, "{checked}");
}
