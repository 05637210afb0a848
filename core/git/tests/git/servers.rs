//! Servers for repositories, on loopback: git's own programs behind a port of ours.

use std::{
    io::{BufRead as _, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

/// How a server behaves.
#[derive(Debug, Clone, Default)]
pub(crate) struct Manner {
    /// User and password, in base64 as a client sends them, where they are wanted.
    pub(crate) wanted: Option<&'static str>,
    /// After so many bytes of answers the server says nothing more.
    pub(crate) stalls_after: Option<usize>,
    /// Sends every answer elsewhere.
    pub(crate) moved_to: Option<String>,
}

/// A server. Dropped, it takes no more connections, and those that stall end.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    root: PathBuf,
    manner: Manner,
    ended: AtomicBool,
    /// Bytes of answers so far.
    sent: AtomicUsize,
    /// Connections that say nothing more.
    stalled: AtomicUsize,
    open: Mutex<Vec<TcpStream>>,
}

impl Server {
    /// `git daemon` for all repositories beneath a folder; pushing is allowed.
    pub(crate) fn daemon(root: &Path) -> Self {
        Self::start(root, Manner::default(), |stream, shared| {
            let base = format!("--base-path={}", shared.root.display());
            let arguments = ["daemon", "--inetd", "--export-all", "--enable=receive-pack", &base];
            let mut daemon = git(&arguments);
            daemon.stdin(OwnedFd::from(stream.try_clone().unwrap())).stdout(OwnedFd::from(stream));
            daemon.stderr(Stdio::null()).status().unwrap();
        })
    }

    /// `git http-backend` for the same, behind HTTP.
    pub(crate) fn http(root: &Path, manner: Manner) -> Self {
        Self::start(root, manner, |stream, shared| {
            // A client that goes away in the middle is no failure of the server's.
            let _ = answer(&stream, shared);
            let _ = stream.shutdown(std::net::Shutdown::Both);
        })
    }

    fn start(root: &Path, manner: Manner, serve: fn(TcpStream, &Shared)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            root: root.to_owned(),
            manner,
            ended: AtomicBool::new(false),
            sent: AtomicUsize::new(0),
            stalled: AtomicUsize::new(0),
            open: Mutex::default(),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.ended.load(Ordering::SeqCst) {
                    return;
                }
                let serving = Arc::clone(&serving);
                thread::spawn(move || serve(stream, &serving));
            }
        });
        Self { address, shared }
    }

    pub(crate) fn url(&self, scheme: &str, repository: &str) -> String {
        format!("{scheme}://{}/{repository}", self.address)
    }

    /// How many have waited so far for an answer that does not go on.
    pub(crate) fn stalled(&self) -> usize {
        self.shared.stalled.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        for stream in self.shared.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(std::net::Shutdown::Both);
        }
        // Wakes who takes connections.
        let _ = TcpStream::connect(self.address);
    }
}

fn git(arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    git
}

/// What a client asks.
struct Request {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    fn read(stream: &TcpStream) -> std::io::Result<Self> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let mut parts = line.split_whitespace();
        let (method, target) = (parts.next().unwrap_or("").to_owned(), parts.next().unwrap_or("/").to_owned());
        let mut headers = Vec::new();
        loop {
            line.clear();
            if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
                break;
            }
            let (name, value) = line.trim().split_once(':').unwrap_or((line.trim(), ""));
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let (path, query) = (path.to_owned(), query.to_owned());
        let mut request = Self { method, path, query, headers, body: Vec::new() };
        if request.header("transfer-encoding").is_some() {
            loop {
                line.clear();
                reader.read_line(&mut line)?;
                let size = usize::from_str_radix(line.trim(), 16).unwrap_or(0);
                let mut chunk = vec![0; size + 2];
                reader.read_exact(&mut chunk)?;
                if size == 0 {
                    break;
                }
                request.body.extend_from_slice(&chunk[..size]);
            }
        } else {
            let size = request.header("content-length").and_then(|size| size.parse().ok()).unwrap_or(0);
            request.body.resize(size, 0);
            reader.read_exact(&mut request.body)?;
        }
        Ok(request)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// One request and its answer, after which the connection is closed.
fn answer(mut stream: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    shared.open.lock().unwrap().push(stream.try_clone()?);
    let request = Request::read(stream)?;
    let manner = &shared.manner;
    if let Some(place) = &manner.moved_to {
        return write!(
            stream,
            "HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
    }
    let known = request.header("authorization").and_then(|value| value.strip_prefix("Basic "));
    if manner.wanted.is_some() && known != manner.wanted {
        return stream.write_all(
            b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"git\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
    }
    let output = backend(&request, shared)?;
    let end = output.windows(4).position(|part| part == b"\r\n\r\n").unwrap_or(output.len());
    let head = String::from_utf8_lossy(&output[..end]).into_owned();
    let (status, rest): (Vec<_>, Vec<_>) = head.lines().partition(|line| line.starts_with("Status:"));
    let status = status.first().map_or("200 OK", |line| line.trim_start_matches("Status:").trim());
    let head = format!("HTTP/1.1 {status}\r\n{}\r\nConnection: close\r\n\r\n", rest.join("\r\n"));
    let body = output.get(end + 4..).unwrap_or_default();
    for part in [head.as_bytes(), body].concat().chunks(1024) {
        if manner.stalls_after.is_some_and(|most| shared.sent.fetch_add(part.len(), Ordering::SeqCst) >= most) {
            shared.stalled.fetch_add(1, Ordering::SeqCst);
            // Until the client goes, or the test ends.
            let _ = stream.read(&mut [0]);
            return Ok(());
        }
        stream.write_all(part)?;
    }
    Ok(())
}

/// What git's own program says to it.
fn backend(request: &Request, shared: &Shared) -> std::io::Result<Vec<u8>> {
    let mut backend = git(&["-c", "http.receivepack=true", "http-backend"]);
    backend.env("GIT_PROJECT_ROOT", &shared.root).env("GIT_HTTP_EXPORT_ALL", "1");
    backend.env("REQUEST_METHOD", &request.method).env("PATH_INFO", &request.path);
    backend.env("QUERY_STRING", &request.query).env("CONTENT_LENGTH", request.body.len().to_string());
    for (header, variable) in [
        ("content-type", "CONTENT_TYPE"),
        ("content-encoding", "HTTP_CONTENT_ENCODING"),
        ("git-protocol", "GIT_PROTOCOL"),
    ] {
        backend.envs(request.header(header).map(|value| (variable, value)));
    }
    let mut backend = backend.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let (mut input, body) = (backend.stdin.take().unwrap(), request.body.clone());
    let fed = thread::spawn(move || input.write_all(&body));
    let output = backend.wait_with_output()?.stdout;
    // One that has heard enough closes its input.
    let _ = fed.join();
    Ok(output)
}
