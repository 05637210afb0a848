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
    /// More of what a command writes, as it comes. What finds no room in a reader that is behind is merged, then left out
    /// from its beginning; the outcome has all of it.
    Output {
        /// The text; control characters are kept.
        text: String,
    },
}

/// How much output waits for a reader that is behind, in bytes.
const MAX_PENDING: usize = 64 << 10;

/// Where a tool reports to. Bounded: while the reader is behind, steps are left out, for the next one says more. One place
/// is kept for the last output, after which nothing says more.
#[derive(Debug, Clone)]
pub struct ProgressSink(mpsc::Sender<Progress>);

/// Where progress is read.
#[derive(Debug)]
pub struct ProgressStream(mpsc::Receiver<Progress>);

/// A sink and its stream, with room for this many reports (at least 1).
pub fn progress_channel(room: usize) -> (ProgressSink, ProgressStream) {
    let (sender, receiver) = mpsc::channel(room.max(1) + 1);
    (ProgressSink(sender), ProgressStream(receiver))
}

impl ProgressSink {
    /// Reports a step, unless the reader is behind or gone.
    pub fn step(&self, percent: Option<u8>, message: impl Into<String>) {
        // See the type: a step that finds no room is not missed.
        if let Some(room) = self.room() {
            room.send(Progress::Step { percent, message: message.into() });
        }
    }

    /// Reports output if there is room; otherwise it stays in `pending` for the next time.
    pub(crate) fn output(&self, pending: &mut String) {
        if pending.is_empty() {
            return;
        }
        if let Some(room) = self.room() {
            room.send(Progress::Output { text: std::mem::take(pending) });
        } else if pending.len() > MAX_PENDING {
            let from = pending.ceil_char_boundary(pending.len() - MAX_PENDING / 2);
            pending.drain(..from);
        }
    }

    /// Reports the last output, however far behind the reader is.
    pub(crate) fn last_output(&self, pending: String) {
        if !pending.is_empty() {
            // It fails only where nobody reads any more.
            let _ = self.0.try_send(Progress::Output { text: pending });
        }
    }

    fn room(&self) -> Option<mpsc::Permit<'_, Progress>> {
        if self.0.capacity() > 1 { self.0.try_reserve().ok() } else { None }
    }
}

impl ProgressStream {
    /// The next report; none once the tool is done.
    pub async fn next(&mut self) -> Option<Progress> {
        self.0.recv().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reader_that_is_far_behind_is_told_the_last_output_all_the_same() {
        let (sink, mut stream) = progress_channel(2);
        let mut pending = String::new();
        for line in ["0\n", "1\n", "2\n", "3\n", "4\n"] {
            pending.push_str(line);
            sink.output(&mut pending);
            sink.step(None, "going on");
        }
        sink.last_output(pending + "the end\n");
        drop(sink);
        let mut told = String::new();
        while let Some(report) = stream.next().await {
            if let Progress::Output { text } = report {
                told += &text;
            }
        }
        assert_eq!(told, "0\n1\n2\n3\n4\nthe end\n");
    }
}
