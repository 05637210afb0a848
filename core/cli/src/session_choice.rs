//! Which session is meant: by its whole id, by the beginning of it, or the last one used.

use atelier_protocol::{InvalidSessionId, SessionId, SessionSummary};
use atelier_workbench::Workbench;

use crate::failure::Failure;

/// The length of a whole id as text.
const WHOLE: usize = 36;

/// How many characters of an id are shown at least.
pub(crate) const SHORTEST: usize = 8;

/// The session that the text names. A whole id is looked up as it is; anything shorter must begin exactly one id.
pub(crate) async fn named(workbench: &Workbench, text: &str) -> Result<SessionSummary, Failure> {
    match text.parse::<SessionId>() {
        Ok(id) => Ok(workbench.session(id).await?),
        Err(invalid) => pick(workbench.all_sessions().await?, text, invalid),
    }
}

/// The session that was used last.
pub(crate) async fn latest(workbench: &Workbench) -> Result<SessionSummary, Failure> {
    workbench.sessions().await?.into_iter().next().ok_or(Failure::NoSession)
}

/// How many characters of their ids tell these sessions apart.
pub(crate) fn distinct_length(sessions: &[SessionSummary]) -> usize {
    let mut ids: Vec<String> = sessions.iter().map(|session| session.id.to_string()).collect();
    ids.sort_unstable();
    let shared = ids.windows(2).map(|pair| pair[0].bytes().zip(pair[1].bytes()).take_while(|(a, b)| a == b).count());
    shared.max().map_or(SHORTEST, |shared| (shared + 1).max(SHORTEST))
}

fn pick(sessions: Vec<SessionSummary>, beginning: &str, invalid: InvalidSessionId) -> Result<SessionSummary, Failure> {
    let could_begin = beginning.len() < WHOLE && beginning.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if beginning.is_empty() || !could_begin {
        return Err(invalid.into());
    }
    let wanted = beginning.to_ascii_lowercase();
    let mut fitting = sessions.into_iter().filter(|session| session.id.to_string().starts_with(&wanted));
    match (fitting.next(), fitting.count()) {
        (None, _) => Err(Failure::UnknownSession(wanted)),
        (Some(session), 0) => Ok(session),
        (Some(_), others) => Err(Failure::AmbiguousSession { beginning: wanted, count: others + 1 }),
    }
}

#[cfg(test)]
mod tests {
    use atelier_protocol::Timestamp;

    use super::*;

    fn session(id: &str) -> SessionSummary {
        SessionSummary::new(id.parse().unwrap(), Timestamp::from_millis(0))
    }

    fn two() -> Vec<SessionSummary> {
        vec![session("0b6f1c1e-5a0e-4b9e-9a55-0d3c1f3f7a10"), session("0b6f1c1e-5a0f-4b9e-9a55-0d3c1f3f7a10")]
    }

    fn picked(beginning: &str) -> Result<String, String> {
        let invalid = beginning.parse::<SessionId>().err().unwrap();
        pick(two(), beginning, invalid).map(|session| session.id.to_string()).map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_beginning_names_the_one_session_it_fits() {
        assert_eq!(picked("0B6F1C1E-5A0f").unwrap(), "0b6f1c1e-5a0f-4b9e-9a55-0d3c1f3f7a10");
        assert!(picked("0b6f").unwrap_err().starts_with("The ids of 2 sessions begin with “0b6f”"));
        assert!(picked("ffff").unwrap_err().starts_with("No session's id begins with “ffff”"));
        assert!(picked("hello").unwrap_err().starts_with("“hello” is not a session id"));
        assert!(picked("").unwrap_err().contains("is not a session id"));
    }

    #[test]
    fn shown_ids_are_as_long_as_it_takes_to_tell_them_apart() {
        assert_eq!(distinct_length(&two()), 13);
        assert_eq!(distinct_length(&two()[..1]), 8);
        assert_eq!(distinct_length(&[]), 8);
    }
}
