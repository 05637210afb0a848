//! A proxy that makes tunnels, as companies have them: asked for by HTTP's CONNECT or by SOCKS 5.

use std::{
    io,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// The proxy and what it was asked.
pub(crate) struct ConnectProxy {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
    accepting: JoinHandle<()>,
}

impl ConnectProxy {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::default();
        let accepting = tokio::spawn(accept(listener, Arc::clone(&heads)));
        Self { port, heads, accepting }
    }

    /// Its address; `user` may be `name:password@`.
    pub(crate) fn url(&self, user: &str) -> String {
        format!("http://{user}127.0.0.1:{}", self.port)
    }

    /// The heads of the requests so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

impl Drop for ConnectProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, heads: Arc<Mutex<Vec<String>>>) {
    let mut tunnels = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        tunnels.spawn(tunnel(stream, Arc::clone(&heads)));
    }
}

async fn tunnel(mut client: TcpStream, heads: Arc<Mutex<Vec<String>>>) -> io::Result<()> {
    let mut head = vec![client.read_u8().await?];
    if head == [5] {
        return tunnel_by_socks(client, heads).await;
    }
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let target = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()).unwrap_or_default().to_owned();
    heads.lock().unwrap().push(head);
    // A name that nobody but the proxy knows.
    let mut server = TcpStream::connect(target.replace("server.test:", "127.0.0.1:")).await?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}

/// The client offers ways to prove who it is and gets none; then it names a host and a port.
async fn tunnel_by_socks(mut client: TcpStream, heads: Arc<Mutex<Vec<String>>>) -> io::Result<()> {
    let mut ways = vec![0; client.read_u8().await?.into()];
    client.read_exact(&mut ways).await?;
    client.write_all(&[5, 0]).await?;
    let mut request = [0; 5];
    client.read_exact(&mut request).await?;
    assert_eq!(request[..4], [5, 1, 0, 3], "a connection to a host by its name");
    let mut name = vec![0; request[4].into()];
    client.read_exact(&mut name).await?;
    let target = format!("{}:{}", String::from_utf8_lossy(&name), client.read_u16().await?);
    heads.lock().unwrap().push(target.clone());
    let mut server = TcpStream::connect(target).await?;
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}
