//! What can go wrong with a provider. Each sentence is meant for the user and says what to do; none holds a key.

use atelier_network::NetworkError;
use std::time::Duration;

use atelier_protocol::ErrorCode;

use crate::Vendor;

/// Why there is no answer, or no more of it.
///
/// `detail` is the vendor's own message where it gave one: at most 300 characters, without control characters, with
/// the key cut out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The base URL is not a URL.
    #[error(
        "The base URL “{url}” is not a URL: give one that starts with https://, in Settings{}.",
        or_in(.vendor.base_url_variable)
    )]
    BaseUrlInvalid {
        /// Whose.
        vendor: &'static Vendor,
        /// What was given, shortened, without a password.
        url: String,
    },
    /// The base URL is neither `https` nor `http`.
    #[error(
        "The base URL “{url}” starts with {scheme}: but must start with https:// (or http:// for a server on this \
         machine or network); correct it in Settings{}.",
        or_in(.vendor.base_url_variable)
    )]
    BaseUrlScheme {
        /// Whose.
        vendor: &'static Vendor,
        /// What was given, shortened, without a password.
        url: String,
        /// Its scheme.
        scheme: String,
    },
    /// There is no key.
    #[error("No API key for {} is set: add one in Settings{}.", .vendor.label, or_set(.vendor.key_variable))]
    KeyMissing {
        /// Whose.
        vendor: &'static Vendor,
    },
    /// The key can't be sent in a header.
    #[error(
        "The API key for {} holds characters that no key has, such as a line break: copy it again and save it in \
         Settings{}.",
        .vendor.label, or_in(.vendor.key_variable)
    )]
    KeyMalformed {
        /// Whose.
        vendor: &'static Vendor,
    },
    /// Status 401: the key is wrong.
    #[error("{} did not accept the API key{}: check the key in Settings{}.", .vendor.label, quoted(.detail.as_deref()), or_in(.vendor.key_variable))]
    KeyRefused {
        /// Who refused.
        vendor: &'static Vendor,
        /// In the vendor's words.
        detail: Option<String>,
    },
    /// Status 403: the key is right but not for this.
    #[error("{} does not allow this with the API key{}: use a key that has access, in Settings{}.", .vendor.label, quoted(.detail.as_deref()), or_in(.vendor.key_variable))]
    AccessDenied {
        /// Who refused.
        vendor: &'static Vendor,
        /// In the vendor's words.
        detail: Option<String>,
    },
    /// Status 402, or the vendor says so: nothing is left to pay with.
    #[error("{} says that there is no credit left{}: add some at the vendor, or use another API key.", .vendor.label, quoted(.detail.as_deref()))]
    NoCredit {
        /// Who refused.
        vendor: &'static Vendor,
        /// In the vendor's words.
        detail: Option<String>,
    },
    /// The vendor has no such model.
    #[error("{} does not know the model “{model}”{}: choose another model.", .vendor.label, quoted(.detail.as_deref()))]
    ModelUnknown {
        /// Who was asked.
        vendor: &'static Vendor,
        /// The model asked for.
        model: String,
        /// In the vendor's words.
        detail: Option<String>,
    },
    /// Status 404 or 405 and not about the model: something else lives at that address.
    #[error("There is no {} API at {url} (status {status}): check the base URL in Settings{}.", .vendor.label, or_in(.vendor.base_url_variable))]
    NotTheApi {
        /// Whose API was expected.
        vendor: &'static Vendor,
        /// The address asked.
        url: String,
        /// The status.
        status: u16,
    },
    /// The server sends us elsewhere. Not followed: the key would travel along.
    #[error(
        "The server at {url} redirects elsewhere (status {status}), which is not followed because the API key would \
         travel along: set the final address as the base URL, in Settings{}.",
        or_in(.vendor.base_url_variable)
    )]
    Redirected {
        /// Whose API was expected.
        vendor: &'static Vendor,
        /// The address asked.
        url: String,
        /// The status.
        status: u16,
    },
    /// The vendor finds fault with the request (status 400 and others).
    #[error("{} refused the request (status {status}){}: change what it objects to and send it again.", .vendor.label, quoted(.detail.as_deref()))]
    RequestRefused {
        /// Who refused.
        vendor: &'static Vendor,
        /// The status.
        status: u16,
        /// In the vendor's words.
        detail: Option<String>,
    },
    /// The vendor may not answer this prompt.
    #[error("{} blocked the prompt{}: change it and send it again.", .vendor.label, quoted(.detail.as_deref()))]
    PromptBlocked {
        /// Who refused.
        vendor: &'static Vendor,
        /// In the vendor's words.
        detail: Option<String>,
    },
    /// The conversation has more tokens than the model can read.
    #[error(
        "The conversation is longer than the model of {} can read{}: start a new session, or choose a model with a \
         larger context window.",
        .vendor.label, quoted(.detail.as_deref())
    )]
    ContextTooLong {
        /// Who refused.
        vendor: &'static Vendor,
        /// In the vendor's words.
        detail: Option<String>,
    },
    /// Status 413: too many bytes.
    #[error("The conversation is too large for {}{}: start a new session or send less.", .vendor.label, quoted(.detail.as_deref()))]
    RequestTooLarge {
        /// Who refused.
        vendor: &'static Vendor,
        /// In the vendor's words.
        detail: Option<String>,
    },
    /// Status 429.
    #[error("{} limits how much may be asked{}: wait {} and send it again.", .vendor.label, quoted(.detail.as_deref()), wait(*.retry_after))]
    RateLimited {
        /// Who refused.
        vendor: &'static Vendor,
        /// In the vendor's words.
        detail: Option<String>,
        /// How long the vendor wants us to wait; at most an hour.
        retry_after: Option<Duration>,
    },
    /// Status 529, or the vendor says so in the stream.
    #[error("{} is overloaded: wait {} and send it again.", .vendor.label, wait(*.retry_after))]
    Overloaded {
        /// Who.
        vendor: &'static Vendor,
        /// How long the vendor wants us to wait; at most an hour.
        retry_after: Option<Duration>,
    },
    /// Status 408, 409 or another 5xx.
    #[error("{} has a problem of its own (status {status}){}: wait {} and send it again.", .vendor.label, quoted(.detail.as_deref()), wait(*.retry_after))]
    ServerFailed {
        /// Who.
        vendor: &'static Vendor,
        /// The status.
        status: u16,
        /// In the vendor's words.
        detail: Option<String>,
        /// How long the vendor wants us to wait; at most an hour.
        retry_after: Option<Duration>,
    },
    /// The environment says how to reach the network, and that can't be.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// Nobody listens there.
    #[error(
        "Nothing accepts connections at {host}: check that the server runs, that the base URL is right, and the \
         proxy if there is one."
    )]
    ConnectionRefused {
        /// Host and port.
        host: String,
    },
    /// The name can't be resolved: no network, or a wrong name.
    #[error("The server {host} can't be found: check the network connection and the base URL.")]
    HostUnknown {
        /// Host and port.
        host: String,
    },
    /// No connection within the limit.
    #[error("{host} did not answer within {} s: check the network connection, then send it again.", .limit.as_secs_f32())]
    ConnectTimeout {
        /// Host and port.
        host: String,
        /// The limit.
        limit: Duration,
    },
    /// The server could not prove who it is, or speaks no TLS.
    #[error(
        "No secure connection to {host} could be made ({reason}): check the base URL, this computer's clock and its certificates."
    )]
    Tls {
        /// Host and port.
        host: String,
        /// What TLS says.
        reason: String,
    },
    /// Another failure of the network before an answer came.
    #[error("The request to {host} failed ({reason}): check the network connection, then send it again.")]
    RequestFailed {
        /// Host and port.
        host: String,
        /// What the system says.
        reason: String,
    },
    /// A successful answer, but not an event stream: a login page, say, or another program's page.
    #[error("The server at {url} answers, but not with a model's answer (it sent {content_type}): check the base URL in Settings{}.", or_in(.vendor.base_url_variable))]
    NotAStream {
        /// Whose API was expected.
        vendor: &'static Vendor,
        /// The address asked.
        url: String,
        /// What it sent instead.
        content_type: String,
    },
    /// A successful answer to a request for the models, but not a list of them.
    #[error("The server at {url} answers, but not with a list of models (it is {reason}): check the base URL in Settings{}.", or_in(.vendor.base_url_variable))]
    NotAList {
        /// Whose API was expected.
        vendor: &'static Vendor,
        /// The address asked.
        url: String,
        /// What is wrong with it; no content.
        reason: String,
    },
    /// A key could be neither confirmed nor refused.
    #[error("Unexpected API response: {status} from {}{}; check the base URL and the network connection, or try the key later.", .vendor.label, quoted(.detail.as_deref()))]
    UnexpectedStatus {
        /// Who was asked.
        vendor: &'static Vendor,
        /// The status.
        status: u16,
        /// In the vendor's words.
        detail: Option<String>,
    },
    /// The vendor reports an error in the middle of the answer.
    #[error("{} broke the answer off{}: send the prompt again.", .vendor.label, quoted(.detail.as_deref()))]
    BrokenOff {
        /// Who.
        vendor: &'static Vendor,
        /// In the vendor's words.
        detail: Option<String>,
    },
    /// Part of the answer can't be read.
    #[error("Part of the answer from {} can't be read ({reason}): send the prompt again, and report this if it stays.", .vendor.label)]
    Malformed {
        /// Who.
        vendor: &'static Vendor,
        /// What is wrong with it; no content.
        reason: String,
    },
    /// The connection ended before the answer did.
    #[error("The answer ended unexpectedly: check the network connection, then send the prompt again.")]
    CutOff,
    /// Nothing came for too long.
    #[error("Nothing came from {host} for {} s: check the network connection, then send the prompt again.", .limit.as_secs_f32())]
    Stalled {
        /// Host and port.
        host: String,
        /// The limit.
        limit: Duration,
    },
    /// A defect: the parts of the system that every request needs could not be set up.
    #[error("The network could not be set up ({reason}): check this computer's certificates and proxy settings.")]
    Setup {
        /// What failed.
        reason: String,
    },
}

impl ProviderError {
    /// Whether the same request may succeed when it is sent again. Whether to do so is up to the caller, who knows how
    /// much of the answer had come.
    pub fn retryable(&self) -> bool {
        match self {
            Self::RateLimited { .. }
            | Self::Overloaded { .. }
            | Self::ServerFailed { .. }
            | Self::ConnectionRefused { .. }
            | Self::HostUnknown { .. }
            | Self::ConnectTimeout { .. }
            | Self::RequestFailed { .. }
            | Self::CutOff
            | Self::Stalled { .. } => true,
            Self::BaseUrlInvalid { .. }
            | Self::BaseUrlScheme { .. }
            | Self::KeyMissing { .. }
            | Self::KeyMalformed { .. }
            | Self::KeyRefused { .. }
            | Self::AccessDenied { .. }
            | Self::NoCredit { .. }
            | Self::ModelUnknown { .. }
            | Self::NotTheApi { .. }
            | Self::Redirected { .. }
            | Self::RequestRefused { .. }
            | Self::PromptBlocked { .. }
            | Self::RequestTooLarge { .. }
            | Self::ContextTooLong { .. }
            | Self::NotAList { .. }
            | Self::Network(_)
            | Self::UnexpectedStatus { .. }
            | Self::Tls { .. }
            | Self::NotAStream { .. }
            | Self::BrokenOff { .. }
            | Self::Malformed { .. }
            | Self::Setup { .. } => false,
        }
    }

    /// How long the vendor wants us to wait before the next try, where it said so; at most an hour.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. }
            | Self::Overloaded { retry_after, .. }
            | Self::ServerFailed { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// What the log says the error is about.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::BaseUrlInvalid { .. }
            | Self::BaseUrlScheme { .. }
            | Self::KeyMissing { .. }
            | Self::KeyMalformed { .. }
            | Self::Network(_) => ErrorCode::NotReady,
            _ => ErrorCode::LlmApiError,
        }
    }
}

/// The other place where something can be set, if there is one.
fn or_in(variable: Option<&str>) -> String {
    variable.map(|variable| format!(" or in {variable}")).unwrap_or_default()
}

fn or_set(variable: Option<&str>) -> String {
    variable.map(|variable| format!(", or set {variable} in the environment")).unwrap_or_default()
}

fn quoted(detail: Option<&str>) -> String {
    detail.map(|detail| format!(" (“{detail}”)")).unwrap_or_default()
}

fn wait(retry_after: Option<Duration>) -> String {
    retry_after.map_or_else(|| "a little".to_owned(), |wait| format!("{} s", wait.as_secs().max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ANTHROPIC;

    fn one_of_each() -> Vec<ProviderError> {
        let vendor = &ANTHROPIC;
        let text = || "x.y".to_owned();
        let (url, host, reason, model, content_type, scheme) = (text(), text(), text(), text(), text(), text());
        let (detail, retry_after, limit, status) = (Some(text()), None, Duration::from_secs(10), 400);
        vec![
            ProviderError::BaseUrlInvalid { vendor, url: url.clone() },
            ProviderError::BaseUrlScheme { vendor, url: url.clone(), scheme },
            ProviderError::KeyMissing { vendor },
            ProviderError::KeyMalformed { vendor },
            NetworkError::ProxyInvalid { variable: "HTTPS_PROXY" }.into(),
            NetworkError::CertificatesUnusable { variable: "SSL_CERT_FILE", path: text(), reason: text() }.into(),
            ProviderError::KeyRefused { vendor, detail: detail.clone() },
            ProviderError::AccessDenied { vendor, detail: None },
            ProviderError::NoCredit { vendor, detail: detail.clone() },
            ProviderError::ModelUnknown { vendor, model, detail: detail.clone() },
            ProviderError::NotTheApi { vendor, url: url.clone(), status },
            ProviderError::Redirected { vendor, url: url.clone(), status },
            ProviderError::RequestRefused { vendor, status, detail: detail.clone() },
            ProviderError::PromptBlocked { vendor, detail: detail.clone() },
            ProviderError::RequestTooLarge { vendor, detail: None },
            ProviderError::ContextTooLong { vendor, detail: detail.clone() },
            ProviderError::NotAList { vendor, url: url.clone(), reason: reason.clone() },
            ProviderError::UnexpectedStatus { vendor, status, detail: detail.clone() },
            ProviderError::RateLimited { vendor, detail: detail.clone(), retry_after },
            ProviderError::Overloaded { vendor, retry_after: Some(limit) },
            ProviderError::ServerFailed { vendor, status, detail: detail.clone(), retry_after },
            ProviderError::ConnectionRefused { host: host.clone() },
            ProviderError::HostUnknown { host: host.clone() },
            ProviderError::ConnectTimeout { host: host.clone(), limit },
            ProviderError::Tls { host: host.clone(), reason: reason.clone() },
            ProviderError::RequestFailed { host: host.clone(), reason: reason.clone() },
            ProviderError::NotAStream { vendor, url, content_type },
            ProviderError::BrokenOff { vendor, detail },
            ProviderError::Malformed { vendor, reason: reason.clone() },
            ProviderError::CutOff,
            ProviderError::Stalled { host, limit },
            ProviderError::Setup { reason },
        ]
    }

    #[test]
    fn every_error_is_one_sentence_with_what_to_do_after_a_colon_or_semicolon() {
        for error in one_of_each() {
            let sentence = error.to_string();
            assert!(sentence.ends_with('.') && !sentence.contains(". ") && !sentence.contains('\n'), "{sentence}");
            let verbs =
                ["add", "change", "check", "choose", "copy", "correct", "give", "send", "set", "start", "use", "wait"];
            let advises = |part: &str| verbs.iter().any(|verb| part.trim_start().starts_with(verb));
            assert!(sentence.split([':', ';']).skip(1).any(advises), "{sentence}");
        }
    }

    #[test]
    fn only_what_has_to_be_configured_first_is_not_ready() {
        for error in one_of_each() {
            let unconfigured = matches!(
                error,
                ProviderError::BaseUrlInvalid { .. }
                    | ProviderError::BaseUrlScheme { .. }
                    | ProviderError::KeyMissing { .. }
                    | ProviderError::KeyMalformed { .. }
                    | ProviderError::Network(_)
            );
            assert_eq!(error.code() == ErrorCode::NotReady, unconfigured, "{error:?}");
            assert!(!(unconfigured && error.retryable()), "{error:?}");
        }
    }
}
