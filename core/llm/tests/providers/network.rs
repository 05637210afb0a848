//! What stands between: connections that are used again, certificates of the user's own, proxies.

use std::{ffi::OsString, fs, path::Path, time::Duration};

use atelier_llm::{
    Anthropic, Limits, ModelEvent, Network, NetworkError, OpenAiResponses, Provider, ProviderError, Transport,
};
use fake_model_server::{Ending, FakeModelServer, Reply, Step};

use crate::{asking, endpoint, proxy::ConnectProxy, rest_of, text_of, tls::TlsFront};

/// The end of an answer is waited for as long as it takes, so that no test depends on a fast machine.
const PATIENT: Duration = Duration::from_mins(1);

const HELLO: &str = "Hello from the fake model server.";

/// A network with these variables.
fn network(variables: &[(&str, &str)]) -> Network {
    let find = |name: &str| variables.iter().find(|(given, _)| *given == name).map(|(_, value)| OsString::from(value));
    Network::from_variables(find)
}

fn trusting(front: &TlsFront) -> (&'static str, &str) {
    ("SSL_CERT_FILE", text(front.certificate_file()))
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn transport(variables: &[(&str, &str)]) -> Transport {
    Transport::new(Limits { tail: PATIENT, ..Limits::default() }, network(variables))
}

/// One answer from there.
async fn ask(base_url: &str, variables: &[(&str, &str)]) -> Result<String, ProviderError> {
    let stream = Anthropic::new(&endpoint(base_url), &transport(variables)).unwrap().stream(asking("Hi")).await?;
    Ok(text_of(&rest_of(stream).await.0))
}

#[tokio::test]
async fn turns_one_after_the_other_use_one_connection_with_and_without_tls() {
    let server = FakeModelServer::start().await.unwrap();
    let front = TlsFront::start(&server.url()).await;
    for base_url in [server.url(), front.url()] {
        let (before, transport) = (server.connections(), transport(&[trusting(&front)]));
        for turn in 0..5 {
            // A provider is made anew for each turn, and of any kind.
            let provider: Box<dyn Provider> = match turn {
                0..=2 => Box::new(Anthropic::new(&endpoint(&base_url), &transport).unwrap()),
                _ => Box::new(OpenAiResponses::new(&endpoint(&base_url), &transport).unwrap()),
            };
            let (events, error) = rest_of(provider.stream(asking("Hi")).await.unwrap()).await;
            assert_eq!((text_of(&events).as_str(), error), (HELLO, None));
        }
        assert_eq!(server.connections() - before, 1, "{base_url}");
    }
}

#[tokio::test]
async fn an_answer_that_says_it_is_complete_and_never_ends_holds_nobody_up() {
    let server = FakeModelServer::start().await.unwrap();
    server.reply(Reply::steps([
        Step::Start,
        Step::Text(vec!["One".into()]),
        Step::Stop("end_turn".into()),
        Step::Stall,
    ]));
    let provider = Anthropic::new(&endpoint(&server.url()), &Transport::default()).unwrap();
    for expected in ["One", HELLO] {
        let (events, error) = rest_of(provider.stream(asking("Hi")).await.unwrap()).await;
        assert_eq!((text_of(&events).as_str(), error), (expected, None));
        assert!(matches!(events.last(), Some(ModelEvent::Finished { .. })));
    }
    assert!(matches!(server.ending(0).await.unwrap(), Ending::ClientClosed { .. }));
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn certificates_of_the_user_s_own_are_trusted_wherever_they_are_named() {
    let server = FakeModelServer::start().await.unwrap();
    let front = TlsFront::start(&server.url()).await;
    let folder = tempfile::tempdir().unwrap();
    fs::copy(front.certificate_file(), folder.path().join("own.pem")).unwrap();
    fs::write(folder.path().join("README"), "no certificate").unwrap();
    let folders = format!("{0}:{0}", text(folder.path()));
    for variable in [
        trusting(&front),
        ("NODE_EXTRA_CA_CERTS", text(front.certificate_file())),
        ("SSL_CERT_DIR", text(folder.path())),
        ("SSL_CERT_DIR", &folders),
    ] {
        assert_eq!(ask(&front.url(), &[variable]).await.as_deref(), Ok(HELLO), "{variable:?}");
    }
    assert!(matches!(ask(&front.url(), &[]).await, Err(ProviderError::Tls { .. })));
}

#[tokio::test]
async fn certificates_that_can_not_be_used_are_named_with_their_variable() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        text(&path).to_owned()
    };
    let broken = "-----BEGIN CERTIFICATE-----\n???\n-----END CERTIFICATE-----\n";
    for (variable, path) in [
        ("SSL_CERT_FILE", text(&folder.path().join("missing")).to_owned()),
        ("SSL_CERT_FILE", file("empty", "")),
        ("NODE_EXTRA_CA_CERTS", file("page", "<html>")),
        ("NODE_EXTRA_CA_CERTS", file("broken", broken)),
        ("SSL_CERT_DIR", text(folder.path()).to_owned()),
        ("SSL_CERT_DIR", text(&folder.path().join("missing")).to_owned()),
    ] {
        let error = ask("https://localhost:9", &[(variable, &path)]).await.unwrap_err();
        assert!(
            matches!(error, ProviderError::Network(NetworkError::CertificatesUnusable { .. })) && !error.retryable(),
            "{error:?}"
        );
        assert!(error.to_string().contains(variable) && error.to_string().contains(&path), "{error}");
    }
}

#[tokio::test]
async fn a_proxy_makes_a_tunnel_to_a_server_with_tls() {
    let server = FakeModelServer::start().await.unwrap();
    let (front, proxy) = (TlsFront::start(&server.url()).await, ConnectProxy::start().await);
    let host = front.url().replace("https://", "");
    for (number, variable) in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].into_iter().enumerate() {
        let answer = ask(&front.url(), &[(variable, &proxy.url("")), trusting(&front)]).await;
        assert_eq!(answer.as_deref(), Ok(HELLO), "{variable}");
        let asked = proxy.asked();
        assert_eq!(asked.len(), number + 1, "{variable}");
        assert!(asked[number].starts_with(&format!("CONNECT {host} ")), "{asked:?}");
        assert!(!asked[number].contains("x-api-key"), "the key goes to the server alone");
    }
}

#[tokio::test]
async fn a_socks_proxy_is_asked_for_the_server_by_its_name() {
    let server = FakeModelServer::start().await.unwrap();
    let (front, proxy) = (TlsFront::start(&server.url()).await, ConnectProxy::start().await);
    let socks = proxy.url("").replace("http:", "socks5h:");
    assert_eq!(ask(&front.url(), &[("ALL_PROXY", &socks), trusting(&front)]).await.as_deref(), Ok(HELLO));
    assert_eq!(proxy.asked(), [front.url().replace("https://", "")]);
}

#[tokio::test]
async fn a_proxy_gets_the_name_and_password_in_its_address() {
    let server = FakeModelServer::start().await.unwrap();
    let (front, proxy) = (TlsFront::start(&server.url()).await, ConnectProxy::start().await);
    let variables = [("HTTPS_PROXY", proxy.url("ada:hunter2@")), ("SSL_CERT_FILE", trusting(&front).1.to_owned())];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(ask(&front.url(), &variables).await.as_deref(), Ok(HELLO));
    let asked = proxy.asked()[0].to_ascii_lowercase();
    assert!(asked.contains("proxy-authorization: basic ywrhomh1bnrlcji="), "{asked}");
    assert!(!format!("{:?}", network(&variables)).contains("hunter2"));
}

#[tokio::test]
async fn only_what_no_proxy_names_is_asked_without_the_proxy() {
    let server = FakeModelServer::start().await.unwrap();
    let (front, proxy) = (TlsFront::start(&server.url()).await, ConnectProxy::start().await);
    let proxy_url = proxy.url("");
    for (except, tunnels) in [("localhost", 0), ("example.org,.local", 1), ("*", 1), ("", 2)] {
        let variables = [("HTTPS_PROXY", proxy_url.as_str()), ("NO_PROXY", except), trusting(&front)];
        assert_eq!(ask(&front.url(), &variables).await.as_deref(), Ok(HELLO), "{except}");
        assert_eq!(proxy.asked().len(), tunnels, "{except}");
    }
}

#[tokio::test]
async fn a_server_without_tls_is_asked_through_the_proxy_too_and_by_its_own_variable() {
    let (proxy, server) = (FakeModelServer::start().await.unwrap(), FakeModelServer::start().await.unwrap());
    let url = proxy.url();
    assert_eq!(ask("http://models.example", &[("http_proxy", &url)]).await.as_deref(), Ok(HELLO));
    assert_eq!(proxy.requests()[0].header("host"), Some("models.example"));
    assert_eq!(ask(&server.url(), &[("http_proxy", &url)]).await.as_deref(), Ok(HELLO));
    assert_eq!((proxy.requests().len(), server.requests().len()), (2, 0));
    for variables in [[("http_proxy", url.as_str()), ("no_proxy", "127.0.0.1")], [("https_proxy", &url), ("", "")]] {
        assert_eq!(ask(&server.url(), &variables).await.as_deref(), Ok(HELLO));
    }
    assert_eq!((proxy.requests().len(), server.requests().len()), (2, 2));
}

#[tokio::test]
async fn a_proxy_that_is_no_address_is_named_with_its_variable() {
    for proxy in ["http://[::1", "gopher://proxy.example", "http://"] {
        let error = ask("https://localhost:9", &[("HTTPS_PROXY", proxy)]).await.unwrap_err();
        assert_eq!(error, NetworkError::ProxyInvalid { variable: "HTTPS_PROXY" }.into(), "{proxy}");
    }
}
