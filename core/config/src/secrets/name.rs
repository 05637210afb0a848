//! Names of secrets.

use std::fmt;

use crate::{KeyName, KeyProvider};

/// Names a secret: whose it is and which one, as in `anthropic/default`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecretName(String);

impl SecretName {
    /// The provider's key of that name.
    pub fn of_key(provider: KeyProvider, name: &KeyName) -> Self {
        Self(format!("{}/{name}", provider.as_str()))
    }

    /// The log-in at the MCP server of this address.
    pub fn of_mcp_login(url: &str) -> Self {
        Self(format!("mcp/{url}"))
    }

    /// Whose key it is and what the user calls it; none for a secret of another kind.
    pub fn key(&self) -> Option<(KeyProvider, KeyName)> {
        let (owner, name) = self.0.split_once('/')?;
        let provider = KeyProvider::ALL.into_iter().find(|provider| provider.as_str() == owner)?;
        Some((provider, name.parse().ok()?))
    }

    /// A name as a store gives it back.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_stored_name_and_other_secrets_are_none() {
        for provider in KeyProvider::ALL {
            for name in ["default", "a/b", "ключ 2"] {
                let name: KeyName = name.parse().unwrap();
                let stored = SecretName::stored(SecretName::of_key(provider, &name).as_str().to_owned());
                assert_eq!(stored.key(), Some((provider, name)));
            }
        }
        for other in ["", "anthropic", "anthropic/", "client/abc", "anthropic/two\nlines"] {
            assert_eq!(SecretName::stored(other.to_owned()).key(), None);
        }
    }
}
