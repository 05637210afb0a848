//! From what happened on the wire to the error that says what to do.

use std::{
    error::Error as StdError,
    io,
    time::{Duration, SystemTime},
};

use atelier_network::{causes, innermost};
use reqwest::{Response, StatusCode, header};
use tokio::time::timeout;

use super::{Complaint, Fault, Unreadable, detail::Cleaner};
use crate::{Limits, ProviderError, Vendor};

/// The most that is read of an answer with an error, in bytes.
const MAX_BODY: usize = 64 << 10;

/// The longest wait for it: it only makes the message better.
const BODY_LIMIT: Duration = Duration::from_secs(10);

/// The longest wait that is taken from a vendor.
const MAX_RETRY_AFTER: Duration = Duration::from_hours(1);

/// What a failure has to be told about the request it belongs to.
pub(crate) struct Asked {
    pub(crate) vendor: &'static Vendor,
    pub(crate) model: String,
    /// The address, fit to be shown.
    pub(crate) url: String,
    /// Host and port, fit to be shown.
    pub(crate) host: String,
    pub(crate) limits: Limits,
    pub(crate) cleaner: Cleaner,
}

impl Asked {
    pub(crate) fn stalled(&self) -> ProviderError {
        ProviderError::Stalled { host: self.host.clone(), limit: self.limits.silence }
    }

    /// The request got no answer.
    pub(crate) fn no_answer(&self, error: &reqwest::Error) -> ProviderError {
        let host = self.host.clone();
        let reason = || self.cleaner.clean(&innermost(error));
        if error.is_builder() {
            ProviderError::Setup { reason: reason() }
        } else if error.is_dns() || find::<rustls::pki_types::InvalidDnsNameError>(error).is_some() {
            ProviderError::HostUnknown { host }
        } else if error.is_timeout() {
            ProviderError::ConnectTimeout { host, limit: self.limits.connect }
        } else if io_kind(error) == Some(io::ErrorKind::ConnectionRefused) {
            ProviderError::ConnectionRefused { host }
        } else if let Some(tls) = find::<rustls::Error>(error) {
            ProviderError::Tls { host, reason: self.cleaner.clean(&tls.to_string()) }
        } else {
            ProviderError::RequestFailed { host, reason: reason() }
        }
    }

    /// The answer is not the beginning of an event stream.
    pub(crate) fn refusal(
        &self,
        status: StatusCode,
        headers: &header::HeaderMap,
        complaint: Complaint,
        in_body: Option<Duration>,
    ) -> ProviderError {
        let (vendor, url) = (self.vendor, self.url.clone());
        let detail = self.cleaner.detail(complaint.message);
        let in_body = in_body.map(|wait| wait.min(MAX_RETRY_AFTER));
        let retry_after = retry_after(headers, SystemTime::now()).or(in_body);
        match (status.as_u16(), complaint.fault) {
            (200..=299, _) if detail.is_none() => {
                ProviderError::NotAStream { vendor, url, content_type: self.cleaner.clean(&content_type(headers)) }
            }
            (status @ 300..=399, _) => ProviderError::Redirected { vendor, url, status },
            (_, Fault::ModelUnknown) => {
                ProviderError::ModelUnknown { vendor, model: self.cleaner.clean(&self.model), detail }
            }
            (_, Fault::ContextTooLong) => ProviderError::ContextTooLong { vendor, detail },
            (402, _) | (_, Fault::NoCredit) => ProviderError::NoCredit { vendor, detail },
            (_, Fault::Blocked) => ProviderError::PromptBlocked { vendor, detail },
            (401, _) | (_, Fault::KeyRefused) => ProviderError::KeyRefused { vendor, detail },
            (403, _) => ProviderError::AccessDenied { vendor, detail },
            (status @ (404 | 405), _) => ProviderError::NotTheApi { vendor, url, status },
            (413, _) | (_, Fault::RequestTooLarge) => ProviderError::RequestTooLarge { vendor, detail },
            (429, _) | (_, Fault::RateLimited) => ProviderError::RateLimited { vendor, detail, retry_after },
            (529, _) | (_, Fault::Overloaded) => ProviderError::Overloaded { vendor, retry_after },
            (status @ (408 | 409 | 500..=599), _) => {
                ProviderError::ServerFailed { vendor, status, detail, retry_after }
            }
            (status, _) => ProviderError::RequestRefused { vendor, status, detail },
        }
    }

    /// A successful answer that is no list of models. The reason quotes no content.
    pub(crate) fn not_a_list(&self, reason: &str) -> ProviderError {
        ProviderError::NotAList { vendor: self.vendor, url: self.url.clone(), reason: reason.to_owned() }
    }

    /// The answer to a request that only checks the key says nothing about it.
    pub(crate) fn unexpected(&self, status: StatusCode, message: Option<String>) -> ProviderError {
        ProviderError::UnexpectedStatus {
            vendor: self.vendor,
            status: status.as_u16(),
            detail: self.cleaner.detail(message),
        }
    }

    /// The stream can't be read on.
    pub(crate) fn unreadable(&self, unreadable: Unreadable) -> ProviderError {
        let (vendor, retry_after) = (self.vendor, None);
        let complaint = match unreadable {
            Unreadable::Malformed(reason) => return ProviderError::Malformed { vendor, reason },
            Unreadable::Complaint(complaint) => complaint,
        };
        let detail = self.cleaner.detail(complaint.message);
        match complaint.fault {
            Fault::Overloaded => ProviderError::Overloaded { vendor, retry_after },
            Fault::RateLimited => ProviderError::RateLimited { vendor, detail, retry_after },
            Fault::NoCredit => ProviderError::NoCredit { vendor, detail },
            Fault::KeyRefused => ProviderError::KeyRefused { vendor, detail },
            Fault::Blocked => ProviderError::PromptBlocked { vendor, detail },
            Fault::RequestTooLarge => ProviderError::RequestTooLarge { vendor, detail },
            Fault::ContextTooLong => ProviderError::ContextTooLong { vendor, detail },
            // The stream had begun with 200; 500 is what the vendor sends with this error otherwise.
            Fault::Server => ProviderError::ServerFailed { vendor, status: 500, detail, retry_after },
            Fault::ModelUnknown => {
                ProviderError::ModelUnknown { vendor, model: self.cleaner.clean(&self.model), detail }
            }
            Fault::Other => ProviderError::BrokenOff { vendor, detail },
        }
    }
}

/// Whether what follows these headers can be read as an event stream. A missing type is given the benefit of the doubt.
pub(crate) fn is_event_stream(headers: &header::HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?").trim().to_ascii_lowercase());
    let plain = text(header::CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity");
    let stream = text(header::CONTENT_TYPE)
        .is_none_or(|kind| kind.split(';').next().is_some_and(|kind| kind.trim() == "text/event-stream"));
    plain && stream
}

fn content_type(headers: &header::HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match (text(header::CONTENT_TYPE), text(header::CONTENT_ENCODING)) {
        (kind, Some(encoding)) => format!("{} as {encoding}", kind.unwrap_or("something")),
        (Some(kind), None) => kind.to_owned(),
        (None, None) => "something unnamed".to_owned(),
    }
}

/// The beginning of the body; what does not come in time is left out.
pub(crate) async fn read_body(mut response: Response) -> Vec<u8> {
    let mut body = Vec::new();
    let reading = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            let room = MAX_BODY - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if body.len() == MAX_BODY {
                break;
            }
        }
    };
    // Either way the body is what has come by then.
    let _ = timeout(BODY_LIMIT, reading).await;
    body
}

/// The `retry-after` header: a number of seconds, or a date.
fn retry_after(headers: &header::HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse::<f64>() {
        Ok(seconds) if seconds >= 0.0 => Duration::from_secs_f64(seconds.min(MAX_RETRY_AFTER.as_secs_f64())),
        Ok(_) => return None,
        Err(_) => httpdate::parse_http_date(text).ok()?.duration_since(now).unwrap_or_default(),
    };
    Some(wait.min(MAX_RETRY_AFTER))
}

fn find<T: StdError + 'static>(error: &reqwest::Error) -> Option<&T> {
    causes(error).find_map(|cause| cause.downcast_ref::<T>())
}

fn io_kind(error: &reqwest::Error) -> Option<io::ErrorKind> {
    find::<io::Error>(error).map(io::Error::kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str) -> Option<Duration> {
        let headers = [(header::RETRY_AFTER, text.parse().unwrap())].into_iter().collect();
        retry_after(&headers, httpdate::parse_http_date("Mon, 05 Jan 2026 09:00:00 GMT").unwrap())
    }

    #[test]
    fn retry_after_is_a_number_of_seconds_or_a_date_and_has_an_upper_bound() {
        assert_eq!(after("7"), Some(Duration::from_secs(7)));
        assert_eq!(after(" 0.5 "), Some(Duration::from_millis(500)));
        assert_eq!(after("Mon, 05 Jan 2026 09:01:30 GMT"), Some(Duration::from_secs(90)));
        assert_eq!(after("Mon, 05 Jan 2026 08:00:00 GMT"), Some(Duration::ZERO));
        for far in ["3601", "1e300", "inf", "Tue, 06 Jan 2026 09:00:00 GMT"] {
            assert_eq!(after(far), Some(MAX_RETRY_AFTER), "{far}");
        }
        for wrong in ["soon", "-1", "NaN", ""] {
            assert_eq!(after(wrong), None, "{wrong}");
        }
        assert_eq!(retry_after(&header::HeaderMap::new(), SystemTime::now()), None);
    }

    #[test]
    fn an_event_stream_is_known_by_its_type_and_must_not_be_compressed() {
        let is_stream = |kind: &[(&str, &str)]| {
            let header = |(name, value): &(&str, &str)| {
                (name.parse::<header::HeaderName>().unwrap(), value.parse::<header::HeaderValue>().unwrap())
            };
            is_event_stream(&kind.iter().map(header).collect())
        };
        assert!(is_stream(&[]));
        assert!(is_stream(&[("content-type", "text/event-stream")]));
        assert!(is_stream(&[("content-type", "Text/Event-Stream; charset=utf-8"), ("content-encoding", "identity")]));
        assert!(!is_stream(&[("content-type", "text/html")]));
        assert!(!is_stream(&[("content-type", "text/event-streams")]));
        assert!(!is_stream(&[("content-type", "text/event-stream"), ("content-encoding", "gzip")]));
    }
}
