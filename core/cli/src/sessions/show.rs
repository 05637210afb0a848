//! `atelier sessions show`.

use atelier_workbench::Workbench;

use super::arguments::ShowArguments;
use super::each_page;
use crate::{
    failure::Failure,
    output::{self, Style},
    session_choice,
    transcript::{Extent, Transcript},
    undone::TakenBack,
    usage,
};

pub(crate) async fn show(workbench: &Workbench, arguments: &ShowArguments) -> Result<(), Failure> {
    let session = session_choice::named(workbench, &arguments.session).await?;
    let style = Style::of_stdout();
    let mut transcript = Transcript::new(style, Extent::Everything);
    let mut out = String::new();
    // Read twice, for what was said is printed before it is known whether it was taken back.
    let mut taken_back = TakenBack::default();
    each_page(workbench, session.id, |events| {
        taken_back.apply_all(events);
        Ok(())
    })
    .await?;
    each_page(workbench, session.id, |events| {
        transcript.push(events.iter().filter(|event| taken_back.counts(event.seq)), &mut out);
        let written = output::write(&out);
        out.clear();
        written
    })
    .await?;
    transcript.end_line(&mut out);
    // Elsewhere it would be taken for a part of the conversation.
    if style.guarded
        && let Some(line) = usage::of_session(&workbench.totals(session.id).await?)
    {
        out.extend(["\n", &style.aside(&line), "\n"]);
    }
    output::write(&out)
}
