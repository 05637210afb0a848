//! The one table of vendors: whose key opens which provider.

use std::sync::Arc;

use atelier_config::{KeyHeader, KeyProvider, ResolvedKey};
use atelier_llm::{
    ANTHROPIC, Anthropic, ApiKey, ChatServer, Endpoint, GOOGLE, Gemini, OPENAI, OpenAiChat, OpenAiResponses, Provider,
    ProviderError, Transport, Vendor,
};

type Made = Result<Arc<dyn Provider>, ProviderError>;

/// What it takes to ask one vendor.
pub(crate) struct VendorRow {
    pub(crate) key_provider: KeyProvider,
    vendor: fn() -> &'static Vendor,
    make: fn(&Endpoint, &Transport) -> Made,
}

/// In the order in which they are tried where the user leaves the choice to us.
static VENDORS: [VendorRow; 4] = [
    VendorRow {
        key_provider: KeyProvider::Anthropic,
        vendor: || &ANTHROPIC,
        make: |endpoint, transport| Ok(Arc::new(Anthropic::new(endpoint, transport)?)),
    },
    VendorRow {
        key_provider: KeyProvider::OpenAi,
        vendor: || &OPENAI,
        make: |endpoint, transport| Ok(Arc::new(OpenAiResponses::new(endpoint, transport)?)),
    },
    VendorRow {
        key_provider: KeyProvider::Google,
        vendor: || &GOOGLE,
        make: |endpoint, transport| Ok(Arc::new(Gemini::new(endpoint, transport)?)),
    },
    VendorRow {
        key_provider: KeyProvider::Compatible,
        vendor: || ChatServer::Other.vendor(),
        make: |endpoint, transport| {
            let server = ChatServer::at(&endpoint.base_url);
            Ok(Arc::new(OpenAiChat::new(server, endpoint, transport)?))
        },
    },
];

/// All rows.
pub(crate) fn all() -> impl Iterator<Item = &'static VendorRow> {
    VENDORS.iter()
}

/// The row of the vendor that has this name in settings, logs and the catalogue.
pub(crate) fn named(name: &str) -> Option<&'static VendorRow> {
    all().find(|row| row.name() == name)
}

/// The provider in settings and catalogue for a name in the log. There a compatible server has a name of its own where
/// its address tells which one it is.
pub(crate) fn provider_of(name: &str) -> &str {
    let is_server = || ChatServer::ALL.iter().any(|server| server.vendor().name == name);
    if named(name).is_none() && is_server() { KeyProvider::Compatible.as_str() } else { name }
}

/// The row of the vendor whose key this is. None only if the table lacks one, which a test forbids.
pub(crate) fn of(provider: KeyProvider) -> Option<&'static VendorRow> {
    all().find(|row| row.key_provider == provider)
}

impl VendorRow {
    pub(crate) fn vendor(&self) -> &'static Vendor {
        (self.vendor)()
    }

    pub(crate) fn name(&self) -> &'static str {
        self.vendor().name
    }

    /// The provider at this endpoint; nothing is sent.
    pub(crate) fn make(&self, endpoint: &Endpoint, transport: &Transport) -> Made {
        (self.make)(endpoint, transport)
    }
}

/// The key and the one server it may go to, as the provider takes them.
pub(crate) fn endpoint(key: ResolvedKey) -> Endpoint {
    let header = match key.header {
        KeyHeader::ApiKey => atelier_llm::KeyHeader::XApiKey,
        KeyHeader::Bearer => atelier_llm::KeyHeader::Bearer,
    };
    Endpoint { base_url: key.base_url.into(), key: ApiKey { secret: key.secret, header } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_one_row_and_both_crates_say_the_same_about_it() {
        let listed: Vec<_> = all().map(|row| row.key_provider).collect();
        assert_eq!(listed, KeyProvider::ALL);
        for row in all() {
            let (vendor, keys) = (row.vendor(), row.key_provider);
            assert_eq!((vendor.name, vendor.label), (keys.as_str(), keys.label()));
            assert_eq!(vendor.key_required, keys.key_required());
            if let Some(url) = keys.default_base_url() {
                assert_eq!(vendor.default_base_url, url.as_str());
            }
            assert!(std::ptr::eq(named(vendor.name).unwrap(), of(keys).unwrap()));
        }
    }

    #[test]
    fn a_compatible_server_is_asked_as_the_one_that_its_address_tells() {
        let row = of(KeyProvider::Compatible).unwrap();
        for (base_url, name) in [
            ("http://127.0.0.1:11434/v1", "ollama"),
            ("https://openrouter.ai/api/v1", "openrouter"),
            ("http://10.0.0.7:4000/v1", "compatible"),
        ] {
            let key = ApiKey { secret: "sk-or-0123456789".into(), header: atelier_llm::KeyHeader::Bearer };
            let endpoint = Endpoint { base_url: base_url.to_owned(), key };
            let provider = row.make(&endpoint, &Transport::default()).unwrap();
            assert_eq!((provider.name(), provider_of(provider.name())), (name, "compatible"));
        }
        for name in ["anthropic", "openai", "google", "demo", "someone"] {
            assert_eq!(provider_of(name), name);
        }
    }
}
