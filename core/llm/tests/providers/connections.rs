//! The network: cancelling, limits, proxies, TLS, and everything that can keep a request from its answer.

use std::{io, net::Ipv4Addr, time::Duration};

use atelier_llm::{Limits, ModelEvent, Provider, ProviderError};
use fake_model_server::{Ending, FakeModelServer, Nobody, Reply, Step};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{anthropic_at, anthropic_with, asking, rest_of, text_of, tls::TlsFront};

const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_mins(1);

async fn error_at(base_url: &str) -> ProviderError {
    anthropic_at(base_url).stream(asking("Hi")).await.unwrap_err()
}

/// A listener on a free port and its address.
async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

#[tokio::test]
async fn dropping_the_stream_closes_the_connection() {
    let server = FakeModelServer::start().await.unwrap();
    server.reply(Reply::message([Step::Text(vec!["Hel".into()]), Step::Stall]));
    let mut stream = anthropic_at(&server.url()).stream(asking("Hi")).await.unwrap();
    while !matches!(stream.next().await, Some(Ok(ModelEvent::TextDelta { .. }))) {}
    assert_eq!(server.requests()[0].ending, None);
    drop(stream);
    assert!(matches!(server.ending(0).await.unwrap(), Ending::ClientClosed { after_bytes: 1.., .. }));
}

#[tokio::test]
async fn dropping_a_stream_that_nobody_reads_closes_a_connection_that_is_full() {
    let server = FakeModelServer::start().await.unwrap();
    server.reply(Reply::deltas(10_000_000, "more than any buffer holds "));
    let stream = anthropic_at(&server.url()).stream(asking("Hi")).await.unwrap();
    drop(stream);
    assert!(matches!(server.ending(0).await.unwrap(), Ending::ClientClosed { .. }));
}

#[tokio::test]
async fn giving_up_before_the_answer_begins_closes_the_connection() {
    let server = FakeModelServer::start().await.unwrap();
    server.reply(Reply::text("never").held());
    let provider = anthropic_at(&server.url());
    let asked = tokio::spawn(async move { provider.stream(asking("Hi")).await.map(drop) });
    server.until(|requests| !requests.is_empty()).await.unwrap();
    asked.abort();
    assert!(matches!(server.ending(0).await.unwrap(), Ending::ClientClosed { after_bytes: 0, .. }));
}

#[tokio::test]
async fn nothing_is_sent_twice() {
    let server = FakeModelServer::start().await.unwrap();
    server.default_reply(Reply::error(529, "overloaded_error", "x"));
    assert!(error_at(&server.url()).await.retryable());
    server.default_reply(Reply::steps([Step::Start, Step::Close]));
    let cut = rest_of(anthropic_at(&server.url()).stream(asking("Hi")).await.unwrap()).await;
    assert_eq!(cut.1, Some(ProviderError::CutOff));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn one_provider_answers_several_requests_at_once() {
    let server = FakeModelServer::start().await.unwrap();
    let provider = anthropic_at(&server.url());
    for text in ["one", "two", "three"] {
        server.reply(Reply::text(text));
    }
    let all = tokio::join!(provider.stream(asking("1")), provider.stream(asking("2")), provider.stream(asking("3")));
    let mut texts = Vec::new();
    for stream in [all.0, all.1, all.2] {
        texts.push(text_of(&rest_of(stream.unwrap()).await.0));
    }
    texts.sort();
    assert_eq!(texts, ["one", "three", "two"]);
}

#[tokio::test]
async fn a_port_where_nobody_listens_refuses() {
    let nobody = Nobody::new().unwrap();
    let (error, address) = (error_at(&nobody.url()).await, format!("127.0.0.1:{}", nobody.port()));
    assert_eq!(error, ProviderError::ConnectionRefused { host: address.clone() });
    assert!(error.retryable() && error.to_string().contains(&address), "{error}");
}

#[tokio::test]
async fn a_name_that_can_not_be_found_is_said_to_be_unknown() {
    // A label of more than 63 characters is no name, so nobody outside is asked.
    let host = format!("{}.invalid", "x".repeat(70));
    for scheme in ["http", "https"] {
        let error = error_at(&format!("{scheme}://{host}")).await;
        assert_eq!(error, ProviderError::HostUnknown { host: host.clone() });
        assert!(error.retryable() && error.to_string().contains("network connection"), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_takes_no_part_in_tls_is_not_waited_for() {
    let (_listener, address) = listener().await;
    let limits = Limits { connect: SHORT, silence: LONG, ..Limits::default() };
    let error = anthropic_with(&format!("https://{address}"), limits).stream(asking("Hi")).await.unwrap_err();
    assert_eq!(error, ProviderError::ConnectTimeout { host: address, limit: SHORT });
    assert!(error.retryable() && error.to_string().contains("within 0.3 s"), "{error}");
}

#[tokio::test]
async fn a_server_without_tls_at_an_https_address_is_a_tls_failure() {
    let server = FakeModelServer::start().await.unwrap();
    let error = error_at(&server.url().replace("http:", "https:")).await;
    assert!(matches!(error, ProviderError::Tls { .. }), "{error:?}");
    assert!(!error.retryable());
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_not_accepted() {
    let server = FakeModelServer::start().await.unwrap();
    let front = TlsFront::start(&server.url()).await;
    let error = error_at(&front.url()).await;
    assert!(matches!(error, ProviderError::Tls { .. }), "{error:?}");
    assert_eq!(server.requests(), []);
}

#[tokio::test]
async fn a_server_that_speaks_something_else_or_hangs_up_is_a_failed_request() {
    for answer in ["SSH-2.0-OpenSSH_9.9\r\n", ""] {
        let (listener, address) = listener().await;
        let peer = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await?;
            stream.write_all(answer.as_bytes()).await?;
            // Read first: closing with unread bytes would reset the connection and lose the answer.
            let read = stream.read(&mut [0; 1024]).await?;
            stream.shutdown().await?;
            io::Result::Ok(read)
        });
        let error = error_at(&format!("http://{address}")).await;
        assert!(matches!(error, ProviderError::RequestFailed { .. }), "{answer}: {error:?}");
        assert!(error.retryable() && error.to_string().contains(&address), "{error}");
        peer.await.unwrap().unwrap();
    }
}

/// How a request goes when nothing may be silent for so long.
async fn limited(server: &FakeModelServer, silence: Duration) -> (Vec<ModelEvent>, Option<ProviderError>) {
    let limits = Limits { silence, ..Limits::default() };
    match anthropic_with(&server.url(), limits).stream(asking("Hi")).await {
        Ok(stream) => rest_of(stream).await,
        Err(error) => (Vec::new(), Some(error)),
    }
}

#[tokio::test]
async fn silence_before_and_in_the_middle_of_an_answer_has_a_limit() {
    let server = FakeModelServer::start().await.unwrap();
    let stalled = |limit| ProviderError::Stalled { host: server.url().replace("http://", ""), limit };

    server.reply(Reply::text("never").held());
    assert_eq!(limited(&server, SHORT).await, (Vec::new(), Some(stalled(SHORT))));
    // On a busy machine the beginning, too, may take longer than is waited for.
    for silence in [SHORT, 10 * SHORT, 100 * SHORT] {
        server.reply(Reply::message([Step::Stall]));
        let (events, error) = limited(&server, silence).await;
        assert_eq!(error, Some(stalled(silence)));
        if events.first() == Some(&ModelEvent::Started { model: "claude-test".into() }) {
            break;
        }
        assert!(silence == SHORT || silence == 10 * SHORT, "the beginning never came: {events:?}");
    }
    let sentence = stalled(Duration::from_millis(1500));
    assert!(sentence.retryable() && sentence.to_string().contains("for 1.5 s"));
    for request in 0..server.requests().len() {
        assert!(matches!(server.ending(request).await.unwrap(), Ending::ClientClosed { .. }));
    }
}

#[tokio::test]
async fn an_answer_may_take_longer_than_any_limit_as_long_as_it_moves() {
    let server = FakeModelServer::start().await.unwrap();
    let words = "tick ".repeat(28);
    // On a busy machine a word may take longer than is waited for: then again, ten times as slowly.
    for pace in [10, 100, 1000].map(Duration::from_millis) {
        server.reply(Reply::text(&words).pace(pace));
        let began = std::time::Instant::now();
        let (events, error) = limited(&server, 25 * pace).await;
        if error.is_none() {
            assert_eq!(text_of(&events), words);
            assert!(began.elapsed() > 25 * pace);
            return;
        }
    }
    panic!("it was given up while it moved");
}
