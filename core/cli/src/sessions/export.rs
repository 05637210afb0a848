//! `atelier sessions export`.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use atelier_protocol::SessionId;
use atelier_workbench::{TranscriptFormat, Workbench};

use super::arguments::ExportArguments;
use super::each_page;
use crate::{failure::Failure, output, session_choice};

pub(crate) async fn export(workbench: &Workbench, arguments: &ExportArguments) -> Result<(), Failure> {
    let session = session_choice::named(workbench, &arguments.session).await?.id;
    // What is no transcript is the events.
    let format = TranscriptFormat::from_name(&arguments.format);
    match &arguments.output {
        Some(file) => to_file(workbench, session, format, file).await,
        None => pieces(workbench, session, format, output::write).await,
    }
}

async fn to_file(
    workbench: &Workbench,
    session: SessionId,
    format: Option<TranscriptFormat>,
    path: &Path,
) -> Result<(), Failure> {
    let failed = |error| Failure::ExportFile { file: path.to_owned(), error };
    let mut file = BufWriter::new(File::create(path).map_err(failed)?);
    pieces(workbench, session, format, |text| file.write_all(text.as_bytes()).map_err(failed)).await?;
    let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)
}

async fn pieces(
    workbench: &Workbench,
    session: SessionId,
    format: Option<TranscriptFormat>,
    mut write: impl FnMut(&str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    match format {
        Some(format) => write(&workbench.transcript(session, format).await?),
        None => lines(workbench, session, write).await,
    }
}

/// Every event as stored, unknown ones too, one a line.
async fn lines(
    workbench: &Workbench,
    session: SessionId,
    mut write: impl FnMut(&str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut text = String::new();
    each_page(workbench, session, |events| {
        text.clear();
        events.iter().try_for_each(|event| output::push_json_line(&mut text, event))?;
        write(&text)
    })
    .await
}
