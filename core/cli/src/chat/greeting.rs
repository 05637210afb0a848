//! What a chat begins with: who answers, with which key, and what is gone on with.

use atelier_protocol::SessionSummary;
use atelier_workbench::{Answering, CredentialStatus, WorkbenchError};

use crate::printable::printable_line;

/// `answering`: who would answer the first prompt, or why nobody would. `project`: where the agent works, if it has tools.
pub(super) fn text(
    answering: Result<&Answering, &WorkbenchError>,
    session: Option<&SessionSummary>,
    project: Option<&str>,
    interactive: bool,
) -> String {
    let mut lines = match answering {
        Ok(answering) => vec![who(answering)],
        Err(error) => vec![error.message.clone()],
    };
    if interactive {
        lines.extend(answering.ok().and_then(|answering| key(answering.credential.as_ref()?)));
    }
    lines.extend(session.map(|session| format!("Going on with “{}”.", session.title)));
    lines.extend(project.map(|project| format!("The agent works in {project}.")));
    if interactive {
        lines.push("Ctrl-C stops an answer, Ctrl-D leaves.".to_owned());
    }
    lines.iter().map(|line| printable_line(line) + "\n").collect::<String>() + "\n"
}

fn who(Answering { model, label, credential, .. }: &Answering) -> String {
    match credential {
        None => "The built-in demo answers, not a model; `atelier doctor` says how to set one up.".to_owned(),
        Some(credential) => match (own_server(credential), &credential.base_url) {
            // Nobody's own but the user's: its address says best which one it is.
            (None, Some(url)) => format!("{model} at {url} answers."),
            _ => format!("{model} by {label} answers."),
        },
    }
}

fn key(credential: &CredentialStatus) -> Option<String> {
    let (masked, source) = (credential.masked.as_ref()?, credential.source.as_ref()?);
    let elsewhere = credential.base_url.as_ref().filter(|url| own_server(credential).is_some_and(|own| own != **url));
    let server = elsewhere.map(|url| format!(", for {url}")).unwrap_or_default();
    Some(format!("Key: {masked} from {source}{server}."))
}

/// The server that the provider has by itself.
fn own_server(credential: &CredentialStatus) -> Option<String> {
    Some(credential.provider.key_provider()?.default_base_url()?.into())
}

#[cfg(test)]
mod tests {
    use atelier_protocol::{SessionId, Timestamp};
    use atelier_workbench::{ErrorKind, ProviderChoice};

    use super::*;

    fn answering(provider: ProviderChoice, base_url: &str, masked: Option<&str>) -> Answering {
        let credential = CredentialStatus {
            provider,
            source: masked.map(|_| "environment variable SOME_KEY".into()),
            masked: masked.map(Into::into),
            base_url: Some(base_url.into()),
            removable: false,
            problem: None,
        };
        let (provider, label) = (provider.as_str().into(), "Anthropic".into());
        Answering { provider, label, model: "model-x".into(), credential: Some(credential) }
    }

    #[test]
    fn the_first_line_says_which_model_answers_and_when_it_is_none() {
        let anthropic = answering(ProviderChoice::Anthropic, "https://api.anthropic.com", Some("…abcd"));
        assert_eq!(text(Ok(&anthropic), None, None, false), "model-x by Anthropic answers.\n\n");
        let compatible = answering(ProviderChoice::Compatible, "http://127.0.0.1:11434/v1", None);
        assert_eq!(text(Ok(&compatible), None, None, false), "model-x at http://127.0.0.1:11434/v1 answers.\n\n");
        let demo = Answering { credential: None, ..anthropic };
        assert!(text(Ok(&demo), None, None, false).starts_with("The built-in demo answers, not a model;"));
        let error = WorkbenchError { kind: ErrorKind::Configuration, message: "No key.".into() };
        assert_eq!(text(Err(&error), None, None, true), "No key.\nCtrl-C stops an answer, Ctrl-D leaves.\n\n");
    }

    #[test]
    fn who_types_sees_which_key_is_in_use_and_where_it_goes_if_not_to_its_vendor() {
        let own = answering(ProviderChoice::Anthropic, "https://api.anthropic.com", Some("…abcd"));
        let shown = text(Ok(&own), None, None, true);
        assert!(shown.contains("\nKey: …abcd from environment variable SOME_KEY.\n"), "{shown}");
        let proxy = answering(ProviderChoice::Anthropic, "http://proxy\x1b[2J", Some("…abcd"));
        let shown = text(Ok(&proxy), None, None, true);
        assert!(shown.contains(" SOME_KEY, for http://proxy␛[2J.\n"), "{shown}");
        let open = answering(ProviderChoice::Compatible, "http://127.0.0.1:11434/v1", None);
        assert!(!text(Ok(&open), None, None, true).contains("Key"));
    }

    #[test]
    fn it_says_what_is_gone_on_with() {
        let session = SessionSummary::new(SessionId::new(), Timestamp::from_millis(0));
        let session = SessionSummary { title: "Old\n\x07title".into(), ..session };
        let own = answering(ProviderChoice::Anthropic, "https://api.anthropic.com", None);
        let expected = "model-x by Anthropic answers.\nGoing on with “Old ␇title”.\nThe agent works in /a/project.\n\n";
        assert_eq!(text(Ok(&own), Some(&session), Some("/a/project"), false), expected);
    }
}
