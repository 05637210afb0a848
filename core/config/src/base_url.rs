//! The address of a model server.

use std::{fmt, str::FromStr};

use http::Uri;

/// An `http` or `https` URL with a host and perhaps a path: no user name, query or fragment, no slash at its end;
/// scheme and host in lower case, so that equal servers compare equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl(String);

/// The text is not such a URL. It is not repeated here: people paste keys into the wrong field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a web address such as https://api.anthropic.com, without a user name and without “?” or “#”")]
pub struct InvalidBaseUrl;

impl BaseUrl {
    /// A URL that is part of the program; its provider's test checks that it is one.
    pub(crate) fn fixed(url: &'static str) -> Self {
        Self(url.to_owned())
    }

    /// Whether both name one server, for an API whose paths begin with `version` (`/v1`) and which is understood with it
    /// and without it.
    pub(crate) fn is_same_server(&self, other: &Self, version: &str) -> bool {
        let plain = |url: &Self| url.0.strip_suffix(version).unwrap_or(&url.0).to_owned();
        plain(self) == plain(other)
    }

    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    /// Takes white space around the text and slashes at its end away.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        // `Uri` drops a fragment without a word.
        if text.contains('#') {
            return Err(InvalidBaseUrl);
        }
        let uri: Uri = text.parse().map_err(|_| InvalidBaseUrl)?;
        let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https")).ok_or(InvalidBaseUrl)?;
        let authority = uri.authority().ok_or(InvalidBaseUrl)?;
        let port_fits = authority.port_u16().is_some() || !after_host(authority.as_str()).contains(':');
        let plain = !authority.as_str().contains('@') && uri.query().is_none();
        if !port_fits || !plain || authority.host().is_empty() {
            return Err(InvalidBaseUrl);
        }
        let path = uri.path().trim_end_matches('/');
        Ok(Self(format!("{scheme}://{}{path}", authority.as_str().to_ascii_lowercase())))
    }
}

/// What follows the host in `host:port`; an IPv6 host in brackets has colons of its own.
fn after_host(authority: &str) -> &str {
    authority.rsplit_once(']').map_or(authority, |(_, rest)| rest)
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<BaseUrl> for String {
    fn from(url: BaseUrl) -> Self {
        url.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn slashes_at_the_end_and_white_space_are_removed_and_the_host_is_in_lower_case() {
        for (text, url) in [
            (" https://api.anthropic.com// \n", "https://api.anthropic.com"),
            ("http://127.0.0.1:4000/proxy/", "http://127.0.0.1:4000/proxy"),
            ("HTTP://[::1]:80", "http://[::1]:80"),
            ("https://Api.Example.com/Path", "https://api.example.com/Path"),
            ("http://[::1]", "http://[::1]"),
        ] {
            assert_eq!(text.parse::<BaseUrl>().unwrap().as_str(), url);
        }
    }

    #[test]
    fn a_server_is_the_same_with_the_first_part_of_its_paths_and_without() {
        for (one, other, version, same) in [
            ("https://api.openai.com/v1/", "https://api.openai.com", "/v1", true),
            ("https://api.openai.com", "https://api.openai.com/v1", "/v1", true),
            ("https://api.openai.com/v2", "https://api.openai.com/v1", "/v1", false),
            ("https://host/a/v1", "https://host/a", "/v1", true),
            ("https://host/av1", "https://host/a", "/v1", false),
            ("https://api.anthropic.com/v1", "https://api.anthropic.com", "", false),
        ] {
            let url = |text: &str| text.parse::<BaseUrl>().unwrap();
            assert_eq!(url(one).is_same_server(&url(other), version), same, "{one} {other}");
        }
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for text in [
            "",
            "api.anthropic.com",
            "localhost:4000",
            "ftp://host",
            "file:///etc/passwd",
            "https://",
            "https://:443",
            "https:///path",
            "https://host:port",
            "https://host:99999",
            "https://a host",
            "https://user:secret@host",
            "https://user@host:443",
            "https://host?key=1",
            "https://host/#part",
            "sk-ant-api03-secret",
        ] {
            assert_eq!(text.parse::<BaseUrl>(), Err(InvalidBaseUrl), "{text}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_stable(text in "(https?://)?\\PC{0,40}") {
            if let Ok(url) = text.parse::<BaseUrl>() {
                prop_assert!(!url.as_str().ends_with('/'));
                prop_assert_eq!(url.as_str().parse::<BaseUrl>(), Ok(url));
            }
        }
    }
}
