//! Asks a vendor for one JSON document instead of a stream.

use atelier_protocol::Json;
use reqwest::{Response, StatusCode, header};
use tokio::time::timeout;

use super::{Fault, HttpProvider, failure, failure::Asked, target};
use crate::{KeyVerdict, ModelRequest, ProviderError};

/// A request that is answered by one document.
pub(crate) struct Call {
    /// Path after the base URL and the version.
    pub(crate) path: String,
    /// Its query; may be empty.
    pub(crate) query: String,
    /// JSON to post; none to get.
    pub(crate) body: Option<Vec<u8>>,
    /// The model that it is about, for messages; may be empty.
    pub(crate) model: String,
}

impl Call {
    pub(crate) fn get(path: &str, query: String) -> Self {
        Self { path: path.to_owned(), query, body: None, model: String::new() }
    }

    pub(crate) fn post(path: String, body: Vec<u8>, model: &str) -> Self {
        Self { path, query: String::new(), body: Some(body), model: model.to_owned() }
    }
}

/// What a call was answered, and what a failure to read it has to be told.
pub(crate) struct Answered {
    pub(crate) response: Response,
    pub(crate) asked: Asked,
}

/// The largest answer that is a number of tokens, in bytes.
const MAX_COUNT: usize = 1 << 20;

/// Where vendors put the number of tokens.
const COUNTS: [&str; 2] = ["input_tokens", "totalTokens"];

impl HttpProvider {
    /// How many tokens the request has; none where the vendor can't say.
    pub(crate) async fn count_tokens(&self, request: &ModelRequest) -> Result<Option<u64>, ProviderError> {
        let Some(call) = self.dialect.count(request).map_err(|error| setup(&error))? else {
            return Ok(None);
        };
        let (body, asked) = self.document(call, MAX_COUNT).await?;
        let body: Json = serde_json::from_slice(&body).unwrap_or_default();
        let tokens = COUNTS.iter().find_map(|name| body.get(name)?.as_u64());
        let reason = || "it is no number of tokens".to_owned();
        tokens.map(Some).ok_or_else(|| ProviderError::Malformed { vendor: asked.vendor, reason: reason() })
    }

    /// Whether the key is accepted: 2xx says yes, 401 or the vendor's words for it no, and anything else neither.
    pub(crate) async fn check_key(&self, model: Option<&str>) -> Result<KeyVerdict, ProviderError> {
        let call = self.dialect.key_check(model).map_err(|error| setup(&error))?;
        let Answered { response, asked } = self.call(call).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = failure::read_body(response).await;
        let complaint = self.dialect.complaint(&body);
        if status.is_success() {
            // A page where one has to sign in, say, is no verdict.
            let is_json = body.trim_ascii_start().starts_with(b"{");
            return if is_json {
                Ok(KeyVerdict::Accepted)
            } else {
                Err(asked.refusal(status, &headers, complaint, None))
            };
        }
        if status == StatusCode::UNAUTHORIZED || complaint.fault == Fault::KeyRefused {
            return Ok(KeyVerdict::Refused);
        }
        Err(asked.unexpected(status, complaint.message))
    }

    /// Sends it and returns with the head of the answer, whatever its status.
    pub(crate) async fn call(&self, call: Call) -> Result<Answered, ProviderError> {
        let mut url = self.target.url(&call.path);
        target::append_query(&mut url, &call.query);
        let limits = self.transport.limits();
        let asked = Asked {
            vendor: self.dialect.vendor(),
            model: call.model,
            url: self.cleaner.clean(&target::shown(&url)),
            host: self.target.host().to_owned(),
            limits,
            cleaner: self.cleaner.clone(),
        };
        let client = self.transport.client(self.target.route(), self.target.host()).await?;
        let sending = match call.body {
            None => client.get(url),
            Some(body) => client.post(url).header(header::CONTENT_TYPE, "application/json").body(body),
        };
        let sending = self.signed(sending).header(header::ACCEPT, "application/json");
        match timeout(limits.connect + limits.silence, sending.send()).await {
            Ok(Ok(response)) => Ok(Answered { response, asked }),
            Ok(Err(error)) => Err(asked.no_answer(&error)),
            Err(_) => Err(asked.stalled()),
        }
    }

    /// The whole document that it is answered, at most `most` bytes; a status other than 200 is an error.
    pub(crate) async fn document(&self, call: Call, most: usize) -> Result<(Vec<u8>, Asked), ProviderError> {
        let Answered { mut response, asked } = self.call(call).await?;
        if response.status() != StatusCode::OK {
            return Err(self.refusal(response, &asked).await);
        }
        let mut body = Vec::new();
        loop {
            match timeout(asked.limits.silence, response.chunk()).await {
                Ok(Ok(Some(chunk))) if body.len() + chunk.len() <= most => body.extend_from_slice(&chunk),
                Ok(Ok(None)) => return Ok((body, asked)),
                Ok(Ok(Some(_))) => {
                    let reason = format!("it is larger than {} MiB", most >> 20);
                    return Err(ProviderError::Malformed { vendor: asked.vendor, reason });
                }
                Ok(Err(_)) => return Err(ProviderError::CutOff),
                Err(_) => return Err(asked.stalled()),
            }
        }
    }
}

/// A request that can't be written.
fn setup(error: &serde_json::Error) -> ProviderError {
    ProviderError::Setup { reason: error.to_string() }
}
