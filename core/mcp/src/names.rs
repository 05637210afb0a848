//! What tools of servers are called. Two rules meet: the contract calls a second tool of one name `SERVER.TOOL`, and
//! vendors take names of letters, digits, `_` and `-` only, 64 at most. So each tool has a name for people and one for
//! models, where what vendors don't take is replaced: `SERVER__TOOL`.

use std::collections::HashSet;

use sha2::{Digest as _, Sha256};

/// The longest name that vendors take.
const MAX_NAME: usize = 64;

/// Gives names to the tools of servers in their order; the first one keeps its own.
#[derive(Default)]
pub(crate) struct Names {
    shown: HashSet<String>,
    offered: HashSet<String>,
}

/// What a tool is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    /// By people.
    pub(crate) shown: String,
    /// By models.
    pub(crate) offered: String,
}

impl Names {
    /// The names of the next tool. None: this server has a tool of that name already.
    pub(crate) fn give(&mut self, server: &str, tool: &str) -> Option<Name> {
        let taken = |this: &Self, name: &Name| {
            this.shown.contains(&name.shown)
                || this.offered.contains(&name.offered)
                || atelier_tools::is_built_in(&name.offered)
        };
        let plain = Name { shown: tool.to_owned(), offered: for_models(tool) };
        let full = || Name { shown: format!("{server}.{tool}"), offered: for_models(&format!("{server}__{tool}")) };
        let name =
            Some(plain).filter(|name| !taken(self, name)).or_else(|| Some(full()).filter(|name| !taken(self, name)))?;
        self.shown.insert(name.shown.clone());
        self.offered.insert(name.offered.clone());
        Some(name)
    }
}

/// The name as all vendors take it.
fn for_models(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' }).collect();
    let begins = plain.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let plain = if begins { plain } else { format!("_{plain}") };
    if plain.len() <= MAX_NAME {
        return plain;
    }
    // Of two long names that begin alike, each keeps its own.
    let digest = Sha256::digest(name);
    let mark = digest.iter().take(4).fold(0_u32, |mark, byte| mark << 8 | u32::from(*byte));
    format!("{}_{mark:08x}", &plain[..MAX_NAME - 9])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn given(pairs: &[(&str, &str)]) -> Vec<Option<(String, String)>> {
        let mut names = Names::default();
        pairs.iter().map(|(server, tool)| names.give(server, tool).map(|name| (name.shown, name.offered))).collect()
    }

    #[test]
    fn the_first_keeps_its_name_and_later_ones_have_their_servers_in_front() {
        let pairs =
            [("a", "echo"), ("b", "echo"), ("b", "echo"), ("fs", "read_file"), ("my server", "x.y/z"), ("c", "1st")];
        let name = |shown: &str, offered: &str| Some((shown.to_owned(), offered.to_owned()));
        assert_eq!(
            given(&pairs),
            [
                name("echo", "echo"),
                name("b.echo", "b__echo"),
                None,
                name("fs.read_file", "fs__read_file"),
                name("x.y/z", "x_y_z"),
                name("1st", "_1st"),
            ]
        );
    }

    #[test]
    fn long_names_that_begin_alike_stay_apart() {
        let (one, two) = (format!("{}1", "x".repeat(100)), format!("{}2", "x".repeat(100)));
        let given = given(&[("a", &one), ("a", &two)]);
        assert_ne!(given[0].as_ref().unwrap().1, given[1].as_ref().unwrap().1);
    }

    proptest! {
        #[test]
        fn every_name_is_one_that_vendors_take(server in "\\PC{1,20}", tool in "\\PC{1,90}") {
            let mut names = Names::default();
            for _ in 0..2 {
                if let Some(Name { offered, .. }) = names.give(&server, &tool) {
                    prop_assert!(offered.len() <= MAX_NAME && offered.is_ascii());
                    prop_assert!(offered.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'));
                    prop_assert!(offered.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-'));
                }
            }
        }
    }
}
