//! What stands between us and the servers, as the environment has it: proxies and certificates of the user's own.

use std::{
    env,
    ffi::OsString,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use reqwest::{Certificate, ClientBuilder, NoProxy, Proxy, Url, redirect};

use crate::{NetworkError, innermost};

/// Proxies and certificates. The default has none: servers are reached directly and proven by what the system trusts.
#[derive(Clone, Default)]
pub struct Network {
    http_proxy: Option<Named<String>>,
    https_proxy: Option<Named<String>>,
    all_proxy: Option<Named<String>>,
    no_proxy: Option<String>,
    certificate_files: Vec<Named<PathBuf>>,
    certificate_folders: Vec<Named<PathBuf>>,
}

/// How one may speak to a proxy. An address without any of them is one for HTTP.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// A value and the variable that it comes from, for messages.
#[derive(Clone)]
struct Named<T> {
    variable: &'static str,
    value: T,
}

/// Shows names only: proxies may have passwords.
impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxies = [&self.http_proxy, &self.https_proxy, &self.all_proxy].into_iter().flatten();
        let certificates = self.certificate_files.iter().chain(&self.certificate_folders);
        let names = proxies.map(|it| it.variable).chain(certificates.map(|it| it.variable));
        f.debug_set().entries(names).finish()
    }
}

/// How every client of ours begins: with our one TLS library and our name. It follows no redirect and tells no server
/// where it came from.
pub fn client_builder() -> ClientBuilder {
    // Fails only when a provider is installed already, which then serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    ClientBuilder::new()
        .user_agent(concat!("atelier/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
}

impl Network {
    /// What these variables say, as in curl, OpenSSL and Node: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`,
    /// in small letters too, which go first; `SSL_CERT_FILE`, `NODE_EXTRA_CA_CERTS` (files) and `SSL_CERT_DIR` (folders
    /// with `:` between) hold certificates that are trusted next to those of the system. An empty variable is none.
    ///
    /// Servers on this machine are no exception: a proxy is left out only for what `NO_PROXY` names.
    pub fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let given = |name: &'static str| {
            variable(name).filter(|value| !value.is_empty()).map(|value| Named { variable: name, value })
        };
        let proxy = |small, large| {
            let named = given(small).or_else(|| given(large))?;
            let value = named.value.to_string_lossy().trim().to_owned();
            Some(Named { variable: named.variable, value }).filter(|named| !named.value.is_empty())
        };
        let file = |name| given(name).map(|Named { variable, value }| Named { variable, value: value.into() });
        let folders = given("SSL_CERT_DIR").into_iter().flat_map(|Named { variable, value }| {
            let paths: Vec<PathBuf> = env::split_paths(&value).filter(|path| !path.as_os_str().is_empty()).collect();
            paths.into_iter().map(move |value| Named { variable, value })
        });
        Self {
            http_proxy: proxy("http_proxy", "HTTP_PROXY"),
            https_proxy: proxy("https_proxy", "HTTPS_PROXY"),
            all_proxy: proxy("all_proxy", "ALL_PROXY"),
            no_proxy: proxy("no_proxy", "NO_PROXY").map(|named| named.value),
            certificate_files: ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"].into_iter().filter_map(file).collect(),
            certificate_folders: folders.collect(),
        }
    }

    /// Whether there is any proxy.
    pub fn has_proxy(&self) -> bool {
        self.http_proxy.is_some() || self.https_proxy.is_some() || self.all_proxy.is_some()
    }

    /// The hosts of the proxies, as their addresses name them.
    pub fn proxy_hosts(&self) -> Vec<String> {
        let proxies = [&self.http_proxy, &self.https_proxy, &self.all_proxy].into_iter().flatten();
        let url = |named: &Named<String>| match Url::parse(&named.value) {
            Ok(url) if url.has_host() => Some(url),
            _ => Url::parse(&format!("http://{}", named.value)).ok(),
        };
        proxies.filter_map(url).filter_map(|url| Some(url.host_str()?.to_owned())).collect()
    }

    /// Sets the proxies.
    pub fn with_proxies(&self, builder: ClientBuilder) -> Result<ClientBuilder, NetworkError> {
        let except = self.no_proxy.as_deref().and_then(NoProxy::from_string);
        // What the process's own environment says is left out: it may be another one.
        let mut builder = builder.no_proxy();
        if let Some(proxy) = &self.http_proxy {
            builder = builder.proxy(proxy.made(Proxy::http(&proxy.value))?.no_proxy(except.clone()));
        }
        if let Some(proxy) = &self.https_proxy {
            builder = builder.proxy(proxy.made(Proxy::https(&proxy.value))?.no_proxy(except.clone()));
        }
        if let Some(proxy) = &self.all_proxy {
            builder = builder.proxy(proxy.made(Proxy::all(&proxy.value))?.no_proxy(except));
        }
        Ok(builder)
    }

    /// Adds the certificates to those of the system. Reads files.
    pub fn with_certificates(&self, mut builder: ClientBuilder) -> Result<ClientBuilder, NetworkError> {
        for file in &self.certificate_files {
            let found =
                read(&file.value).and_then(|found| if found.is_empty() { Err(none_in_it()) } else { Ok(found) });
            builder = builder.tls_certs_merge(found.map_err(|error| file.unusable(&error))?);
        }
        for folder in &self.certificate_folders {
            let found = read_folder(&folder.value).map_err(|error| folder.unusable(&error))?;
            builder = builder.tls_certs_merge(found);
        }
        Ok(builder)
    }
}

impl Named<String> {
    fn made(&self, proxy: reqwest::Result<Proxy>) -> Result<Proxy, NetworkError> {
        let known = self.value.split_once("://").is_none_or(|(scheme, _)| SCHEMES.contains(&scheme));
        proxy.ok().filter(|_| known).ok_or(NetworkError::ProxyInvalid { variable: self.variable })
    }
}

impl Named<PathBuf> {
    fn unusable(&self, error: &io::Error) -> NetworkError {
        let (variable, path) = (self.variable, self.value.display().to_string());
        NetworkError::CertificatesUnusable { variable, path, reason: error.to_string() }
    }
}

/// The certificates of a PEM file; other things in it are passed over.
fn read(path: &Path) -> io::Result<Vec<Certificate>> {
    let invalid = |error: &reqwest::Error| io::Error::new(io::ErrorKind::InvalidData, innermost(error));
    Certificate::from_pem_bundle(&fs::read(path)?).map_err(|error| invalid(&error))
}

fn none_in_it() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it holds no certificate")
}

/// The certificates of all files of a folder. What is no certificate may lie there too, but not nothing else.
fn read_folder(path: &Path) -> io::Result<Vec<Certificate>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(path)? {
        found.extend(read(&entry?.path()).unwrap_or_default());
    }
    if found.is_empty() { Err(none_in_it()) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_of_proxies_are_known_however_they_are_written() {
        for (value, host) in [
            ("http://proxy.example:3128", "proxy.example"),
            ("proxy.example:3128", "proxy.example"),
            ("proxy.example", "proxy.example"),
            ("socks5h://me:pw@10.0.0.1:1080", "10.0.0.1"),
        ] {
            let network = Network::from_variables(|name| (name == "HTTPS_PROXY").then(|| value.into()));
            assert_eq!(network.proxy_hosts(), [host], "{value}");
        }
    }
}
