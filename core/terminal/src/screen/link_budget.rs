//! How much memory the addresses of links may take: a program could give each cell another.

use alacritty_terminal::{grid::Dimensions as _, index::Column};

use super::engine::{self, Engine};

/// How many bytes of addresses may stand on a screen and in its history; more links are none.
const MAX_BYTES: usize = 32 << 20;

/// After so many bytes they are counted anew.
const COUNT_AFTER: usize = 8 << 20;

/// What a link takes beside its address, about.
const OVERHEAD: usize = 64;

/// What links have taken since they were counted.
#[derive(Debug, Default)]
pub(super) struct LinkBudget {
    since: usize,
    used_up: bool,
}

impl Engine {
    /// Whether there is room for one more link of some length.
    pub(super) fn has_room_for_link(&mut self, length: usize) -> bool {
        self.link_budget.since += length + OVERHEAD;
        if self.link_budget.since > COUNT_AFTER {
            self.link_budget = LinkBudget { since: 0, used_up: self.bytes_of_links() > MAX_BYTES };
        }
        !self.link_budget.used_up
    }

    /// Neighbours share theirs.
    fn bytes_of_links(&self) -> usize {
        let (mut bytes, mut last) = (0, None);
        for line in self.term.topmost_line().0..=self.term.bottommost_line().0 {
            let row = engine::row(&self.term, line);
            for column in 0..row.len() {
                let link = row[Column(column)].hyperlink();
                if link.is_some() && link != last {
                    bytes += link.as_ref().map_or(0, |link| link.uri().len() + link.id().len() + OVERHEAD);
                }
                last = link;
            }
        }
        bytes
    }
}
