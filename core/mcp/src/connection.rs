//! A connection to a server: requests out, answers in, each within its time.

use std::{error::Error, io, sync::Arc, time::Duration};

use atelier_protocol::Json;
use atelier_tools::Asker;
use rmcp::{
    RoleClient, ServiceExt as _,
    model::{
        CallToolRequest, CallToolRequestParams, ClientRequest, CustomRequest, ErrorCode, GetPromptRequest,
        GetPromptRequestParams, JsonObject, ListPromptsRequest, ListResourcesRequest, ListToolsRequest,
        PaginatedRequestParams, ReadResourceRequest, ReadResourceRequestParams,
    },
    service::{PeerRequestOptions, RunningService, ServiceError},
    transport::Transport,
};
use tokio::io::BufReader;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::{
    McpError, ToolsFormat,
    handler::Handler,
    lines::Lines,
    listing::{self, MAX_TOOLS, ToolInfo},
    process::{Process, Program},
};

/// How long a server may take to start: a package runner may have to fetch it first.
const START_LIMIT: Duration = Duration::from_mins(1);

/// How long a call may take without a sign that the server works on it, and in all.
const CALL_LIMIT: Duration = Duration::from_secs(30);
const WHOLE_CALL_LIMIT: Duration = Duration::from_mins(10);

/// How long a server of the contract's own kind has to answer that it will end.
const GOODBYE: Duration = Duration::from_millis(500);

/// Most pages of a list that are read.
const MAX_PAGES: usize = 100;

/// The longest text of a server's own in a message, in characters.
const MAX_WORDS: usize = 2000;

/// A connection to a server that has greeted us.
pub(crate) struct Connection {
    server: String,
    handler: Handler,
    service: Mutex<RunningService<RoleClient, Handler>>,
    peer: rmcp::Peer<RoleClient>,
    process: Option<Process>,
    has: Has,
    /// Whether it needs no telling that it ends: closing its input says so.
    said_goodbye: bool,
}

/// What a server says it has.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Has {
    pub(crate) resources: bool,
    pub(crate) prompts: bool,
}

/// What a call is done with.
#[derive(Clone)]
pub(crate) struct During {
    pub(crate) stop: CancellationToken,
    pub(crate) progress: atelier_tools::ProgressSink,
    pub(crate) asker: Option<Arc<dyn Asker>>,
}

impl During {
    /// For what nobody follows.
    pub(crate) fn quiet(stop: CancellationToken) -> Self {
        Self { stop, progress: atelier_tools::progress_channel(1).0, asker: None }
    }
}

impl Connection {
    /// Starts a program and greets it.
    pub(crate) async fn start(program: Program, handler: Handler, format: ToolsFormat) -> Result<Self, McpError> {
        let server = program.server.clone();
        let not_started = |reason: String| McpError::NotStarted { server: server.clone(), reason };
        let started = tokio::task::spawn_blocking({
            let runtime = tokio::runtime::Handle::current();
            move || {
                let _runtime = runtime.enter();
                Process::start(program)
            }
        });
        let started = started.await.map_err(|_| not_started("its process could not be made".to_owned()))?;
        let (process, input, output) = started.map_err(|error| not_started(error.to_string()))?;
        let lines = Lines::new(BufReader::with_capacity(64 << 10, output), input);
        let (error, process) = match Self::greet(&server, handler, lines, Some(process)).await {
            Ok(connection) => return Ok(Self { said_goodbye: format == ToolsFormat::Json, ..connection }),
            Err(failed) => failed,
        };
        if let Some(process) = &process {
            process.end().await;
            process.heard().await;
        }
        let last = process.as_ref().and_then(Process::last_words);
        Err(match (error, last) {
            (McpError::NotStarted { server, reason }, Some(words)) => {
                McpError::NotStarted { server, reason: format!("{reason}; it said: {}", bounded(&words)) }
            }
            (error, _) => error,
        })
    }

    /// Greets the server behind a transport.
    pub(crate) async fn greet<T: Transport<RoleClient> + 'static>(
        server: &str,
        handler: Handler,
        transport: T,
        process: Option<Process>,
    ) -> Result<Self, (McpError, Option<Process>)> {
        let not_started = |reason| McpError::NotStarted { server: server.to_owned(), reason };
        let service = match tokio::time::timeout(START_LIMIT, handler.clone().serve(transport)).await {
            Ok(Ok(service)) => service,
            Ok(Err(error)) if error.is_authorization_required() || error.auth_challenge().is_some() => {
                let challenge = error.auth_challenge().unwrap_or_default().to_owned();
                return Err((McpError::LoginNeeded { server: server.to_owned(), challenge }, process));
            }
            Ok(Err(error)) => return Err((not_started(greeting_failed(&error)), process)),
            Err(_) => {
                let reason = format!("it does not answer within {} seconds", START_LIMIT.as_secs());
                return Err((not_started(reason), process));
            }
        };
        let info = service.peer().peer_info();
        let has = info.map_or_else(Has::default, |info| {
            let says = serde_json::to_value(&info.capabilities).unwrap_or_default();
            Has { resources: says.get("resources").is_some(), prompts: says.get("prompts").is_some() }
        });
        let peer = service.peer().clone();
        Ok(Self {
            server: server.to_owned(),
            handler,
            service: Mutex::new(service),
            peer,
            process,
            has,
            said_goodbye: true,
        })
    }

    /// Whether it is of no more use.
    pub(crate) fn is_gone(&self) -> bool {
        self.peer.is_transport_closed() || self.process.as_ref().is_some_and(|process| process.gone().is_cancelled())
    }

    /// Cancelled when nothing is left of the process, where there is one.
    pub(crate) fn process_gone(&self) -> Option<CancellationToken> {
        self.process.as_ref().map(|process| process.gone().clone())
    }

    pub(crate) fn has(&self) -> Has {
        self.has
    }

    /// Whether the list of tools has changed since it was read last.
    pub(crate) fn tools_changed(&self) -> bool {
        self.handler.tools_changed()
    }

    /// The same, and it counts as read from now on.
    pub(crate) fn take_tools_changed(&self) -> bool {
        self.handler.take_tools_changed()
    }

    /// All tools of the server.
    pub(crate) async fn tools(&self) -> Result<Vec<ToolInfo>, McpError> {
        let mut tools = Vec::new();
        let read = self.pages(
            |params| ClientRequest::ListToolsRequest(ListToolsRequest::with_param(params)),
            |page| {
                tools.extend(listing::tools(page).map_err(|what| self.nonsense(&what))?);
                Ok(tools.len() < MAX_TOOLS)
            },
        );
        if let Err(error) = read.await {
            self.handler.tools_unknown();
            return Err(error);
        }
        tools.truncate(MAX_TOOLS);
        Ok(tools)
    }

    /// All resources, as the server describes them.
    pub(crate) async fn resources(&self) -> Result<Vec<Json>, McpError> {
        let request = |params| ClientRequest::ListResourcesRequest(ListResourcesRequest::with_param(params));
        self.list("resources", request).await
    }

    /// All prompts, as the server describes them.
    pub(crate) async fn prompts(&self) -> Result<Vec<Json>, McpError> {
        let request = |params| ClientRequest::ListPromptsRequest(ListPromptsRequest::with_param(params));
        self.list("prompts", request).await
    }

    pub(crate) async fn call(&self, tool: &str, arguments: JsonObject, during: During) -> Result<Json, McpError> {
        let params = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        self.request(ClientRequest::CallToolRequest(CallToolRequest::new(params)), during).await
    }

    pub(crate) async fn resource(&self, uri: &str, during: During) -> Result<Json, McpError> {
        let request = ReadResourceRequest::new(ReadResourceRequestParams::new(uri));
        self.request(ClientRequest::ReadResourceRequest(request), during).await
    }

    pub(crate) async fn prompt(&self, name: &str, arguments: JsonObject) -> Result<Json, McpError> {
        let params = GetPromptRequestParams::new(name).with_arguments(arguments);
        let request = ClientRequest::GetPromptRequest(GetPromptRequest::new(params));
        self.request(request, During::quiet(CancellationToken::new())).await
    }

    /// Ends it: a server that was started is gone when this returns, five seconds later at most.
    pub(crate) async fn close(&self) {
        if !self.said_goodbye && !self.is_gone() {
            let goodbye = ClientRequest::CustomRequest(CustomRequest::new("shutdown", None));
            // It need not answer.
            let _ = tokio::time::timeout(GOODBYE, self.peer.send_request(goodbye)).await;
        }
        // Closes the server's input, as soon as no answer of ours is on its way any more.
        let closed = async {
            if let Err(error) = self.service.lock().await.close().await {
                tracing::warn!(server = self.server, %error, "a connection broke off while it was closed");
            }
        };
        match &self.process {
            Some(process) => drop(tokio::join!(closed, process.end())),
            None => closed.await,
        }
    }

    async fn list(
        &self,
        of: &str,
        request: impl Fn(PaginatedRequestParams) -> ClientRequest,
    ) -> Result<Vec<Json>, McpError> {
        let mut all = Vec::new();
        let read = self.pages(request, |page| {
            let items = page[of].as_array().ok_or_else(|| self.nonsense(&format!("no list of {of}")))?;
            all.extend(items.iter().cloned());
            Ok(all.len() < MAX_TOOLS)
        });
        read.await?;
        all.truncate(MAX_TOOLS);
        Ok(all)
    }

    /// Reads a list page by page, as long as `take` wants more.
    async fn pages(
        &self,
        request: impl Fn(PaginatedRequestParams) -> ClientRequest,
        mut take: impl FnMut(&Json) -> Result<bool, McpError>,
    ) -> Result<(), McpError> {
        let mut cursor = None;
        for _ in 0..MAX_PAGES {
            let params = PaginatedRequestParams::default().with_cursor(cursor.take());
            let page = self.request(request(params), During::quiet(CancellationToken::new())).await?;
            cursor = page["nextCursor"].as_str().filter(|cursor| !cursor.is_empty()).map(str::to_owned);
            if !take(&page)? || cursor.is_none() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Sends a request and waits for its answer. Stopped or too slow, the server is told.
    async fn request(&self, request: ClientRequest, during: During) -> Result<Json, McpError> {
        let options = PeerRequestOptions::no_options();
        let sent = self.peer.send_cancellable_request(request, options).await;
        let mut handle = sent.map_err(|error| self.told(error))?;
        let listening = self.handler.listen(handle.progress_token.clone(), during.progress, during.asker);
        let mut whole = tokio::time::Instant::now() + WHOLE_CALL_LIMIT;
        let error = loop {
            tokio::select! {
                biased;
                answer = &mut handle.rx => {
                    let answer = answer.unwrap_or(Err(ServiceError::TransportClosed));
                    if let (Err(ServiceError::TransportClosed), Some(process)) = (&answer, &self.process) {
                        process.heard().await;
                    }
                    let answer = answer.map_err(|error| self.told(error))?;
                    return serde_json::to_value(answer).map_err(|_| self.nonsense("an answer that can't be read"));
                }
                () = during.stop.cancelled() => break McpError::Stopped,
                () = listening.alive.notified() => {}
                () = tokio::time::sleep_until(whole.min(tokio::time::Instant::now() + CALL_LIMIT)) => {
                    // The user may take as long as they like.
                    if self.handler.is_asking() {
                        whole = whole.max(tokio::time::Instant::now() + CALL_LIMIT);
                        continue;
                    }
                    let limit = if tokio::time::Instant::now() < whole { CALL_LIMIT } else { WHOLE_CALL_LIMIT };
                    break McpError::TimedOut { server: self.server.clone(), seconds: limit.as_secs() };
                }
            }
        };
        let reason = if matches!(error, McpError::Stopped) { "stopped by the user" } else { "too slow" };
        // Whether it can be told or not, nobody waits any more.
        let _ = handle.cancel(Some(reason.to_owned())).await;
        Err(error)
    }

    fn told(&self, error: ServiceError) -> McpError {
        match error {
            ServiceError::McpError(data) if data.code == ErrorCode::PARSE_ERROR => {
                self.nonsense(&bounded(&data.message))
            }
            ServiceError::McpError(data) => McpError::Refused {
                server: self.server.clone(),
                message: bounded(&data.message),
                arguments: data.code == ErrorCode::INVALID_PARAMS,
            },
            ServiceError::UnexpectedResponse => self.nonsense("an answer to another question"),
            ServiceError::TransportSend(error) => match crate::http::challenge(&error) {
                Some(challenge) => McpError::LoginNeeded { server: self.server.clone(), challenge },
                None => self.gone(),
            },
            _ => self.gone(),
        }
    }

    pub(crate) fn gone(&self) -> McpError {
        let last = self.process.as_ref().and_then(Process::last_words);
        let said = last.map(|words| format!(" (it said: {})", bounded(&words))).unwrap_or_default();
        McpError::Gone { server: self.server.clone(), said }
    }

    pub(crate) fn nonsense(&self, what: &str) -> McpError {
        McpError::Nonsense { server: self.server.clone(), what: what.to_owned() }
    }
}

/// Why a greeting failed, without what was sent.
fn greeting_failed(error: &rmcp::service::ClientInitializeError) -> String {
    use rmcp::service::ClientInitializeError as E;
    let ended = "it ended before it greeted us";
    match error {
        E::ConnectionClosed(_) => ended.to_owned(),
        // It ended before we had written to it.
        E::TransportError { error, .. } if is_broken_pipe(error.error.as_ref()) => ended.to_owned(),
        E::JsonRpcError(data) => format!("it refuses ({})", bounded(&data.message)),
        E::TransportError { error, .. } => format!("it can't be reached ({})", crate::http::reason(error)),
        _ => "it does not greet as an MCP server does".to_owned(),
    }
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// A server's own words, short and on one line.
fn bounded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(MAX_WORDS).collect()
}
