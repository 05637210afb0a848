//! Ids of tool calls, fit for every vendor.
//!
//! A conversation may go on with another vendor than it began with, and some servers number calls in ways that others
//! refuse, or not at all.

use std::borrow::Cow;

use uuid::Uuid;

/// The longest id that all vendors take, in bytes.
const LONGEST: usize = 40;

/// The id as it can be sent: unchanged if all vendors take it, otherwise another one that is the same each time, so
/// that a call and its result keep finding each other.
pub(crate) fn call_id(id: &str) -> Cow<'_, str> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !id.is_empty() && id.len() <= LONGEST && id.chars().all(fits) {
        return Cow::Borrowed(id);
    }
    Cow::Owned(format!("call_{:016x}", fingerprint(id)))
}

/// An id for a call that came without one.
pub(crate) fn new_call_id() -> String {
    format!("call_{}", Uuid::new_v4().simple())
}

/// FNV-1a: short, and the same on every machine and in every version.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_every_vendor_takes_stays_and_any_other_becomes_one() {
        for id in ["toolu_01A09q90qw90lq917835lq9", "call_12xyz-ABC", "a"] {
            assert_eq!(call_id(id), id);
        }
        let strange = ["", "functions.read_file:0", "functions.read_file:1", "é", &"x".repeat(41)];
        let mut rewritten: Vec<_> = strange.iter().map(|id| call_id(id).into_owned()).collect();
        assert!(rewritten.iter().all(|id| call_id(id) == id.as_str()), "{rewritten:?}");
        assert_eq!(rewritten, strange.map(call_id), "each time the same");
        rewritten.sort();
        rewritten.dedup();
        assert_eq!(rewritten.len(), strange.len());
    }

    #[test]
    fn new_ids_differ_and_need_no_rewriting() {
        let (one, other) = (new_call_id(), new_call_id());
        assert_ne!(one, other);
        assert_eq!(call_id(&one), one);
    }
}
