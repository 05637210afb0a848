//! From a passphrase to an encryption key.

use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret as _, SecretString};

use super::sealed::{EncryptionKey, KEY_SIZE};

const SALT_SIZE: usize = 16;

/// What the derivation costs: the second choice of RFC 9106, a tenth of a second on a laptop.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;

/// The most that a file may ask for. Ours ask for less; a changed one must not use the computer up.
const MAX_MEMORY_KIB: u32 = 1024 * 1024;
const MAX_PASSES: u32 = 64;
const MAX_LANES: u32 = 64;

/// How a key is derived (Argon2id), as it stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Derivation {
    salt: [u8; SALT_SIZE],
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Derivation {
    /// Its size in the file, in bytes.
    pub(super) const SIZE: usize = SALT_SIZE + 12;

    /// A new one with a salt of its own; an error is what the system said.
    pub(super) fn new() -> Result<Self, String> {
        let mut salt = [0; SALT_SIZE];
        getrandom::fill(&mut salt).map_err(|error| error.to_string())?;
        Ok(Self { salt, memory_kib: MEMORY_KIB, passes: PASSES, lanes: LANES })
    }

    pub(super) fn to_bytes(self) -> Vec<u8> {
        let numbers = [self.memory_kib, self.passes, self.lanes].map(u32::to_le_bytes);
        [&self.salt[..], &numbers.concat()].concat()
    }

    /// None where the bytes ask for something unreasonable.
    pub(super) fn from_bytes(bytes: &[u8; Self::SIZE]) -> Option<Self> {
        let (salt, numbers) = bytes.split_first_chunk::<SALT_SIZE>()?;
        let mut numbers = numbers.chunks_exact(4).map(|number| number.try_into().map_or(0, u32::from_le_bytes));
        let (memory_kib, passes, lanes) = (numbers.next()?, numbers.next()?, numbers.next()?);
        let fits = memory_kib <= MAX_MEMORY_KIB && passes <= MAX_PASSES && lanes <= MAX_LANES;
        fits.then_some(Self { salt: *salt, memory_kib, passes, lanes })
    }

    /// The key, or why there can be none.
    pub(super) fn key(&self, passphrase: &SecretString) -> Result<EncryptionKey, String> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(KEY_SIZE));
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.map_err(|error| error.to_string())?);
        let mut key = EncryptionKey::default();
        argon
            .hash_password_into(passphrase.expose_secret().as_bytes(), &self.salt, &mut *key)
            .map_err(|error| error.to_string())?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_derivation_has_a_salt_of_its_own_and_is_read_back() {
        let (one, other) = (Derivation::new().unwrap(), Derivation::new().unwrap());
        assert_ne!(one, other);
        let bytes: [u8; Derivation::SIZE] = one.to_bytes().try_into().unwrap();
        assert_eq!(Derivation::from_bytes(&bytes), Some(one));
    }

    #[test]
    fn another_passphrase_or_salt_gives_another_key() {
        let cheap = Derivation { salt: [1; SALT_SIZE], memory_kib: 64, passes: 1, lanes: 1 };
        let salted = Derivation { salt: [2; SALT_SIZE], ..cheap };
        let key = |derivation: Derivation, text: &str| derivation.key(&SecretString::from(text)).unwrap();
        assert_eq!(*key(cheap, "one"), *key(cheap, "one"));
        assert_ne!(*key(cheap, "one"), *key(cheap, "One"));
        assert_ne!(*key(cheap, "one"), *key(salted, "one"));
    }

    proptest! {
        #[test]
        fn what_is_read_from_a_file_never_asks_for_more_than_is_allowed(bytes in any::<[u8; Derivation::SIZE]>()) {
            if let Some(derivation) = Derivation::from_bytes(&bytes) {
                prop_assert!(derivation.memory_kib <= MAX_MEMORY_KIB && derivation.passes <= MAX_PASSES);
                prop_assert_eq!(derivation.to_bytes(), bytes.to_vec());
            }
        }
    }
}
