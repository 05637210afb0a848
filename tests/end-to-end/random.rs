//! Chance that can be had again.

use std::time::{SystemTime, UNIX_EPOCH};

/// Where chance comes from in this run; printed, so that a failure can be had again.
pub(crate) fn seed() -> u64 {
    let given = std::env::var("ATELIER_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs());
    println!("the moments come from ATELIER_TEST_SEED={seed}");
    seed
}

/// `SplitMix64`: small, and good enough to choose moments.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }
}
