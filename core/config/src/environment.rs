//! The process's variables and home folder as a value, so that tests never touch the real ones.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fmt,
    path::{Path, PathBuf},
};

/// Environment variables and the home folder, as they were when this was made.
#[derive(Clone, Default)]
pub struct Environment {
    home: Option<PathBuf>,
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// A copy of this process's environment.
    pub fn of_process() -> Self {
        Self { home: std::env::home_dir().filter(|home| home.is_absolute()), variables: std::env::vars_os().collect() }
    }

    /// An environment of exactly these variables. The home folder is `home`, whatever `HOME` says.
    pub fn from_pairs<K, V>(home: impl Into<PathBuf>, variables: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<OsString>,
        V: Into<OsString>,
    {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { home: Some(home.into()).filter(|home| home.is_absolute()), variables }
    }

    /// The user's home folder, an absolute path; none where the system does not name one.
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// All of it, for programs that are started.
    pub fn variables(&self) -> impl Iterator<Item = (OsString, OsString)> {
        self.variables.iter().map(|(name, value)| (name.clone(), value.clone()))
    }

    /// The variable, unless it is missing or empty.
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// The variable as text without white space around it, unless it is missing, empty or not Unicode.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.variable(name).and_then(OsStr::to_str).map(str::trim).filter(|value| !value.is_empty())
    }
}

/// Shows names only: values may be keys.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.variables.keys().collect();
        f.debug_struct("Environment").field("home", &self.home).field("variables", &names).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_or_blank_variable_counts_as_absent() {
        let environment = Environment::from_pairs("/home/ada", [("EMPTY", ""), ("BLANK", " \n"), ("SET", " x ")]);
        assert_eq!(environment.variable("EMPTY"), None);
        assert_eq!(environment.text("BLANK"), None);
        assert_eq!(environment.text("SET"), Some("x"));
        assert_eq!(environment.text("MISSING"), None);
    }

    #[test]
    fn a_home_folder_that_is_not_absolute_counts_as_absent() {
        assert_eq!(Environment::from_pairs("", [("A", "b")]).home(), None);
        assert_eq!(Environment::from_pairs("ada", [("A", "b")]).home(), None);
    }
}
