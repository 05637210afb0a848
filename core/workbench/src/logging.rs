//! The program's own log: what happened, never what was said.

use std::sync::Mutex;

use atelier_config::Folders;
use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt as _,
};

use crate::Environment;

/// How many daily files are kept.
const KEPT_FILES: usize = 7;

/// Sends this process's log to daily files in the log folder, at the level that `ATELIER_LOG` names (`error` to
/// `trace`, or `off`; default `info`). Does nothing when the process already logs elsewhere or the folder can't be
/// written: a missing log must stop nobody.
pub(crate) fn start(folders: &Folders, environment: &Environment) {
    if folders.create_logs().is_err() {
        return;
    }
    let files = Builder::new()
        .rotation(Rotation::DAILY)
        .filename_prefix("atelier")
        .filename_suffix("log")
        .max_log_files(KEPT_FILES)
        .build(&folders.logs);
    let Ok(files) = files else { return };
    let level = environment.text("ATELIER_LOG").and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    // The MCP client logs whole messages.
    let wanted = Targets::new().with_default(level).with_target("rmcp", LevelFilter::OFF);
    let log = tracing_subscriber::fmt()
        .with_writer(Mutex::new(files))
        .with_max_level(level)
        .with_ansi(false)
        .finish()
        .with(wanted);
    // An earlier workbench of this process may have set it; its log then serves this one too.
    let _ = tracing::subscriber::set_global_default(log);
}
