//! An address where nobody listens.

use std::{
    io,
    net::{Ipv4Addr, TcpListener, TcpStream},
};

/// A port of 127.0.0.1 at which connections are refused as long as this is held: no other program can come to listen
/// there meanwhile, as it can at a port that was only free a moment ago.
#[derive(Debug)]
pub struct Nobody {
    port: u16,
    /// The port is one end of this connection, so it is taken.
    _ends: [TcpStream; 2],
}

impl Nobody {
    /// Takes a free port.
    pub fn new() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let near = TcpStream::connect(listener.local_addr()?)?;
        let (far, _) = listener.accept()?;
        Ok(Self { port: near.local_addr()?.port(), _ends: [near, far] })
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The base URL for clients, `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}
