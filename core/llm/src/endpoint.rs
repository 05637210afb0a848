//! Where a vendor's API is and how one proves who one is.

use std::{fmt, time::Duration};

use secrecy::SecretString;

/// What is fixed about a vendor.
#[derive(Debug, PartialEq, Eq)]
pub struct Vendor {
    /// The provider's name in settings and in the log.
    pub name: &'static str,
    /// The name that people read.
    pub label: &'static str,
    /// Where its API is unless something else is configured.
    pub default_base_url: &'static str,
    /// The environment variable that holds its key, for messages; none where there is only the saved one.
    pub key_variable: Option<&'static str>,
    /// The environment variable that holds another base URL, for messages; none where there are only the settings.
    pub base_url_variable: Option<&'static str>,
    /// Whether it answers only to those who show a key.
    pub key_required: bool,
}

/// A server and the key for it.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The server: an `http` or `https` URL, without the part of the path that the vendor's API begins with (`/v1`).
    /// Slashes at the end don't matter. OpenAI and its like are also understood with that part.
    pub base_url: String,
    /// The key.
    pub key: ApiKey,
}

/// A key and how it is sent.
#[derive(Clone)]
pub struct ApiKey {
    /// The key itself. White space around it is not sent.
    pub secret: SecretString,
    /// How it is sent.
    pub header: KeyHeader,
}

impl ApiKey {
    /// No key, for servers that need none.
    pub fn none() -> Self {
        Self { secret: SecretString::default(), header: KeyHeader::Bearer }
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey").field("header", &self.header).finish_non_exhaustive()
    }
}

/// How a key is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyHeader {
    /// In the vendor's own header; Anthropic: `x-api-key`. OpenAI's own is the same as a bearer's.
    XApiKey,
    /// As `Authorization: Bearer`.
    Bearer,
}

/// How long to wait. There is no limit on a whole answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For a connection to stand, name look-up and TLS included.
    pub connect: Duration,
    /// Between two pieces of an answer. Before the first, the time to connect may come on top.
    pub silence: Duration,
    /// For the end of an answer of which all that matters has come, so that its connection can be used again. Nobody
    /// waits for it but the next request to the same server.
    pub tail: Duration,
}

impl Default for Limits {
    /// 10 s to connect, 120 s of silence, 250 ms for the end.
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), silence: Duration::from_mins(2), tail: Duration::from_millis(250) }
    }
}
