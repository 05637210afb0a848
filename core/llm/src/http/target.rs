//! Where requests go.

use std::net::IpAddr;

use reqwest::Url;

use super::{detail::Cleaner, transport::Route};
use crate::{ProviderError, Vendor};

/// The most that is shown of a base URL, in characters.
const SHOWN: usize = 100;

/// A base URL that was found to be one.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    base: Url,
    host: String,
}

impl Target {
    pub(crate) fn parse(vendor: &'static Vendor, text: &str, cleaner: &Cleaner) -> Result<Self, ProviderError> {
        let text = text.trim();
        let invalid = || ProviderError::BaseUrlInvalid { vendor, url: quotable(text, cleaner) };
        let mut base = Url::parse(text).map_err(|_| invalid())?;
        if !matches!(base.scheme(), "https" | "http") {
            let scheme = cleaner.clean(base.scheme()).chars().take(SHOWN).collect();
            return Err(ProviderError::BaseUrlScheme { vendor, url: quotable(text, cleaner), scheme });
        }
        let host = match (base.host_str(), base.port()) {
            (None | Some(""), _) => return Err(invalid()),
            (Some(host), None) => host.to_owned(),
            (Some(host), Some(port)) => format!("{host}:{port}"),
        };
        base.set_fragment(None);
        Ok(Self { base, host })
    }

    /// The same with `version` (`/v1`, or nothing) at the end of its path, unless there is a version in it already.
    pub(crate) fn with_version(mut self, version: &str) -> Self {
        let is_version = |part: &str| {
            part.strip_prefix('v').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
        };
        if !version.is_empty() && !self.base.path().split('/').any(is_version) {
            self.base = self.url(version);
        }
        self
    }

    /// Host and port, for people.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The base URL with `path` appended to its path.
    pub(crate) fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        url
    }

    pub(crate) fn route(&self) -> Route {
        match (is_loopback(&self.base), self.base.scheme()) {
            (true, "http") => Route::LocalPlain,
            (true, _) => Route::LocalTls,
            (false, _) => Route::Remote,
        }
    }
}

/// Adds to the query of a URL, which may have one already.
pub(crate) fn append_query(url: &mut Url, query: &str) {
    if query.is_empty() {
        return;
    }
    let query = match url.query().filter(|query| !query.is_empty()) {
        Some(own) => format!("{own}&{query}"),
        None => query.to_owned(),
    };
    url.set_query(Some(&query));
}

/// A URL without what may be secret in it: user, password, query.
pub(crate) fn shown(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}

/// Text given as a base URL, fit for an error message. What looks like a key put into the wrong field is not shown.
fn quotable(text: &str, cleaner: &Cleaner) -> String {
    let secretive = text.len() > 20 && !text.contains(['.', ':', '/', ' ']) || text.starts_with("sk-");
    if secretive {
        return "…".to_owned();
    }
    let public = match text.rsplit_once('@') {
        Some((_, host)) => host,
        None => text,
    };
    cleaner.clean(public).chars().take(SHOWN).collect()
}

/// Whether it is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anthropic::ANTHROPIC;

    fn parse(text: &str) -> Result<Target, ProviderError> {
        Target::parse(&ANTHROPIC, text, &Cleaner::new("sk-ant-secret".into()))
    }

    fn url(base: &str) -> String {
        parse(base).unwrap().url("/v1/messages").to_string()
    }

    #[test]
    fn the_path_is_appended_whatever_the_base_ends_with() {
        assert_eq!(url("https://api.example"), "https://api.example/v1/messages");
        assert_eq!(url(" https://api.example/// "), "https://api.example/v1/messages");
        assert_eq!(url("http://[::1]:8080/gate/way/"), "http://[::1]:8080/gate/way/v1/messages");
        assert_eq!(url("https://api.example/x?version=2#top"), "https://api.example/x/v1/messages?version=2");
    }

    #[test]
    fn a_version_is_added_unless_the_base_brings_one() {
        for (base, expected) in [
            ("http://127.0.0.1:11434", "http://127.0.0.1:11434/v1/x"),
            ("http://127.0.0.1:11434/v1/", "http://127.0.0.1:11434/v1/x"),
            ("https://host.example/api/", "https://host.example/api/v1/x"),
            ("https://host.example/api/v1", "https://host.example/api/v1/x"),
            ("https://host.example/v1beta/openai/", "https://host.example/v1beta/openai/x"),
            ("https://host.example/vault", "https://host.example/vault/v1/x"),
        ] {
            assert_eq!(parse(base).unwrap().with_version("/v1").url("/x").to_string(), expected, "{base}");
        }
        assert_eq!(
            parse("https://host.example").unwrap().with_version("").url("/x").to_string(),
            "https://host.example/x"
        );
    }

    #[test]
    fn a_query_is_added_to_the_one_that_the_base_has() {
        for (base, expected) in [
            ("https://host.example", "https://host.example/x?alt=sse"),
            ("https://host.example?", "https://host.example/x?alt=sse"),
            ("https://host.example?a=b", "https://host.example/x?a=b&alt=sse"),
        ] {
            let mut url = parse(base).unwrap().url("/x");
            append_query(&mut url, "alt=sse");
            assert_eq!(url.to_string(), expected);
        }
    }

    #[test]
    fn only_a_server_on_this_machine_is_local() {
        for (base, route) in [
            ("http://127.0.0.1:1", Route::LocalPlain),
            ("http://127.9.9.9", Route::LocalPlain),
            ("http://localhost:1", Route::LocalPlain),
            ("http://api.localhost", Route::LocalPlain),
            ("https://[::1]", Route::LocalTls),
            ("https://localhost", Route::LocalTls),
            ("http://localhost.example", Route::Remote),
            ("http://10.0.0.1", Route::Remote),
            ("https://api.example", Route::Remote),
        ] {
            assert_eq!(parse(base).unwrap().route(), route, "{base}");
        }
    }

    #[test]
    fn what_is_not_a_url_is_said_to_be_none() {
        for text in ["", "api.example", "/v1", "https://", "http://[::1", "not a url"] {
            let error = parse(text).unwrap_err();
            assert_eq!(error, ProviderError::BaseUrlInvalid { vendor: &ANTHROPIC, url: text.into() });
        }
    }

    #[test]
    fn another_scheme_is_named() {
        for (text, scheme) in [("ftp://api.example", "ftp"), ("localhost:8080", "localhost"), ("file:///x", "file")] {
            let error = parse(text).unwrap_err();
            let (url, scheme) = (text.into(), scheme.into());
            assert_eq!(error, ProviderError::BaseUrlScheme { vendor: &ANTHROPIC, url, scheme });
        }
    }

    #[test]
    fn passwords_and_keys_in_a_base_url_are_not_shown() {
        for text in [
            "ftp://me:hunter2@api.example",
            "me:hunter2@api.example",
            "sk-ant-secret",
            "sk-other",
            "hunter2hunter2hunter2hunter2",
            "ftp://api.example/sk-ant-secret",
        ] {
            let error = parse(text).unwrap_err();
            for secret in ["hunter2", "sk-ant-secret", "sk-other"] {
                assert!(!format!("{error} {error:?}").contains(secret), "{error:?}");
            }
        }
        let target = parse("https://me:hunter2@api.example:8443/gate?token=hunter2").unwrap();
        assert_eq!(target.host(), "api.example:8443");
        assert_eq!(shown(&target.url("/v1/messages")), "https://api.example:8443/gate/v1/messages");
    }
}
