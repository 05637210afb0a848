//! What every vendor's HTTP API has in common: one POST, answered by an event stream or by an error.
//!
//! A vendor is a [`Dialect`]: how its requests are written, its stream is read and its errors are named. Connections,
//! limits, keys and the sentences about what went wrong are the same for all and live here.

mod answer;
mod call;
mod detail;
mod failure;
mod gate;
mod list;
mod tails;
mod target;
mod transport;

use std::{sync::Arc, time::Duration};

use reqwest::{RequestBuilder, Response, StatusCode, header};
use secrecy::ExposeSecret;
use tokio::time::timeout;

pub use self::transport::Transport;
pub(crate) use self::{
    call::Call,
    list::{ListPage, ModelList},
    target::is_loopback,
};

use self::{answer::HttpAnswer, detail::Cleaner, failure::Asked, gate::Gate, target::Target, transport::Route};
use crate::{
    ApiKey, Endpoint, KeyHeader, ModelRequest, ModelStream, ProviderError, Vendor, arrivals::Arrivals, sse::SseEvent,
};

/// A vendor's own way to say things.
pub(crate) trait Dialect: Sync {
    fn vendor(&self) -> &'static Vendor;

    /// The header for a key that is not a bearer token.
    fn key_header(&self) -> &'static str;

    /// The first part of every path, such as `/v1`, where a base URL may bring its own: a base URL with a version in it
    /// (`https://host/api/v1`) is then taken as it is.
    fn version(&self) -> &'static str {
        ""
    }

    /// The query of every request, if it needs one.
    fn query(&self) -> Option<&'static str> {
        None
    }

    /// Headers of every request, next to the key and the content type.
    fn headers(&self) -> &'static [(&'static str, &'static str)];

    /// Path (after the base URL and the version) and body of a request.
    fn write(&self, request: &ModelRequest) -> Result<Wire, serde_json::Error>;

    /// Reads the stream of one answer.
    fn reader(&self) -> Box<dyn AnswerReader>;

    /// What the body of an answer with an error status says.
    fn complaint(&self, body: &[u8]) -> Complaint;

    /// How the vendor's models are listed.
    fn models(&self) -> &'static dyn ModelList;

    /// The cheapest request that is answered only to those with a good key. `model` is asked where one has to be.
    fn key_check(&self, _model: Option<&str>) -> Result<Call, serde_json::Error> {
        Ok(Call::get(self.models().path(), self.models().query(None)))
    }

    /// Asks how many tokens a request has, where the vendor can say. The answer is a number in one of [`COUNTS`].
    fn count(&self, _request: &ModelRequest) -> Result<Option<Call>, serde_json::Error> {
        Ok(None)
    }

    /// How long the body of an answer with an error status says to wait, for vendors that send no `retry-after`.
    fn retry_after(&self, _body: &[u8]) -> Option<Duration> {
        None
    }
}

/// A request as it is sent.
pub(crate) struct Wire {
    pub(crate) path: String,
    /// Headers that only this request needs.
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) body: Vec<u8>,
}

/// Turns the events of a stream into ours.
pub(crate) trait AnswerReader: Send {
    /// Reads one event and appends what it means. `true`: the answer is complete.
    fn read(&mut self, event: &SseEvent<'_>, arrivals: &mut Arrivals) -> Result<bool, Unreadable>;

    /// The stream has ended, and no event said that the answer is complete. `true`: it is complete all the same, and
    /// its last events have been appended.
    fn end(&mut self, _arrivals: &mut Arrivals) -> bool {
        false
    }
}

/// Why a stream can't be read on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It is not what the vendor's stream should be. The reason quotes no content.
    Malformed(String),
    /// The vendor says that something went wrong.
    Complaint(Complaint),
}

/// An error in the vendor's words.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Complaint {
    pub(crate) fault: Fault,
    /// As it came; it may be long and hold anything.
    pub(crate) message: Option<String>,
}

/// What a vendor's error is about, where its name says so.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    #[default]
    Other,
    /// The key is wrong, whatever the status says.
    KeyRefused,
    /// The prompt may not be answered.
    Blocked,
    /// Something does not exist, and the message says that it is the model.
    ModelUnknown,
    /// The request has too many bytes.
    RequestTooLarge,
    /// The conversation has more tokens than the model can read.
    ContextTooLong,
    RateLimited,
    /// The account has no money left.
    NoCredit,
    Overloaded,
    /// The vendor's own failure.
    Server,
}

/// A vendor's API at one address, with one key.
pub(crate) struct HttpProvider {
    dialect: &'static dyn Dialect,
    target: Target,
    key: Option<(&'static str, header::HeaderValue)>,
    cleaner: Cleaner,
    transport: Transport,
    /// None for a server on this machine.
    gate: Option<Arc<Gate>>,
}

impl HttpProvider {
    /// Checks address and key; nothing is sent.
    pub(crate) fn new(
        dialect: &'static dyn Dialect,
        endpoint: &Endpoint,
        transport: &Transport,
    ) -> Result<Self, ProviderError> {
        let cleaner = Cleaner::new(endpoint.key.secret.clone());
        let vendor = dialect.vendor();
        let target = Target::parse(vendor, &endpoint.base_url, &cleaner)?.with_version(dialect.version());
        let key = key_header(dialect, &endpoint.key)?;
        let remote = target.route() == Route::Remote;
        let gate = remote.then(|| transport.gate(vendor, target.host(), &endpoint.key.secret));
        Ok(Self { dialect, target, key, cleaner, transport: transport.clone(), gate })
    }

    pub(crate) fn vendor(&self) -> &'static Vendor {
        self.dialect.vendor()
    }

    /// Takes a place among the requests that may go now, or says how long until it is worth asking again.
    pub(crate) fn admit(&self) -> Option<Duration> {
        self.gate.as_ref().and_then(|gate| gate.pass().err())
    }

    pub(crate) async fn stream(&self, request: &ModelRequest) -> Result<ModelStream, ProviderError> {
        let wire = self.dialect.write(request).map_err(|error| ProviderError::Setup { reason: error.to_string() })?;
        let mut url = self.target.url(&wire.path);
        if let Some(query) = self.dialect.query() {
            target::append_query(&mut url, query);
        }
        let limits = self.transport.limits();
        let asked = Asked {
            vendor: self.dialect.vendor(),
            model: request.model.clone(),
            url: self.cleaner.clean(&target::shown(&url)),
            host: self.target.host().to_owned(),
            limits,
            cleaner: self.cleaner.clone(),
        };
        let client = self.transport.client(self.target.route(), self.target.host()).await?;
        let sending = self
            .signed(client.post(url))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "text/event-stream");
        let sending = wire.headers.iter().fold(sending, |sending, (name, value)| sending.header(*name, *value));
        let response = match timeout(limits.connect + limits.silence, sending.body(wire.body).send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(asked.no_answer(&error)),
            Err(_) => return Err(asked.stalled()),
        };
        tracing::debug!(vendor = asked.vendor.name, host = asked.host, status = response.status().as_u16(), "answered");
        self.accept(response, asked).await
    }

    async fn accept(&self, response: Response, asked: Asked) -> Result<ModelStream, ProviderError> {
        if response.status() == StatusCode::OK && failure::is_event_stream(response.headers()) {
            return Ok(ModelStream::new(HttpAnswer::new(
                response,
                self.dialect.reader(),
                asked,
                self.transport.clone(),
            )));
        }
        Err(self.refusal(response, &asked).await)
    }

    /// The request with what every one has: the key and the vendor's headers.
    fn signed(&self, mut sending: RequestBuilder) -> RequestBuilder {
        sending = sending.header(header::ACCEPT_ENCODING, "identity");
        if let Some((name, value)) = &self.key {
            sending = sending.header(*name, value.clone());
        }
        for (name, value) in self.dialect.headers() {
            sending = sending.header(*name, *value);
        }
        sending
    }

    /// What an answer that is not the wanted one says.
    async fn refusal(&self, response: Response, asked: &Asked) -> ProviderError {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = failure::read_body(response).await;
        let retry_after = self.dialect.retry_after(&body);
        let refusal = asked.refusal(status, &headers, self.dialect.complaint(&body), retry_after);
        if let (Some(gate), ProviderError::RateLimited { retry_after: Some(wait), .. }) = (&self.gate, &refusal) {
            gate.pause(*wait);
        }
        refusal
    }
}

/// Name and value of the header that shows the key; none for a server that needs no key when there is none.
fn key_header(
    dialect: &dyn Dialect,
    key: &ApiKey,
) -> Result<Option<(&'static str, header::HeaderValue)>, ProviderError> {
    let vendor = dialect.vendor();
    let secret = key.secret.expose_secret().trim();
    if secret.is_empty() {
        return if vendor.key_required { Err(ProviderError::KeyMissing { vendor }) } else { Ok(None) };
    }
    let (name, value) = match (key.header, dialect.key_header()) {
        (KeyHeader::Bearer, _) | (KeyHeader::XApiKey, BEARER) => {
            (BEARER, header::HeaderValue::from_str(&format!("Bearer {secret}")))
        }
        (KeyHeader::XApiKey, name) => (name, header::HeaderValue::from_str(secret)),
    };
    let mut value = value.map_err(|_| ProviderError::KeyMalformed { vendor })?;
    value.set_sensitive(true);
    Ok(Some((name, value)))
}

/// The header of a bearer token.
pub(crate) const BEARER: &str = "authorization";
