//! What a server may ask of us, and tell us: where the project is, how far a call is, that its tools have changed, and
//! questions to the user.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use atelier_protocol::{ElicitationAnswer, Json, with_defaults};
use atelier_tools::{Asker, ProgressSink};
use rmcp::{
    ClientHandler, RoleClient,
    model::{
        ClientCapabilities, ClientConfig, ElicitRequestParams, ElicitResult, ElicitationAction, ElicitationCapability,
        ErrorData, FormElicitationCapability, Implementation, ProgressNotificationParam, ProgressToken,
        ProtocolVersion, UrlElicitationCapability,
    },
    service::{NotificationContext, RequestContext},
};
use tokio::sync::Notify;

use crate::elicitation;

/// What is said in the course of a connection. Cheap to clone; clones are one.
#[derive(Clone)]
pub(crate) struct Handler {
    shared: Arc<Shared>,
}

struct Shared {
    server: String,
    folder: PathBuf,
    tools_changed: AtomicBool,
    calls: Mutex<HashMap<ProgressToken, Call>>,
    /// How many questions the user has not answered yet.
    asking: AtomicUsize,
}

/// A call that is under way.
struct Call {
    progress: ProgressSink,
    asker: Option<Arc<dyn Asker>>,
    /// Told when the server shows that it works on the call.
    alive: Arc<Notify>,
}

/// A call that is under way. Dropped, it is no more.
pub(crate) struct Listening {
    handler: Handler,
    token: ProgressToken,
    pub(crate) alive: Arc<Notify>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.handler.calls().remove(&self.token);
    }
}

impl Handler {
    /// `folder`: the project.
    pub(crate) fn new(server: String, folder: PathBuf) -> Self {
        let shared = Shared {
            server,
            folder,
            // Nothing is known yet.
            tools_changed: AtomicBool::new(true),
            calls: Mutex::default(),
            asking: AtomicUsize::new(0),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Whether the list of tools has changed since it was read last.
    pub(crate) fn tools_changed(&self) -> bool {
        self.shared.tools_changed.load(Ordering::Acquire)
    }

    /// The same, and it counts as read from now on.
    pub(crate) fn take_tools_changed(&self) -> bool {
        self.shared.tools_changed.swap(false, Ordering::AcqRel)
    }

    /// The list could not be read: it counts as changed.
    pub(crate) fn tools_unknown(&self) {
        self.shared.tools_changed.store(true, Ordering::Release);
    }

    /// Whether the user is being asked something.
    pub(crate) fn is_asking(&self) -> bool {
        self.shared.asking.load(Ordering::Acquire) > 0
    }

    /// From now on what the server says about this call is passed on.
    pub(crate) fn listen(
        &self,
        token: ProgressToken,
        progress: ProgressSink,
        asker: Option<Arc<dyn Asker>>,
    ) -> Listening {
        let alive = Arc::<Notify>::default();
        self.calls().insert(token.clone(), Call { progress, asker, alive: Arc::clone(&alive) });
        Listening { handler: self.clone(), token, alive }
    }

    fn calls(&self) -> MutexGuard<'_, HashMap<ProgressToken, Call>> {
        self.shared.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who can ask the user. The protocol does not say to which call a question belongs: where several are under way, any
    /// of their users is asked, for it is the same person.
    fn asker(&self) -> Option<Arc<dyn Asker>> {
        self.calls().values().find_map(|call| call.asker.clone())
    }
}

#[expect(deprecated, reason = "newer versions of the protocol drop roots; the servers of today ask for them")]
impl ClientHandler for Handler {
    fn get_info(&self) -> ClientConfig {
        let mut capabilities = ClientCapabilities::default();
        // Whether somebody is there to answer is for each call to say; where nobody is, we decline.
        let elicitation = ElicitationCapability::new().with_form(FormElicitationCapability::default());
        capabilities.elicitation = Some(elicitation.with_url(UrlElicitationCapability::default()));
        capabilities.roots = Some(rmcp::model::RootsCapabilities::default());
        let mut info = ClientConfig::new(capabilities, Implementation::new("atelier", env!("CARGO_PKG_VERSION")));
        // The newest that servers in use know; they answer with an older one where they know only that.
        info.protocol_version = ProtocolVersion::V_2025_11_25;
        info
    }

    async fn list_roots(&self, _: RequestContext<RoleClient>) -> Result<rmcp::model::ListRootsResult, ErrorData> {
        let folder = &self.shared.folder;
        let mut root = rmcp::model::Root::new(file_uri(&folder.to_string_lossy()));
        root.name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(rmcp::model::ListRootsResult::new(vec![root]))
    }

    async fn create_elicitation(
        &self,
        request: ElicitRequestParams,
        context: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let (Some(asker), Some(ask)) = (self.asker(), elicitation::ask(&self.shared.server, &request)) else {
            return Ok(ElicitResult::new(ElicitationAction::Decline));
        };
        let _asking = Asking::begin(&self.shared.asking);
        let wanted = ask.wanted.clone();
        Ok(match context.ct.run_until_cancelled(asker.ask(ask)).await {
            Some(ElicitationAnswer::Accept { values }) => {
                let values = Json::Object(with_defaults(&wanted, values));
                ElicitResult::new(ElicitationAction::Accept).with_content(values)
            }
            Some(ElicitationAnswer::Decline { .. }) => ElicitResult::new(ElicitationAction::Decline),
            Some(ElicitationAnswer::Cancel { .. }) | None => ElicitResult::new(ElicitationAction::Cancel),
        })
    }

    async fn on_progress(&self, said: ProgressNotificationParam, _: NotificationContext<RoleClient>) {
        let calls = self.calls();
        let Some(call) = calls.get(&said.progress_token) else { return };
        call.alive.notify_one();
        let message: String = said.message.unwrap_or_default().chars().take(500).collect();
        call.progress.step(percent(said.progress, said.total), message);
    }

    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.tools_unknown();
    }
}

/// Counts a question that is open.
struct Asking<'a>(&'a AtomicUsize);

impl<'a> Asking<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(count)
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// From 0 to 100, where the server says how much there is in all.
fn percent(done: f64, total: Option<f64>) -> Option<u8> {
    let share = (100.0 * done / total.filter(|total| *total > 0.0)?).clamp(0.0, 100.0);
    // Between 0 and 100, and NaN becomes 0.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 100")]
    Some(share as u8)
}

/// The address of a folder.
fn file_uri(path: &str) -> String {
    use std::fmt::Write as _;

    path.bytes().fold("file://".to_owned(), |mut uri, byte| {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(uri, "%{byte:02X}");
        }
        uri
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_in_percent_where_the_whole_is_known() {
        assert_eq!(percent(1.0, Some(4.0)), Some(25));
        assert_eq!(percent(9.0, Some(4.0)), Some(100));
        assert_eq!(percent(-1.0, Some(4.0)), Some(0));
        assert_eq!((percent(1.0, None), percent(1.0, Some(0.0)), percent(1.0, Some(f64::NAN))), (None, None, None));
    }

    #[test]
    fn a_folder_has_an_address_without_special_characters() {
        assert_eq!(file_uri("/home/ada/my projects/é#1"), "file:///home/ada/my%20projects/%C3%A9%231");
    }
}
