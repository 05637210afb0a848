//! `atelier sessions list`.

use std::{fmt::Write, iter};

use atelier_protocol::{AgentState, SessionSummary, Timestamp, Usage};
use atelier_workbench::{Totals, Workbench};
use serde::Serialize;

use super::arguments::SessionListArguments;
use super::project_named;
use crate::{
    age::age,
    failure::{Failure, tell},
    output,
    printable::printable_line,
    session_choice::distinct_length,
    usage,
};

/// A session as a line of JSON; with what it took, where that was asked for.
#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    session: &'a SessionSummary,
    #[serde(flatten)]
    totals: Option<TotalsEntry>,
}

#[derive(Serialize)]
struct TotalsEntry {
    usage: Usage,
    /// In millionths of a US dollar, as far as prices are known.
    cost: u64,
    /// Requests that are not in `cost`.
    unpriced_requests: u64,
}

pub(crate) async fn list(workbench: &Workbench, arguments: &SessionListArguments) -> Result<(), Failure> {
    let mut sessions = if arguments.archived { archived(workbench).await? } else { workbench.sessions().await? };
    if let Some(folder) = &arguments.project {
        let project = project_named(folder);
        sessions.retain(|session| session.project.as_ref() == Some(&project));
    }
    sessions.truncate(arguments.limit.unwrap_or(usize::MAX));
    let mut totals = Vec::new();
    for session in sessions.iter().filter(|_| arguments.cost) {
        totals.push(workbench.totals(session.id).await?.totals);
    }
    let mut out = String::new();
    if arguments.json {
        let totals = totals.into_iter().map(TotalsEntry::from).map(Some).chain(iter::repeat_with(|| None));
        for (session, totals) in sessions.iter().zip(totals) {
            output::push_json_line(&mut out, &Entry { session, totals })?;
        }
    } else if sessions.is_empty() {
        tell(match arguments.project {
            _ if arguments.archived => "No session is archived; `atelier sessions list` shows the others.",
            Some(_) => "No session works in that folder; `atelier sessions list` shows all.",
            None => "There are no sessions yet; `atelier chat` starts one.",
        });
    } else {
        let costs: Vec<_> = totals.iter().map(|totals| usage::cost(totals).unwrap_or_default()).collect();
        out = columns(&sessions, &costs, Timestamp::now());
    }
    output::write(&out)
}

async fn archived(workbench: &Workbench) -> Result<Vec<SessionSummary>, Failure> {
    let mut sessions = workbench.all_sessions().await?;
    sessions.retain(|session| session.archived && session.parent.is_none());
    Ok(sessions)
}

impl From<Totals> for TotalsEntry {
    fn from(totals: Totals) -> Self {
        Self { usage: totals.usage, cost: totals.cost.micro_dollars(), unpriced_requests: totals.unpriced }
    }
}

/// Id, age, cost (if there are any) and title below each other, the ids as short as tells them apart.
fn columns(sessions: &[SessionSummary], costs: &[String], now: Timestamp) -> String {
    let length = distinct_length(sessions);
    let ages: Vec<String> = sessions.iter().map(|session| age(session.updated_at, now)).collect();
    let width = |texts: &[String]| texts.iter().map(String::len).max().unwrap_or_default();
    let (ages_width, costs_width) = (width(&ages), width(costs));
    let mut out = String::new();
    for (at, (session, age)) in sessions.iter().zip(ages).enumerate() {
        let id = session.id.to_string();
        let cost = costs.get(at).map(|cost| format!("{cost:>costs_width$}  ")).unwrap_or_default();
        let running = if session.state == AgentState::Idle { "" } else { "  (running)" };
        let title = printable_line(&session.title);
        // Writing to a string can't fail.
        let _ = writeln!(out, "{}  {age:<ages_width$}  {cost}{title}{running}", &id[..length]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 60 * 60;
    const NOW: i64 = 1_767_603_600_000;

    fn session(id: &str, seconds_ago: i64, title: &str, state: AgentState) -> SessionSummary {
        let at = Timestamp::from_millis(NOW - seconds_ago * 1000);
        SessionSummary { title: title.into(), state, ..SessionSummary::new(id.parse().unwrap(), at) }
    }

    #[test]
    fn sessions_stand_in_columns_with_short_ids_and_titles_that_can_do_no_harm() {
        let sessions = [
            session("0b6f1c1e-5a0e-4b9e-9a55-0d3c1f3f7a10", 5, "Fix the login", AgentState::Thinking),
            session("f00f1c1e-5a0f-4b9e-9a55-0d3c1f3f7a10", 30 * DAY, "Bad \x1b[2J\ntitle", AgentState::Idle),
        ];
        assert_eq!(
            columns(&sessions, &[], Timestamp::from_millis(NOW)),
            "0b6f1c1e  just now    Fix the login  (running)\nf00f1c1e  2025-12-06  Bad ␛[2J title\n"
        );
        let costs = ["$0.0123".into(), String::new()];
        assert_eq!(
            columns(&sessions, &costs, Timestamp::from_millis(NOW)),
            "0b6f1c1e  just now    $0.0123  Fix the login  (running)\nf00f1c1e  2025-12-06           Bad ␛[2J title\n"
        );
    }
}
