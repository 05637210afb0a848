//! A server with a certificate that it made itself.

use std::{net::Ipv4Addr, path::Path, sync::Arc};

use tempfile::NamedTempFile;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer},
};

/// TLS in front of a server. Its certificate is for `localhost` and `server.test`.
pub(crate) struct TlsFront {
    port: u16,
    certificate: NamedTempFile,
    accepting: JoinHandle<()>,
}

impl TlsFront {
    pub(crate) async fn start(url: &str) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned(), "server.test".to_owned()]).unwrap();
        let certificate = NamedTempFile::new().unwrap();
        std::fs::write(certificate.path(), made.cert.pem()).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let behind = url.replace("http://", "");
        let accepting = tokio::spawn(accept(listener, TlsAcceptor::from(Arc::new(config)), behind));
        Self { port, certificate, accepting }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// A file with the certificate, for a client that is to trust it.
    pub(crate) fn certificate_file(&self) -> &Path {
        self.certificate.path()
    }
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Serves one connection after the other; a client that turns away is no reason to stop.
async fn accept(listener: TcpListener, tls: TlsAcceptor, behind: String) {
    while let Ok((stream, _)) = listener.accept().await {
        if let Ok(mut stream) = tls.accept(stream).await {
            let mut server = TcpStream::connect(&behind).await.unwrap();
            let _ = copy_bidirectional(&mut stream, &mut server).await;
        }
    }
}
