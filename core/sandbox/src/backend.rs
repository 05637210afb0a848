//! The ways to confine a command, and which of them works here.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{Confinement, Policy, bubblewrap};

/// A way to confine commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// Linux: namespaces made by `bwrap`, and seccomp.
    Bubblewrap,
    /// Linux: Landlock and seccomp.
    Landlock,
    /// macOS: `sandbox-exec`.
    Seatbelt,
}

impl Backend {
    /// Its name in a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bubblewrap => "bubblewrap",
            Self::Landlock => "Landlock",
            Self::Seatbelt => "Seatbelt",
        }
    }

    /// What a command can do nevertheless, in a sentence.
    pub fn limits(self) -> &'static str {
        match self {
            Self::Bubblewrap => {
                "A command can talk to programs of yours through Unix sockets that lie elsewhere than in /run and /tmp."
            }
            Self::Landlock => {
                "A command can change the permissions and times of your files elsewhere, and what leaves its process \
                 group on purpose goes on, confined, after it; install bubblewrap to prevent both."
            }
            Self::Seatbelt => "What leaves its process group on purpose goes on, confined, after the command.",
        }
    }

    /// Whether everything a command has started ends with it, also what has left its process group.
    pub fn ends_all(self) -> bool {
        self == Self::Bubblewrap
    }

    /// Whether setting it up takes milliseconds, so that doing it before a command is known is worth while.
    pub fn takes_time(self) -> bool {
        self == Self::Bubblewrap
    }

    /// Whether `/tmp` is the command's own folder for temporary files.
    pub fn replaces_tmp(self) -> bool {
        self == Self::Bubblewrap
    }
}

/// Why commands can't be confined here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// Neither way works on this Linux.
    #[error(
        "Commands can't be confined: {bubblewrap}, and {landlock}; install bubblewrap and allow it user namespaces, or \
         use Linux 6.2 or newer with Landlock."
    )]
    Linux {
        /// What is wrong with bubblewrap.
        bubblewrap: String,
        /// What is wrong with Landlock.
        landlock: String,
    },
    /// The system's own program is missing.
    #[error("Commands can't be confined: /usr/bin/sandbox-exec is missing; repair macOS.")]
    MacOs,
}

/// A way to confine commands that was found to work here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sandbox {
    backend: Backend,
    /// The program that confines.
    pub(crate) program: PathBuf,
    /// What this version of `bwrap` takes against namespaces within namespaces.
    pub(crate) disable: &'static [&'static str],
    /// The kernel's version of Landlock; 0 without it.
    pub(crate) landlock: u8,
}

impl Sandbox {
    /// Finds the best way that works here, by trying it: takes some milliseconds and starts processes.
    pub fn detect() -> Result<Self, Unavailable> {
        if cfg!(target_os = "macos") {
            return Self::seatbelt().ok_or(Unavailable::MacOs);
        }
        let bubblewrap = match Self::bubblewrap() {
            Ok(sandbox) => return Ok(sandbox),
            Err(reason) => reason,
        };
        Self::landlock().map_err(|landlock| Unavailable::Linux { bubblewrap, landlock })
    }

    /// This way and no other, if it works here.
    pub fn with(backend: Backend) -> Option<Self> {
        match backend {
            Backend::Bubblewrap => Self::bubblewrap().ok(),
            Backend::Landlock => Self::landlock().ok(),
            Backend::Seatbelt => Self::seatbelt(),
        }
    }

    /// Which way it is.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// What it does not prevent, for the user.
    pub fn limits(&self) -> String {
        let signals = self.backend == Backend::Landlock && self.landlock < 6;
        let older = if signals { " On Linux before 6.12 it can also end other programs of yours." } else { "" };
        format!("{}{older}", self.backend.limits())
    }

    fn new(backend: Backend, program: impl Into<PathBuf>) -> Self {
        Self { backend, program: program.into(), disable: &[], landlock: landlock_version() }
    }

    fn seatbelt() -> Option<Self> {
        let sandbox = Self::new(Backend::Seatbelt, crate::seatbelt::PROGRAM);
        (cfg!(target_os = "macos") && sandbox.program.exists()).then_some(sandbox)
    }

    fn bubblewrap() -> Result<Self, String> {
        if cfg!(not(target_os = "linux")) {
            return Err("bubblewrap is for Linux".to_owned());
        }
        let program = bubblewrap::PROGRAMS.iter().find(|program| Path::new(program).exists());
        let mut sandbox = Self::new(Backend::Bubblewrap, program.ok_or("bubblewrap is not installed")?);
        // Since 0.8 it can also forbid namespaces within its own.
        for disable in [&["--disable-userns"][..], &[]] {
            sandbox.disable = disable;
            if sandbox.works() {
                return Ok(sandbox);
            }
        }
        Err("bubblewrap is not allowed to make namespaces here".to_owned())
    }

    fn landlock() -> Result<Self, String> {
        let sandbox = Self::new(Backend::Landlock, "");
        match sandbox.landlock {
            0 => Err("Landlock is not there or switched off".to_owned()),
            1 | 2 => Err("this Linux has too old a Landlock".to_owned()),
            _ if sandbox.works() => Ok(sandbox),
            _ => Err("Landlock does not work here".to_owned()),
        }
    }

    /// Runs a command that does nothing.
    fn works(&self) -> bool {
        let Ok(temp) = tempfile::tempdir() else { return false };
        let policy = Policy::of_project(temp.path(), temp.path());
        let Ok(confinement) = Confinement::new(self, &policy) else { return false };
        let mut command = confinement.command(Path::new("/bin/sh"), &["-c".as_ref(), ":".as_ref()], temp.path());
        command.env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let started = confinement.spawn(command);
        started.and_then(|(mut child, _held)| child.wait()).is_ok_and(|status| status.success())
    }
}

#[cfg(target_os = "linux")]
fn landlock_version() -> u8 {
    crate::landlock_rules::version()
}

#[cfg(not(target_os = "linux"))]
fn landlock_version() -> u8 {
    0
}

/// Starts the command as its builder says, without confining it.
pub(crate) fn plain(program: &Path, arguments: &[&std::ffi::OsStr], folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    command
}
