//! Any work of an agent, undone, with any edits of the user in between.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use proptest::prelude::*;

use crate::room::Room;

const NAMES: [&str; 5] = ["a", "b", "sub/c", "sub/d", "sub/deep/e"];

/// How a text of the user's begins, as bytes are shown.
const USER: &str = "[117, 115, 101, 114, ";

/// What someone does to a file: removes it, or writes this.
#[derive(Debug, Clone)]
struct Deed {
    name: usize,
    content: Option<u8>,
}

fn deeds(max: usize) -> impl Strategy<Value = Vec<Deed>> {
    let deed = (0..NAMES.len(), prop::option::of(0_u8..4)).prop_map(|(name, content)| Deed { name, content });
    prop::collection::vec(deed, 0..max)
}

fn carry_out(room: &Room, deeds: &[Deed], who: &str) {
    for Deed { name, content } in deeds {
        match content {
            Some(content) => room.write(NAMES[*name], format!("{who} {content}")),
            // It may not be there.
            None => drop(fs::remove_file(room.path(NAMES[*name]))),
        }
    }
}

fn files(room: &Room) -> BTreeMap<PathBuf, String> {
    room.contents().into_iter().filter(|(_, what)| what.starts_with("file")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn undoing_calls_from_the_last_to_the_first_brings_back_what_was_and_never_loses_an_edit_of_the_user(
        first in deeds(5),
        calls in prop::collection::vec((deeds(4), deeds(2)), 1..4),
        interrupted in any::<bool>(),
    ) {
        let room = Room::new();
        carry_out(&room, &first, "first");
        let mut edited = BTreeSet::new();
        let before = files(&room);
        for ((work, edits), number) in calls.iter().zip(1..) {
            let touched: Vec<_> = work.iter().map(|deed| NAMES[deed.name]).collect();
            room.call(number, &touched, || carry_out(&room, work, "agent"));
            carry_out(&room, edits, "user");
            edited.extend(edits.iter().map(|deed| room.path(NAMES[deed.name])));
        }
        let written_by_user: Vec<_> =
            files(&room).into_iter().filter(|(path, what)| edited.contains(path) && what.contains(USER)).collect();
        for number in (1..=calls.len() as u64).rev() {
            room.restore(number);
            if interrupted {
                room.restore(number);
            }
        }
        let after = files(&room);
        let untouched = |files: &BTreeMap<PathBuf, String>| -> Vec<_> {
            files.clone().into_iter().filter(|(path, _)| !edited.contains(path)).collect()
        };
        prop_assert_eq!(untouched(&after), untouched(&before));
        for (path, what) in written_by_user {
            prop_assert_eq!(after.get(&path), Some(&what));
        }
    }
}
