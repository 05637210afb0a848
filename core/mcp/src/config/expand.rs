//! `${NAME}` and `${NAME:-default}` in the configuration of a server.

use atelier_config::Environment;
use secrecy::SecretString;

use super::{ConfigError, Reach, ServerConfig};

/// How a server is reached, with the values of variables.
pub(crate) enum Resolved {
    Stdio { command: String, args: Vec<String>, env: Vec<(String, SecretString)> },
    Http { url: String, headers: Vec<(String, SecretString)> },
}

/// Puts in the values of variables.
pub(crate) fn resolve(server: &ServerConfig, environment: &Environment) -> Result<Resolved, ConfigError> {
    let value = |text: &str| {
        expand(text, |name| environment.variable(name).and_then(|value| value.to_str()).map(str::to_owned))
            .map_err(|variable| ConfigError::NoVariable { server: server.name.clone(), variable })
    };
    let secrets = |pairs: &[(String, String)]| -> Result<Vec<_>, ConfigError> {
        pairs.iter().map(|(name, text)| Ok((name.clone(), SecretString::from(value(text)?)))).collect()
    };
    Ok(match &server.reach {
        Reach::Stdio { command, args, env } => Resolved::Stdio {
            command: value(command)?,
            args: args.iter().map(|arg| value(arg)).collect::<Result<_, _>>()?,
            env: secrets(env)?,
        },
        Reach::Http { url, headers } => Resolved::Http { url: value(url)?, headers: secrets(headers)? },
    })
}

/// The text with its variables replaced, or the name of one that has no value. What only looks like a variable stays.
fn expand(text: &str, variable: impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let (mut expanded, mut rest) = (String::new(), text);
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        expanded.push_str(before);
        let Some(end) = from.find('}') else {
            rest = from;
            break;
        };
        let inner = &from[2..end];
        let (name, default) = inner.split_once(":-").map_or((inner, None), |(name, text)| (name, Some(text)));
        if is_name(name) {
            match variable(name).or_else(|| default.map(str::to_owned)) {
                Some(value) => expanded.push_str(&value),
                None => return Err(name.to_owned()),
            }
        } else {
            expanded.push_str(&from[..=end]);
        }
        rest = &from[end + 1..];
    }
    expanded.push_str(rest);
    Ok(expanded)
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn expanded(text: &str) -> Result<String, String> {
        expand(text, |name| (name == "HOME").then(|| "/home/ada".to_owned()))
    }

    #[test]
    fn variables_and_their_defaults_are_put_in() {
        for (text, expected) in [
            ("${HOME}/x", "/home/ada/x"),
            ("a${HOME}b${HOME:-no}c", "a/home/adab/home/adac"),
            ("${NOT_SET:-${x}", "${x"),
            ("${NOT_SET:-}", ""),
            ("$HOME ${} ${1} ${a b} ${HOME", "$HOME ${} ${1} ${a b} ${HOME"),
            ("é${HOME}é", "é/home/adaé"),
        ] {
            assert_eq!(expanded(text).unwrap(), expected, "{text}");
        }
        assert_eq!(expanded("${NOT_SET}"), Err("NOT_SET".to_owned()));
    }

    proptest! {
        #[test]
        fn a_text_without_variables_stays_as_it_is(text in "[^$]{0,40}") {
            prop_assert_eq!(expanded(&text), Ok(text));
        }
    }
}
