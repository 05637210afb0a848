//! Options that a caller gives a command for the network: which are let through.

use serde_json::Value;

use super::GitFailure;

/// Options in git's own spelling, none of which makes git run a program of the caller's choice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GitOptions(Vec<String>);

/// Options that name a program to run, at the other end or here.
const PROGRAMS: [&str; 3] = ["upload-pack", "receive-pack", "exec"];

impl GitOptions {
    /// From a list of options.
    pub fn from_list(options: impl IntoIterator<Item = String>) -> Result<Self, GitFailure> {
        let options: Vec<_> = options.into_iter().collect();
        if options.iter().all(|option| is_allowed(option)) {
            Ok(Self(options))
        } else {
            Err(GitFailure::Invalid("Git option not allowed"))
        }
    }

    /// From JSON as the contract has it: a list of texts, or an object of options. There `null` and `true` mean the option
    /// alone, `false` none, a text or number its value, a list the option once for each.
    pub fn from_json(options: &Value) -> Result<Self, GitFailure> {
        let not_allowed = || GitFailure::Invalid("Git option not allowed");
        let mut list = Vec::new();
        match options {
            Value::Null => {}
            Value::Array(values) => {
                for value in values {
                    list.push(value.as_str().ok_or_else(not_allowed)?.to_owned());
                }
            }
            Value::Object(values) => {
                values.iter().try_for_each(|(name, value)| add(&mut list, name, value)).ok_or_else(not_allowed)?;
            }
            _ => return Err(not_allowed()),
        }
        Self::from_list(list)
    }

    /// As arguments.
    pub(super) fn arguments(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Adds an option with its value; none if that can't be one.
fn add(options: &mut Vec<String>, name: &str, value: &Value) -> Option<()> {
    match value {
        Value::Null | Value::Bool(true) => options.push(name.to_owned()),
        Value::Bool(false) => {}
        Value::String(value) => options.push(format!("{name}={value}")),
        Value::Number(value) => options.push(format!("{name}={value}")),
        Value::Array(values) => return values.iter().try_for_each(|value| add(options, name, value)),
        Value::Object(_) => return None,
    }
    Some(())
}

/// Git takes long options by any beginning that is theirs alone.
fn is_allowed(option: &str) -> bool {
    let Some(rest) = option.strip_prefix('-') else { return false };
    let Some(long) = rest.strip_prefix('-') else { return !rest.is_empty() && !option.contains('\0') };
    let name = long.split('=').next().unwrap_or_default();
    let names_a_program = PROGRAMS.into_iter().any(|program| program.starts_with(name) || name.starts_with(program));
    // Two dashes alone end the options.
    !name.is_empty() && !option.contains('\0') && !names_a_program
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn listed(options: &serde_json::Value) -> Option<Vec<String>> {
        GitOptions::from_json(options).ok().map(|options| options.0)
    }

    #[test]
    fn lists_and_objects_become_options() {
        let object =
            json!({"--force": null, "--tags": true, "--all": false, "--depth": 3, "-o": ["a", "b"], "--x": "y"});
        let expected = ["--force", "--tags", "--depth=3", "-o=a", "-o=b", "--x=y"];
        assert_eq!(listed(&object).unwrap(), expected);
        assert_eq!(listed(&json!(["--prune", "-f"])).unwrap(), ["--prune", "-f"]);
        assert_eq!(listed(&json!(null)).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn what_runs_programs_or_is_no_option_is_refused() {
        let refused =
            ["--upload-pack=evil", "--receive-pack", "--exec=evil", "--exec-path=x", "--upl=evil", "--rece=evil"];
        for option in refused.into_iter().chain(["origin", "", "-", "--", "--=x", "-a\0b"]) {
            let failure = GitOptions::from_list([option.to_owned()]).unwrap_err();
            assert_eq!(failure.to_string(), "Git option not allowed", "{option}");
        }
        assert_eq!(listed(&json!({"--upload-pack": "evil"})), None);
        for other in [json!([1]), json!("--force"), json!({"--x": {}})] {
            assert_eq!(listed(&other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn no_beginning_of_a_program_option_passes(program in 0..3_usize, length in 1..11_usize, value in "[a-z=]{0,5}") {
            let name: String = PROGRAMS[program].chars().take(length).collect();
            let [alone, valued] = [format!("--{name}"), format!("--{name}={value}")];
            prop_assert!(!is_allowed(&alone) && !is_allowed(&valued));
        }
    }
}
