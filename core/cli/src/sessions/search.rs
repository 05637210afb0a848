//! `atelier sessions search`.

use std::{fmt::Write, time::Duration};

use atelier_protocol::{SearchHit, SearchOrder, SearchQuery, SearchSource, Timestamp};
use atelier_workbench::Workbench;

use super::arguments::SearchArguments;
use super::project_named;
use crate::{
    age::age,
    failure::{Failure, tell},
    output::{self, Style},
    printable::{printable, printable_line},
    session_choice::SHORTEST,
};

/// How long sessions are prepared in one go.
const SLICE: Duration = Duration::from_millis(100);

pub(crate) async fn search(workbench: &Workbench, arguments: &SearchArguments) -> Result<(), Failure> {
    let query = SearchQuery {
        text: arguments.text.join(" "),
        typing: false,
        order: if arguments.ranked { SearchOrder::Ranked } else { SearchOrder::Newest },
        limit: arguments.limit,
        skip: arguments.skip,
        project: arguments.project.as_deref().map(project_named),
        without_archived: arguments.no_archived,
    };
    let mut found = workbench.search_sessions(query.clone()).await?;
    if found.sessions_to_come > 0 {
        tell(&format!("Preparing {} older sessions for the first search…", found.sessions_to_come));
        while workbench.prepare_search(SLICE).await? > 0 {}
        found = workbench.search_sessions(query).await?;
    }
    let mut out = String::new();
    for hit in &found.hits {
        if arguments.json {
            output::push_json_line(&mut out, hit)?;
        } else {
            push_hit(&mut out, hit, Style::of_stdout(), Timestamp::now());
        }
    }
    output::write(&out)?;
    if found.gave_up {
        tell("That took too long, so something may be missing; add a word that is rarer.");
    } else if found.hits.is_empty() {
        tell("Nothing was found. Every word has to occur; with a * after it, a part of a word will do.");
    } else if found.more && !arguments.json {
        tell(&format!("There are more; --skip {} shows the next.", arguments.skip + found.hits.len()));
    }
    Ok(())
}

/// Session, age, where in it and title; below, the snippet.
fn push_hit(out: &mut String, hit: &SearchHit, style: Style, now: Timestamp) {
    let id = hit.session.to_string();
    let place = match hit.source {
        SearchSource::Title => "title",
        SearchSource::Prompt => "you",
        SearchSource::Answer => "answer",
        SearchSource::ToolCall => "tool",
    };
    // Writing to a string can't fail.
    let _ = writeln!(out, "{}  {}  {}", &id[..SHORTEST], age(hit.at, now), printable_line(&hit.title));
    let _ = writeln!(out, "    {}{}", style.dim(&format!("{place}: ")), highlighted(hit, style));
}

/// The snippet with what was found made to stand out, where that can be shown.
fn highlighted(hit: &SearchHit, style: Style) -> String {
    let mut out = String::new();
    let mut done = 0;
    for (from, to) in &hit.highlights {
        out.push_str(&printable(&hit.snippet[done..*from]));
        out.push_str(&style.strong(&printable(&hit.snippet[*from..*to])));
        done = *to;
    }
    out.push_str(&printable(&hit.snippet[done..]));
    out
}

#[cfg(test)]
mod tests {
    use atelier_protocol::{MessageId, SessionId};

    use super::*;

    #[test]
    fn a_hit_is_two_lines_that_can_do_no_harm() {
        let id: SessionId = "0b6f1c1e-5a0e-4b9e-9a55-0d3c1f3f7a10".parse().unwrap();
        let hit = SearchHit {
            session: id,
            title: "Fix\x1b the login".into(),
            archived: false,
            project: None,
            source: SearchSource::Prompt,
            message: MessageId(1),
            seq: 2,
            at: Timestamp::from_millis(0),
            snippet: "…the \x1blogin fails…".into(),
            highlights: vec![(8, 13)],
        };
        let shown = |style| {
            let mut out = String::new();
            push_hit(&mut out, &hit, style, Timestamp::from_millis(60_000));
            out
        };
        assert_eq!(shown(Style::PLAIN), "0b6f1c1e  1 min  Fix␛ the login\n    you: …the ␛login fails…\n");
        let coloured = shown(Style { colours: true, guarded: true });
        assert!(coloured.contains("…the ␛\x1b[1mlogin\x1b[0m fails…"), "{coloured:?}");
    }
}
