//! A program in a terminal of ours, and someone who types and looks. Waits for what is to be seen, never for time.

use std::{
    fs,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use atelier_terminal::{
    Frame, KeyPress, NamedKey, TerminalEvent, TerminalLimits, TerminalScreen, TerminalStream, Terminals,
};

/// How long anything may take; only a failure takes as long.
const DEADLINE: Duration = Duration::from_mins(1);

/// The prompt of all shells here.
pub(super) const PROMPT: &str = "ready>";

/// A terminal with a shell in it.
pub(super) struct Stage {
    terminals: Terminals,
    folder: tempfile::TempDir,
    id: String,
    pub(super) screen: TerminalScreen,
    pub(super) frame: Frame,
    output: TerminalStream,
    /// All output so far.
    pub(super) told: String,
}

impl Stage {
    /// With bash, in a home that has nothing but what is needed.
    pub(super) fn new() -> Self {
        Self::with("/bin/bash", &[(".bash_profile", "PS1='ready> '\n")])
    }

    pub(super) fn with(shell: &str, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let home = folder.path().to_str().unwrap();
        let inherited =
            [("HOME", home), ("SHELL", shell), ("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LANG", "C.UTF-8")];
        let inherited = inherited.map(|(name, value)| (name.into(), value.into()));
        let terminals = Terminals::new(TerminalLimits::default(), inherited);
        let created = terminals.create(Some(home), (Some(80), Some(24)), |folder| Some(folder.into())).unwrap();
        let id = created.session_id;
        let (screen, output) = (terminals.screen(&id).unwrap(), terminals.connect(&id).unwrap());
        screen.set_shown(true);
        let mut stage = Self { terminals, folder, id, screen, frame: Frame::default(), output, told: String::new() };
        stage.shows(PROMPT);
        stage
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    pub(super) fn text(&self) -> String {
        self.frame.to_text()
    }

    /// Takes in what has been drawn and said by now.
    fn look(&mut self) {
        while let Some(batch) = block_on_briefly(self.output.next_batch()).filter(|batch| !batch.is_empty()) {
            for event in batch {
                if let TerminalEvent::Data { data } = event {
                    self.told.push_str(&data);
                }
            }
        }
        if let Some(update) = self.screen.update(self.frame.version()) {
            self.frame.apply(&update).unwrap();
        }
    }

    /// Waits until something is true of what is seen and said.
    pub(super) fn until(&mut self, what: &str, is: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        loop {
            self.look();
            if is(self) {
                return;
            }
            assert!(begun.elapsed() < DEADLINE, "not {what}:\n{}", self.text());
            thread::sleep(Duration::from_millis(2));
        }
    }

    pub(super) fn shows(&mut self, text: &str) {
        self.until(text, |stage| stage.text().contains(text));
    }

    /// Whether the shell asks for the next command, on the main screen.
    pub(super) fn is_back(&mut self) {
        self.until("back at the prompt", |stage| {
            let state = stage.frame.state();
            let row = stage.frame.text(state.cursor.row.into());
            !state.modes.alternate_screen && row == PROMPT
        });
    }

    /// Waits until a program runs in the foreground.
    pub(super) fn runs(&mut self, program: &str) {
        self.until(program, |stage| stage.terminals.info(&stage.id).unwrap().process.as_deref() == Some(program));
    }

    /// Types as is.
    pub(super) fn types(&self, text: &str) {
        self.terminals.send(&self.id, text).unwrap();
    }

    pub(super) fn presses(&self, press: &KeyPress) {
        self.screen.key(press).unwrap();
    }

    pub(super) fn enters(&self, text: &str) {
        self.types(text);
        self.presses(&KeyPress::named(NamedKey::Enter));
    }

    pub(super) fn resizes(&self, columns: u16, rows: u16) {
        self.terminals.resize(&self.id, Some(columns), Some(rows)).unwrap();
    }
}

/// What is there at once.
fn block_on_briefly<T>(work: impl Future<Output = T>) -> Option<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(Duration::from_millis(5), work).await.ok() })
}
