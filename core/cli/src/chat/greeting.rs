//! What a chat begins with: who answers, with which key, and what is gone on with.

use atelier_protocol::SessionSummary;
use atelier_workbench::{Answering, CredentialStatus, InstructionSource, WorkbenchError};

use crate::{printable::printable_line, work::Place};

/// `answering`: who would answer the first prompt, or why nobody would. `place`: where the agent works, if it has tools.
pub(super) fn text(
    answering: Result<&Answering, &WorkbenchError>,
    session: Option<&SessionSummary>,
    place: Option<&Place>,
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
    lines.extend(place.map(|place| format!("The agent works in {}.", place.project)));
    lines.extend(place.and_then(|place| instructions(&place.instructions)));
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

/// Which instructions the agent is given; `atelier doctor` says more about what is wrong with them.
fn instructions(sources: &[InstructionSource]) -> Option<String> {
    let taken: Vec<_> = sources.iter().filter(|source| source.bytes > 0).map(|source| source.name.as_str()).collect();
    let troubled = sources.iter().any(|source| source.problem.is_some());
    let hint = if troubled { " Not all could be taken; `atelier doctor` in the project says why." } else { "" };
    match taken.as_slice() {
        [] if troubled => Some(format!("Instructions: none.{hint}")),
        [] => None,
        taken => Some(format!("Instructions: {}.{hint}", taken.join(", "))),
    }
}

/// The server that the provider has by itself.
fn own_server(credential: &CredentialStatus) -> Option<String> {
    Some(credential.provider.key_provider()?.default_base_url()?.into())
}

#[cfg(test)]
mod tests {
    use atelier_protocol::{SessionId, Timestamp};
    use atelier_workbench::{ErrorKind, ProviderChoice, Scope};

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
    fn it_names_the_instructions_and_says_when_some_are_amiss() {
        let source = |name: &str, bytes, problem: Option<&str>| InstructionSource {
            name: name.to_owned(),
            scope: Scope::Project,
            imported_by: None,
            bytes,
            problem: problem.map(str::to_owned),
        };
        let (good, bad) = (source("AGENTS.md", 9, None), source("/etc/passwd", 0, Some("It is outside.")));
        assert_eq!(instructions(&[]), None);
        let told = instructions(&[good.clone(), source("CLAUDE.md", 1, None)]);
        assert_eq!(told.as_deref(), Some("Instructions: AGENTS.md, CLAUDE.md."));
        assert!(instructions(&[good, bad.clone()]).unwrap().starts_with("Instructions: AGENTS.md. Not all"));
        assert!(instructions(&[bad]).unwrap().starts_with("Instructions: none."));
    }

    #[test]
    fn it_says_what_is_gone_on_with() {
        let session = SessionSummary::new(SessionId::new(), Timestamp::from_millis(0));
        let session = SessionSummary { title: "Old\n\x07title".into(), ..session };
        let own = answering(ProviderChoice::Anthropic, "https://api.anthropic.com", None);
        let expected = "model-x by Anthropic answers.\nGoing on with “Old ␇title”.\nThe agent works in /a/project.\n\n";
        let place = Place { project: "/a/project".into(), instructions: Vec::new() };
        assert_eq!(text(Ok(&own), Some(&session), Some(&place), false), expected);
    }
}
