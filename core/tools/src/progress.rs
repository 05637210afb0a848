//! What a running tool says before it is done.

use tokio::sync::mpsc;

/// What a running tool says before it is done.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Progress {
    /// How far it is.
    Step {
        /// 0 to 100; none where no one can know.
        percent: Option<u8>,
        /// What it does, a short phrase.
        message: String,
    },
}

/// Where a tool reports to. Bounded: while the reader is behind, steps are left out, for the next one says more.
#[derive(Debug, Clone)]
pub struct ProgressSink(mpsc::Sender<Progress>);

/// Where progress is read.
#[derive(Debug)]
pub struct ProgressStream(mpsc::Receiver<Progress>);

/// A sink and its stream, with room for this many reports (at least 1).
pub fn progress_channel(room: usize) -> (ProgressSink, ProgressStream) {
    let (sender, receiver) = mpsc::channel(room.max(1));
    (ProgressSink(sender), ProgressStream(receiver))
}

impl ProgressSink {
    /// Reports a step, unless the reader is behind or gone.
    pub(crate) fn step(&self, percent: Option<u8>, message: impl Into<String>) {
        // See the type: a step that finds no room is not missed.
        let _ = self.0.try_send(Progress::Step { percent, message: message.into() });
    }
}

impl ProgressStream {
    /// The next report; none once the tool is done.
    pub async fn next(&mut self) -> Option<Progress> {
        self.0.recv().await
    }
}
