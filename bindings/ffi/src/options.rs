//! Where a workbench is opened.

use std::{collections::HashMap, fmt, time::Duration};

use atelier_workbench as facade;

/// How to open a workbench. All None: as a user expects it, and as the command `atelier` does.
#[derive(Debug, Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct OpenOptions {
    /// What to take for the process's environment, which says where settings, sessions and keys are. None means the
    /// real one.
    #[uniffi(default = None)]
    pub environment: Option<EnvironmentValues>,
    /// The pause between two pieces of the demo's answers, in milliseconds. None means its own, close to a model's.
    #[uniffi(default = None)]
    pub demo_pause_ms: Option<u64>,
}

/// Environment variables and home folder as a value.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct EnvironmentValues {
    /// The home folder, an absolute path.
    pub home: String,
    /// All variables there are.
    pub variables: HashMap<String, String>,
}

/// Shows names only: values may be keys.
impl fmt::Debug for EnvironmentValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.variables.keys().collect();
        f.debug_struct("EnvironmentValues").field("home", &self.home).field("variables", &names).finish()
    }
}

impl From<OpenOptions> for facade::OpenOptions {
    fn from(options: OpenOptions) -> Self {
        // The app is started by the desktop, not from a shell.
        let asks_login_shell = options.environment.is_none();
        let environment = options.environment.map_or_else(facade::Environment::of_process, |values| {
            facade::Environment::from_pairs(values.home, values.variables)
        });
        let demo_pause = options.demo_pause_ms.map(Duration::from_millis);
        Self { demo_pause, asks_login_shell, ..Self::new(environment) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> EnvironmentValues {
        let variables = HashMap::from([("ANTHROPIC_API_KEY".to_owned(), "sk-secret".to_owned())]);
        EnvironmentValues { home: "/home/ada".to_owned(), variables }
    }

    #[test]
    fn a_given_environment_replaces_the_real_one() {
        let options = OpenOptions { environment: Some(values()), demo_pause_ms: Some(7) };
        let options = facade::OpenOptions::from(options);
        assert_eq!(options.environment.text("ANTHROPIC_API_KEY"), Some("sk-secret"));
        assert_eq!(options.environment.home(), Some("/home/ada".as_ref()));
        assert_eq!(options.environment.variable("PATH"), None);
        assert_eq!(options.demo_pause, Some(Duration::from_millis(7)));
        assert!(!options.asks_login_shell);
    }

    #[test]
    fn without_one_the_process_is_asked() {
        let options = facade::OpenOptions::from(OpenOptions::default());
        assert_eq!(options.environment.variable("PATH"), std::env::var_os("PATH").as_deref());
        assert_eq!(options.demo_pause, None);
        assert!(options.asks_login_shell, "what the desktop starts knows few folders");
    }

    #[test]
    fn debug_output_never_shows_a_variables_value() {
        let shown = format!("{:?}", OpenOptions { environment: Some(values()), demo_pause_ms: None });
        assert!(shown.contains("ANTHROPIC_API_KEY") && !shown.contains("sk-secret"), "{shown}");
    }
}
