//! Names of secrets.

use std::fmt;

use crate::KeyProvider;

/// Names a secret: whose it is and which one, as in `anthropic/default`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecretName(String);

impl SecretName {
    /// The one key of a provider that is used when no other is named.
    pub fn default_key(provider: KeyProvider) -> Self {
        Self(format!("{}/default", provider.as_str()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[cfg(test)]
    pub(crate) fn for_test(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
