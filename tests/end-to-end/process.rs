//! Processes under test: what they print as they print it, signals, and their end.

use std::{
    io::{self, Read},
    process::{Child, Command, Stdio},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

/// How long anything may take before the test has failed.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// How much of what was printed a failed wait shows, in characters.
const SHOWN: usize = 2000;

/// What a process printed so far.
#[derive(Clone, Default)]
pub(crate) struct Printed {
    shared: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Default)]
struct State {
    bytes: Vec<u8>,
    ended: bool,
}

impl Printed {
    /// Collects what comes from a source, on a thread that ends with it.
    pub(crate) fn collect(mut source: impl Read + Send + 'static) -> Self {
        let printed = Self::default();
        let shared = Arc::clone(&printed.shared);
        thread::spawn(move || {
            let mut chunk = [0; 8192];
            loop {
                // A terminal whose program has left reports an error instead of an end.
                let length = source.read(&mut chunk).unwrap_or(0);
                let mut state = shared.0.lock().unwrap();
                state.bytes.extend_from_slice(&chunk[..length]);
                state.ended = length == 0;
                shared.1.notify_all();
                if state.ended {
                    return;
                }
            }
        });
        printed
    }

    /// Everything so far.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.shared.0.lock().unwrap().bytes).into_owned()
    }

    /// Waits until what was printed is as wanted.
    pub(crate) fn until(&self, wanted: impl Fn(&str) -> bool) -> String {
        self.wait(|text, _| wanted(text))
    }

    /// Waits until what was printed contains the text.
    pub(crate) fn until_contains(&self, part: &str) -> String {
        self.until(|text| text.contains(part))
    }

    /// Waits until nothing more can come.
    pub(crate) fn until_end(&self) -> String {
        self.wait(|_, ended| ended)
    }

    fn wait(&self, wanted: impl Fn(&str, bool) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.shared.0.lock().unwrap();
        loop {
            let text = String::from_utf8_lossy(&state.bytes).into_owned();
            if wanted(&text, state.ended) {
                return text;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || state.ended {
                drop(state);
                let end = text.char_indices().rev().nth(SHOWN).map_or(0, |(at, _)| at);
                panic!("waited in vain; printed last: {}", &text[end..]);
            }
            state = self.shared.1.wait_timeout(state, left).unwrap().0;
        }
    }
}

/// A running process. Dropping it kills it.
pub(crate) struct Running {
    child: Child,
    pub(crate) stdout: Printed,
    pub(crate) stderr: Printed,
}

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Finished {
    /// None: a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Running {
    /// Starts a process whose output is collected and whose input is whatever the command says, else empty.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = Printed::collect(child.stdout.take().unwrap());
        let stderr = Printed::collect(child.stderr.take().unwrap());
        Self { child, stdout, stderr }
    }

    pub(crate) fn input(&mut self) -> impl io::Write + use<> {
        self.child.stdin.take().unwrap()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Interrupts the process once it has said that it waits to send a request again, and waits for its end.
    pub(crate) fn stop_waiting(self) -> Finished {
        self.stderr.until_contains("trying again");
        self.signal(Signal::INT);
        self.wait()
    }

    /// Waits for the end of a process that prints events, which is interrupted if it waits to send a request again.
    pub(crate) fn tried_once(self) -> Finished {
        if self.stdout.wait(|text, ended| ended || text.contains("model.waiting")).contains("model.waiting") {
            self.signal(Signal::INT);
        }
        self.wait()
    }

    /// Waits for the end of the process and of its output.
    pub(crate) fn wait(mut self) -> Finished {
        let code = self.wait_for_code();
        Finished { code, stdout: self.stdout.until_end(), stderr: self.stderr.until_end() }
    }

    /// Ends the process the hard way, at once.
    pub(crate) fn kill(mut self) -> Finished {
        self.child.kill().unwrap();
        self.wait_for_code();
        Finished { code: None, stdout: self.stdout.until_end(), stderr: self.stderr.until_end() }
    }

    fn wait_for_code(&mut self) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < deadline, "the process did not end; it printed: {}", self.stdout.text());
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Most have ended long ago.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Finished {
    /// Checks for success and returns what was printed.
    #[track_caller]
    pub(crate) fn success(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    /// Checks for failure by exit code 1 with one line on standard error, and returns that.
    #[track_caller]
    pub(crate) fn failure(self) -> String {
        assert_eq!(self.code, Some(1), "{self:?}");
        let sentence = self.stderr.trim_end();
        assert!(!sentence.is_empty() && !sentence.contains('\n') && sentence.ends_with('.'), "{self:?}");
        sentence.to_owned()
    }
}
