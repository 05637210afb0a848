//! `atelier sessions show`.

use atelier_workbench::Workbench;

use super::each_page;
use crate::{
    arguments::ShowArguments,
    failure::Failure,
    output::{self, Style},
    session_choice,
    transcript::{Extent, Transcript},
};

pub(crate) async fn show(workbench: &Workbench, arguments: &ShowArguments) -> Result<(), Failure> {
    let session = session_choice::named(workbench, &arguments.session).await?;
    let mut transcript = Transcript::new(Style::of_stdout(), Extent::Everything);
    let mut out = String::new();
    each_page(workbench, session.id, |events| {
        transcript.push(events, &mut out);
        let written = output::write(&out);
        out.clear();
        written
    })
    .await?;
    transcript.end_line(&mut out);
    output::write(&out)
}
