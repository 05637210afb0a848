//! Where the files are.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{Environment, private_file};

/// The system whose customs decide where files go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// macOS: data under `~/Library`.
    MacOs,
    /// Linux and what follows the XDG base directory specification.
    Linux,
}

impl Platform {
    /// The system this was built for.
    pub const fn current() -> Self {
        if cfg!(target_os = "macos") { Self::MacOs } else { Self::Linux }
    }
}

/// The folders Atelier keeps files in, all absolute. Naming them creates nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// `settings.json` and what people edit by hand.
    pub config: PathBuf,
    /// The database, and on Linux the saved keys.
    pub data: PathBuf,
    /// Log files.
    pub logs: PathBuf,
    /// Transcripts, where the user wants files of them.
    pub transcripts: Option<PathBuf>,
}

/// The folders can't be named or made.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is no home folder, and no variable that would make one unnecessary.
    #[error("Atelier can't find your home folder; set HOME, or set ATELIER_CONFIG_DIR and ATELIER_DATA_DIR.")]
    NoHome,
    /// A variable that names a folder is relative: it would mean another folder wherever Atelier is started.
    #[error("{variable} must be an absolute path that begins with “/”; correct it or unset it.")]
    NotAbsolute {
        /// The variable.
        variable: &'static str,
    },
    /// The folder can't be created.
    #[error("The folder {} can't be created ({reason}); check who may write there.", path.display())]
    Create {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
}

impl Folders {
    /// The folders on this system.
    pub fn resolve(environment: &Environment) -> Result<Self, FolderError> {
        Self::resolve_on(Platform::current(), environment)
    }

    /// The folders as they would be on `platform`.
    ///
    /// - Config: `ATELIER_CONFIG_DIR`, else `OPENCHAMBER_DATA_DIR`, else `~/.config/openchamber` if it exists (the
    ///   settings are shared with that program), else `~/.config/atelier`.
    /// - Data: `ATELIER_DATA_DIR`, else `~/Library/Application Support/Atelier` on macOS and
    ///   `$XDG_DATA_HOME/atelier` elsewhere, with `~/.local/share` where `XDG_DATA_HOME` is not set.
    /// - Logs: `~/Library/Logs/Atelier` on macOS, `logs` in the data folder elsewhere, and on macOS too where
    ///   `ATELIER_DATA_DIR` is set, so that a second instance keeps everything to itself.
    ///
    /// - Transcripts: `TRANSCRIPT_PATH`, in which `~/` stands for the home folder; else they are not kept as files.
    ///
    /// An empty variable counts as unset. A relative one is refused, except `XDG_DATA_HOME`, whose specification says
    /// to ignore it then.
    pub fn resolve_on(platform: Platform, environment: &Environment) -> Result<Self, FolderError> {
        let home = || environment.home().ok_or(FolderError::NoHome);
        let config = match folder_variable(environment, "ATELIER_CONFIG_DIR")? {
            Some(folder) => folder,
            None => match folder_variable(environment, "OPENCHAMBER_DATA_DIR")? {
                Some(folder) => folder,
                None => default_config(home()?),
            },
        };
        let own_data = folder_variable(environment, "ATELIER_DATA_DIR")?;
        let logs_in_library = platform == Platform::MacOs && own_data.is_none();
        let data = match (own_data, platform) {
            (Some(folder), _) => folder,
            (None, Platform::MacOs) => home()?.join("Library/Application Support/Atelier"),
            (None, Platform::Linux) => match xdg_data_home(environment) {
                Some(folder) => folder.join("atelier"),
                None => home()?.join(".local/share/atelier"),
            },
        };
        let logs = if logs_in_library { home()?.join("Library/Logs/Atelier") } else { data.join("logs") };
        let transcripts = environment.variable("TRANSCRIPT_PATH").map(Path::new);
        let transcripts = match transcripts.and_then(|folder| folder.strip_prefix("~").ok()) {
            Some(below_home) => Some(home()?.join(below_home)),
            None => folder_variable(environment, "TRANSCRIPT_PATH")?,
        };
        Ok(Self { config, data, logs, transcripts })
    }

    /// Creates the log folder, closed to other users, if it is missing. The other folders are created by what writes
    /// into them.
    pub fn create_logs(&self) -> Result<(), FolderError> {
        private_file::create_folder(&self.logs)
            .map_err(|reason| FolderError::Create { path: self.logs.clone(), reason })
    }
}

fn folder_variable(environment: &Environment, name: &'static str) -> Result<Option<PathBuf>, FolderError> {
    match environment.variable(name).map(PathBuf::from) {
        Some(folder) if !folder.is_absolute() => Err(FolderError::NotAbsolute { variable: name }),
        folder => Ok(folder),
    }
}

fn xdg_data_home(environment: &Environment) -> Option<PathBuf> {
    environment.variable("XDG_DATA_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute())
}

fn default_config(home: &Path) -> PathBuf {
    let shared = home.join(".config/openchamber");
    if shared.is_dir() { shared } else { home.join(".config/atelier") }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    fn folders(platform: Platform, variables: &[(&str, &str)]) -> Result<Folders, FolderError> {
        Folders::resolve_on(platform, &Environment::from_pairs("/home/ada", variables.iter().copied()))
    }

    #[test]
    fn linux_follows_xdg_and_keeps_logs_with_the_data() {
        let folders = folders(Platform::Linux, &[]).unwrap();
        assert_eq!(folders.config, Path::new("/home/ada/.config/atelier"));
        assert_eq!(folders.data, Path::new("/home/ada/.local/share/atelier"));
        assert_eq!(folders.logs, Path::new("/home/ada/.local/share/atelier/logs"));
    }

    #[test]
    fn macos_keeps_data_and_logs_in_the_library() {
        let folders = folders(Platform::MacOs, &[("XDG_DATA_HOME", "/elsewhere")]).unwrap();
        assert_eq!(folders.config, Path::new("/home/ada/.config/atelier"));
        assert_eq!(folders.data, Path::new("/home/ada/Library/Application Support/Atelier"));
        assert_eq!(folders.logs, Path::new("/home/ada/Library/Logs/Atelier"));
    }

    #[test]
    fn variables_come_first_and_ours_before_openchambers() {
        for platform in [Platform::Linux, Platform::MacOs] {
            let shared = folders(platform, &[("OPENCHAMBER_DATA_DIR", "/oc")]).unwrap();
            assert_eq!(shared.config, Path::new("/oc"));
            let own = [("OPENCHAMBER_DATA_DIR", "/oc"), ("ATELIER_CONFIG_DIR", "/c"), ("ATELIER_DATA_DIR", "/d")];
            let own = folders(platform, &own).unwrap();
            assert_eq!(
                own,
                Folders { config: "/c".into(), data: "/d".into(), logs: "/d/logs".into(), transcripts: None }
            );
        }
        let xdg = folders(Platform::Linux, &[("XDG_DATA_HOME", "/x")]).unwrap();
        assert_eq!(xdg.data, Path::new("/x/atelier"));
    }

    #[test]
    fn transcripts_are_kept_where_the_user_says_and_only_then() {
        let kept = |path: &str| folders(Platform::Linux, &[("TRANSCRIPT_PATH", path)]).unwrap().transcripts;
        assert_eq!((kept(""), kept("/t")), (None, Some("/t".into())));
        assert_eq!(kept("~/.emacs-agent/transcripts"), Some("/home/ada/.emacs-agent/transcripts".into()));
    }

    #[test]
    fn empty_variables_count_as_unset_and_a_relative_xdg_folder_is_ignored() {
        let variables = [
            ("ATELIER_CONFIG_DIR", ""),
            ("OPENCHAMBER_DATA_DIR", ""),
            ("ATELIER_DATA_DIR", ""),
            ("XDG_DATA_HOME", "share"),
        ];
        assert_eq!(folders(Platform::Linux, &variables).unwrap(), folders(Platform::Linux, &[]).unwrap());
    }

    #[test]
    fn a_relative_folder_is_refused_by_the_name_of_its_variable() {
        for variable in ["ATELIER_CONFIG_DIR", "OPENCHAMBER_DATA_DIR", "ATELIER_DATA_DIR", "TRANSCRIPT_PATH"] {
            let error = folders(Platform::Linux, &[(variable, "./here")]).unwrap_err();
            assert!(error.to_string().starts_with(variable), "{error}");
        }
    }

    #[test]
    fn without_a_home_folder_the_variables_suffice() {
        let homeless = |variables: &[(&str, &str)]| {
            Folders::resolve_on(Platform::MacOs, &Environment::from_pairs("", variables.iter().copied()))
        };
        assert!(matches!(homeless(&[]), Err(FolderError::NoHome)));
        assert!(homeless(&[("ATELIER_CONFIG_DIR", "/c"), ("ATELIER_DATA_DIR", "/d")]).is_ok());
    }

    #[test]
    fn openchambers_folder_is_shared_only_where_it_exists() {
        let home = tempfile::tempdir().unwrap();
        let environment = Environment::from_pairs(home.path(), [("LANG", "C")]);
        let config = || Folders::resolve(&environment).unwrap().config;
        assert_eq!(config(), home.path().join(".config/atelier"));
        fs::create_dir_all(home.path().join(".config/openchamber")).unwrap();
        assert_eq!(config(), home.path().join(".config/openchamber"));
    }

    #[test]
    fn naming_folders_creates_nothing_and_the_log_folder_is_closed_to_others() {
        let home = tempfile::tempdir().unwrap();
        let environment = Environment::from_pairs(home.path(), [("LANG", "C")]);
        let folders = Folders::resolve_on(Platform::Linux, &environment).unwrap();
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
        folders.create_logs().unwrap();
        folders.create_logs().unwrap();
        for folder in [&folders.logs, &folders.data] {
            assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
        }
    }
}
