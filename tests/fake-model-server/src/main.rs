//! The fake model server as a program, for tests in other languages and for benchmarks. The library's documentation
//! says how to script it.

use std::io::{self, Write as _};

use fake_model_server::FakeModelServer;
use tokio::sync::oneshot;

#[tokio::main]
async fn main() -> io::Result<()> {
    let mut exit_with_stdin = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--exit-with-stdin" => exit_with_stdin = true,
            other => {
                let message = format!("unknown argument {other}; usage: fake-model-server [--exit-with-stdin]");
                return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
            }
        }
    }
    let server = FakeModelServer::start().await?;
    let mut output = io::stdout();
    writeln!(output, "listening on {}", server.url())?;
    output.flush()?;
    if exit_with_stdin {
        tokio::select! {
            () = server.serve() => {}
            () = stdin_closed() => {}
        }
    } else {
        server.serve().await;
    }
    Ok(())
}

/// Reads standard input to its end on a thread of its own, because nothing else could stop such a read.
async fn stdin_closed() {
    let (closed, waiting) = oneshot::channel();
    std::thread::spawn(move || {
        // An input that can't be read counts as closed.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = closed.send(());
    });
    let _ = waiting.await;
}
