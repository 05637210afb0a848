//! What surrounds a confined command in a test: a project, a home folder that must stay as it is, programs of the user
//! that run, and what listens on sockets.

use std::{
    env,
    fmt::Write as _,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, Ipv6Addr, TcpListener, UdpSocket},
    os::{
        linux::net::SocketAddrExt as _,
        unix::{
            fs::MetadataExt as _,
            net::{SocketAddr, UnixListener},
        },
    },
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::OnceLock,
    thread,
};

use atelier_sandbox::{Backend, Confinement, Policy, Sandbox};
use tempfile::TempDir;

/// A program of the user's: it holds a secret in memory and in its environment and has a file open for writing. It lets
/// itself be traced by anyone who may, also where the system is strict.
const VICTIM: &str = r#"
import ctypes, os, sys
ctypes.CDLL(None).prctl(0x59616d61, ctypes.c_ulong(-1 & (2**64 - 1)), 0, 0, 0)
held = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND)
secret = ctypes.create_string_buffer(b"planted in memory")
print(held, ctypes.addressof(secret), flush=True)
sys.stdin.read()
"#;

pub(crate) struct World {
    /// Everything beneath is made for the test: `home` and `project` among it.
    root: TempDir,
    temp: TempDir,
    /// In `/tmp`, and not the command's own.
    other_temp: TempDir,
    victim: Child,
    variables: Vec<(String, String)>,
}

impl World {
    pub(crate) fn new() -> Self {
        // Not in `/tmp`, of which a command may have its own.
        let cache = env::home_dir().unwrap().join(".cache");
        fs::create_dir_all(&cache).unwrap();
        let root = tempfile::Builder::new().prefix("atelier-sandbox-").tempdir_in(cache).unwrap();
        let at = |name: &str| root.path().join(name);
        for folder in ["home/.ssh", "project/.git/hooks", "project/src"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        for (file, text) in [
            ("home/.bashrc", "old\n"),
            ("home/.ssh/id", "planted in a file\n"),
            ("home/held", "old\n"),
            ("project/.git/config", "[core]\n"),
            ("project/src/main.rs", "fn main() {}\n"),
        ] {
            fs::write(at(file), text).unwrap();
        }
        let mut victim = Command::new(python())
            .args(["-c", VICTIM])
            .arg(at("home/held"))
            .env("PLANTED", "planted in the environment")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(victim.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let (held, address) = line.trim().split_once(' ').unwrap();
        let mut variables = vec![
            ("VICTIM".to_owned(), victim.id().to_string()),
            ("HELD".to_owned(), held.to_owned()),
            ("ADDRESS".to_owned(), address.to_owned()),
        ];
        let (temp, other_temp) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        variables.extend(listen(root.path(), other_temp.path()));
        for (name, value) in [("OUT", at("home")), ("PROJECT", at("project")), ("TMPDIR", temp.path().to_owned())] {
            variables.push((name.to_owned(), value.to_str().unwrap().to_owned()));
        }
        variables.push(("OTHER_TEMP".to_owned(), other_temp.path().to_str().unwrap().to_owned()));
        variables.push(("PATH".to_owned(), env::var("PATH").unwrap()));
        variables.push(("HOME".to_owned(), at("home").to_str().unwrap().to_owned()));
        variables.push(("PYTHON".to_owned(), python().to_owned()));
        Self { root, temp, other_temp, victim, variables }
    }

    /// What the attempt to write in `/dev/shm` makes there.
    fn shared_memory(&self) -> PathBuf {
        Path::new("/dev/shm").join(self.root.path().file_name().unwrap())
    }

    pub(crate) fn project(&self) -> PathBuf {
        self.root.path().join("project")
    }

    pub(crate) fn policy(&self) -> Policy {
        let mut policy = Policy::of_project(&self.project(), self.temp.path());
        policy.unreadable.push(self.root.path().join("home/.ssh"));
        policy
    }

    /// Runs a script in the project as the user would, unconfined.
    pub(crate) fn run_free(&self, script: &str) -> Output {
        let mut command = Command::new("/bin/bash");
        command.args(["-c", script]).current_dir(self.project());
        self.prepare(&mut command).spawn().unwrap().wait_with_output().unwrap()
    }

    /// Runs a script in the project, confined so, and puts back what it may not change.
    pub(crate) fn run(&self, sandbox: &Sandbox, policy: &Policy, script: &str) -> Output {
        let confinement = Confinement::new(sandbox, policy).unwrap();
        let arguments = ["-c".as_ref(), script.as_ref()];
        let mut command = confinement.command(Path::new("/bin/bash"), &arguments, &self.project());
        self.prepare(&mut command);
        let (child, _held) = confinement.spawn(command).unwrap();
        let output = child.wait_with_output().unwrap();
        confinement.put_back().unwrap();
        output
    }

    fn prepare<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env_clear().envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped())
    }

    /// All that must be the same after a confined command: names, contents, permissions, owners and times of what is
    /// outside, and what programs trust in the project, but for its times: what is put back is made anew.
    pub(crate) fn outside(&self) -> String {
        let mut all = String::new();
        for name in [".git/hooks", ".git/config", ".mcp.json", ".claude"] {
            describe(&self.project().join(name), false, &mut all);
        }
        for path in [self.root.path().join("home"), self.other_temp.path().to_owned(), self.shared_memory()] {
            describe(&path, true, &mut all);
        }
        all
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.victim.kill().unwrap();
        self.victim.wait().unwrap();
        // Only an attempt that got through has made it.
        let _ = fs::remove_file(self.shared_memory());
    }
}

fn describe(path: &Path, with_times: bool, all: &mut String) {
    let Ok(found) = path.symlink_metadata() else { return };
    let time = if with_times && !found.is_dir() { found.mtime() } else { 0 };
    writeln!(all, "{} {:o} {}:{} {time}", path.display(), found.mode(), found.uid(), found.gid()).unwrap();
    if found.is_dir() {
        let mut names: Vec<_> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.sort();
        names.retain(|path| !path.to_string_lossy().contains(".refused-"));
        for path in &names {
            describe(path, with_times, all);
        }
    } else if found.is_symlink() {
        writeln!(all, "→ {}", fs::read_link(path).unwrap().display()).unwrap();
    } else if found.is_file() {
        writeln!(all, "{:?}", fs::read(path)).unwrap();
    }
}

/// Listens wherever a command might call, and says where. Each thread ends with the test.
fn listen(root: &Path, temp: &Path) -> Vec<(String, String)> {
    let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let tcp6 = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).unwrap();
    let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let hidden = [root.join("home/.ssh/socket"), temp.join("socket")].map(|path| UnixListener::bind(path).unwrap());
    let name = root.file_name().unwrap();
    let abstracted =
        UnixListener::bind_addr(&SocketAddr::from_abstract_name(name.as_encoded_bytes()).unwrap()).unwrap();
    let ports = [
        ("TCP", tcp.local_addr().unwrap().port()),
        ("TCP6", tcp6.local_addr().unwrap().port()),
        ("UDP", udp.local_addr().unwrap().port()),
    ];
    for listener in [tcp, tcp6] {
        thread::spawn(move || listener.incoming().for_each(|stream| drop(stream.unwrap().write_all(b"ESCAPED\n"))));
    }
    for listener in hidden.into_iter().chain([abstracted]) {
        thread::spawn(move || listener.incoming().for_each(|stream| drop(stream.unwrap().write_all(b"ESCAPED\n"))));
    }
    thread::spawn(move || {
        let mut buffer = [0; 16];
        while let Ok((_, from)) = udp.recv_from(&mut buffer) {
            udp.send_to(b"ESCAPED\n", from).unwrap();
        }
    });
    let mut variables: Vec<_> = ports.map(|(name, port)| (name.to_owned(), port.to_string())).into();
    variables.push(("ABSTRACT".to_owned(), name.to_str().unwrap().to_owned()));
    variables
}

/// The interpreter itself, not a script that looks for one.
fn python() -> &'static str {
    static FOUND: OnceLock<String> = OnceLock::new();
    FOUND.get_or_init(|| {
        let found = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output().unwrap();
        String::from_utf8(found.stdout).unwrap().trim().to_owned()
    })
}

/// All that work here. There must be one: else nothing is tested.
pub(crate) fn sandboxes() -> Vec<Sandbox> {
    let found: Vec<_> = [Backend::Bubblewrap, Backend::Landlock].into_iter().filter_map(Sandbox::with).collect();
    assert!(!found.is_empty(), "{}", Sandbox::detect().unwrap_err());
    found
}

pub(crate) fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}
