//! Which addresses may be asked.

use std::net::IpAddr;

use atelier_network::is_public;
use atelier_tools::{FailureCode, ToolFailure};
use reqwest::Url;

/// The longest address, in bytes: what does not fit a question can't be approved of.
const MAX_URL: usize = 2 << 10;

/// An address that may be asked, once the user agrees.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    url: Url,
    private: bool,
}

impl Address {
    /// Takes an address as a model writes it. A private one is taken only where it is written as such: `localhost`, or by
    /// its numbers.
    pub(crate) fn parse(text: &str) -> Result<Self, ToolFailure> {
        let wrong = |message: &str| Err(ToolFailure::new(FailureCode::InvalidToolCall, message));
        if text.len() > MAX_URL {
            return wrong("The address is too long; use one of at most 2048 bytes.");
        }
        let Ok(mut url) = Url::parse(text.trim()) else {
            return wrong("`url` is not an address; give a whole one, such as https://example.org/page.");
        };
        if !matches!(url.scheme(), "http" | "https") {
            return wrong("Only http and https addresses can be fetched; read files with read_file.");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return wrong("An address with a user name or password is not fetched; leave them out.");
        }
        url.set_fragment(None);
        // Url's own host type would be one more dependency; its text form is as good.
        let Some(host) =
            url.host_str().map(|host| host.trim_end_matches('.').to_owned()).filter(|host| !host.is_empty())
        else {
            return wrong("`url` names no host; give a whole address, such as https://example.org/page.");
        };
        let number = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let private = host == "localhost" || host.ends_with(".localhost") || number.is_ok_and(|ip| !is_public(ip));
        Ok(Self { url, private })
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Whether it says itself that it is in the user's own network.
    pub(crate) fn is_private(&self) -> bool {
        self.private
    }

    /// Where a redirect leads.
    pub(crate) fn joined(&self, location: &str) -> Option<Self> {
        Self::parse(self.url.join(location).ok()?.as_str()).ok()
    }

    /// Whether the other one is at the same place, so that the user's yes covers it: the same host and port, or the same
    /// host with TLS where there was none.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let (ours, theirs) = (&self.url, &other.url);
        let same_port = ours.scheme() == theirs.scheme() && ours.port() == theirs.port();
        let upgraded =
            ours.scheme() == "http" && theirs.scheme() == "https" && ours.port().is_none() && theirs.port().is_none();
        ours.host_str() == theirs.host_str() && (same_port || upgraded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_known_in_all_their_forms() {
        for private in [
            "http://localhost/",
            "http://LOCALHOST.:8080/",
            "http://a.localhost/",
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0/",
            "http://10.1.2.3/",
            "http://172.16.0.1/",
            "http://192.168.1.1/",
            "http://169.254.169.254/",
            "http://100.100.100.200/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
            "http://[::1]/",
            "http://[::]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:a00:1]/",
            "http://[fe80::1]/",
            "http://[fd00::1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://[2001::1]/",
            "http://[ff02::1]/",
            "http://[::7f00:1]/",
            "http://[2001:db8::1]/",
        ] {
            assert!(Address::parse(private).unwrap().is_private(), "{private}");
        }
        for public in [
            "https://example.org/x?y",
            "http://1.1.1.1/",
            "http://[2606:4700::1111]/",
            "http://172.32.0.1",
            "http://[2001:4860::8888]/",
        ] {
            assert!(!Address::parse(public).unwrap().is_private(), "{public}");
        }
    }

    #[test]
    fn only_whole_plain_web_addresses_are_taken() {
        for wrong in [
            "",
            "example.org",
            "file:///etc/passwd",
            "ftp://a/",
            "http://",
            "https://me:pw@a/",
            "https://me@a/",
            "data:text/plain,x",
            "javascript:1",
        ] {
            assert_eq!(Address::parse(wrong).unwrap_err().code, FailureCode::InvalidToolCall, "{wrong}");
        }
        assert!(Address::parse(&format!("https://a/{}", "x".repeat(3000))).is_err());
    }

    #[test]
    fn a_yes_covers_the_same_host_only() {
        let covers = |from: &str, to: &str| {
            let from = Address::parse(from).unwrap();
            from.joined(to).is_some_and(|to| from.covers(&to))
        };
        assert!(
            covers("http://a.org/x", "/y")
                && covers("http://a.org/", "https://a.org/z")
                && covers("https://a.org:8443/", "//a.org:8443/")
        );
        for (from, to) in [
            ("https://a.org/", "http://a.org/"),
            ("https://a.org/", "https://b.org/"),
            ("https://a.org/", "https://a.org:444/"),
            ("https://a.org/", "https://www.a.org/"),
            ("https://a.org/", "file:///x"),
            ("https://a.org/", "https://me@a.org/"),
            ("http://a.org:80/", "https://a.org:8443/"),
        ] {
            assert!(!covers(from, to), "{from} {to}");
        }
    }
}
