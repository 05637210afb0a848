//! A client over HTTP that asks nothing of a server before it can be asked itself.
//!
//! What a server asks the user, and what it tells by itself, may come on a stream of its own, which is opened beside the
//! first requests. A server that asks while nobody listens there waits in vain: many forget what they could not send.

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures_util::stream::BoxStream;
use http::{HeaderName, HeaderValue};
use rmcp::{
    model::{ClientJsonRpcMessage, JsonRpcMessage},
    transport::streamable_http_client::{
        SseError, StreamableHttpClient, StreamableHttpError, StreamableHttpPostResponse,
    },
};
use sse_stream::Sse;
use tokio_util::sync::CancellationToken;

/// How long the stream is waited for. A server that has none says so at once; one may only begin to answer when it has
/// something to tell.
const PATIENCE: Duration = Duration::from_secs(1);

type Headers = HashMap<HeaderName, HeaderValue>;
type Stream = BoxStream<'static, Result<Sse, SseError>>;

/// A client whose requests wait until the server's own stream is there, or known not to come.
#[derive(Clone)]
pub(crate) struct Listening<C> {
    client: C,
    /// Cancelled once the server has answered whether it has such a stream, or has not for a while.
    settled: CancellationToken,
}

impl<C> Listening<C> {
    pub(crate) fn new(client: C) -> Self {
        Self { client, settled: CancellationToken::new() }
    }

    /// Waits where a request belongs to a session: only then there is such a stream.
    async fn settle(&self, message: &ClientJsonRpcMessage, session: Option<&Arc<str>>) {
        if session.is_some() && matches!(message, JsonRpcMessage::Request(_)) {
            // Afterwards nobody waits any more, whatever it was.
            let _ = tokio::time::timeout(PATIENCE, self.settled.cancelled()).await;
            self.settled.cancel();
        }
    }
}

impl<C: StreamableHttpClient + Sync> StreamableHttpClient for Listening<C> {
    type Error = C::Error;

    async fn post_message(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session_id: Option<Arc<str>>,
        auth_header: Option<String>,
        custom_headers: Headers,
    ) -> Result<StreamableHttpPostResponse, StreamableHttpError<C::Error>> {
        self.settle(&message, session_id.as_ref()).await;
        self.client.post_message(uri, message, session_id, auth_header, custom_headers).await
    }

    async fn post_message_with_max_sse_event_size(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session_id: Option<Arc<str>>,
        auth_header: Option<String>,
        custom_headers: Headers,
        max_sse_event_size: usize,
    ) -> Result<StreamableHttpPostResponse, StreamableHttpError<C::Error>> {
        self.settle(&message, session_id.as_ref()).await;
        let (client, most) = (&self.client, max_sse_event_size);
        client.post_message_with_max_sse_event_size(uri, message, session_id, auth_header, custom_headers, most).await
    }

    async fn delete_session(
        &self,
        uri: Arc<str>,
        session_id: Arc<str>,
        auth_header: Option<String>,
        custom_headers: Headers,
    ) -> Result<(), StreamableHttpError<C::Error>> {
        self.client.delete_session(uri, session_id, auth_header, custom_headers).await
    }

    async fn get_stream(
        &self,
        uri: Arc<str>,
        session_id: Option<Arc<str>>,
        last_event_id: Option<String>,
        auth_header: Option<String>,
        custom_headers: Headers,
    ) -> Result<Stream, StreamableHttpError<C::Error>> {
        let stream = self.client.get_stream(uri, session_id, last_event_id, auth_header, custom_headers).await;
        self.settled.cancel();
        stream
    }

    async fn get_stream_with_max_sse_event_size(
        &self,
        uri: Arc<str>,
        session_id: Option<Arc<str>>,
        last_event_id: Option<String>,
        auth_header: Option<String>,
        custom_headers: Headers,
        max_sse_event_size: usize,
    ) -> Result<Stream, StreamableHttpError<C::Error>> {
        let (client, most) = (&self.client, max_sse_event_size);
        let stream = client
            .get_stream_with_max_sse_event_size(uri, session_id, last_event_id, auth_header, custom_headers, most)
            .await;
        self.settled.cancel();
        stream
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use serde_json::json;

    use super::*;

    /// Notes what it was asked; has no stream.
    #[derive(Clone, Default)]
    struct Noting(Arc<Mutex<Vec<&'static str>>>);

    impl StreamableHttpClient for Noting {
        type Error = std::io::Error;

        async fn post_message(
            &self,
            _: Arc<str>,
            _: ClientJsonRpcMessage,
            _: Option<Arc<str>>,
            _: Option<String>,
            _: Headers,
        ) -> Result<StreamableHttpPostResponse, StreamableHttpError<Self::Error>> {
            self.0.lock().unwrap().push("request");
            Ok(StreamableHttpPostResponse::Accepted)
        }

        async fn delete_session(
            &self,
            _: Arc<str>,
            _: Arc<str>,
            _: Option<String>,
            _: Headers,
        ) -> Result<(), StreamableHttpError<Self::Error>> {
            Ok(())
        }

        async fn get_stream(
            &self,
            _: Arc<str>,
            _: Option<Arc<str>>,
            _: Option<String>,
            _: Option<String>,
            _: Headers,
        ) -> Result<Stream, StreamableHttpError<Self::Error>> {
            self.0.lock().unwrap().push("stream");
            Err(StreamableHttpError::ServerDoesNotSupportSse)
        }
    }

    async fn asked_at_once(session: Option<&str>) -> Vec<&'static str> {
        let (noting, uri, session) =
            (Noting::default(), Arc::<str>::from("http://server.test"), session.map(Arc::from));
        let listening = Listening::new(noting.clone());
        let message = serde_json::from_value(json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})).unwrap();
        let request = listening.post_message(uri.clone(), message, session.clone(), None, Headers::new());
        let stream = listening.get_stream(uri, session, None, None, Headers::new());
        let (answer, stream) = tokio::join!(request, stream);
        assert!(answer.is_ok() && stream.is_err());
        noting.0.lock().unwrap().clone()
    }

    #[tokio::test]
    async fn a_request_in_a_session_waits_until_the_server_said_whether_it_has_a_stream() {
        assert_eq!(asked_at_once(Some("session")).await, ["stream", "request"]);
        assert_eq!(asked_at_once(None).await, ["request", "stream"]);
    }
}
