//! The server's own paths, by which another process scripts it.

use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::{Recorded, Reply, record::State};

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Script {
    replies: Vec<Reply>,
    default: Option<Reply>,
    models: Option<Models>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Models {
    ids: Vec<String>,
    page: usize,
}

/// Whether a path is the server's own.
pub(crate) fn is_control(path: &str) -> bool {
    path.starts_with("/_")
}

/// Carries out what a request to one of the server's own paths wants.
pub(crate) fn answer(request: Recorded, state: &State) -> Reply {
    match (request.method.as_str(), request.path.as_str()) {
        ("POST", "/_script") => match Script::deserialize(request.body) {
            Ok(script) => {
                state.enqueue(script.replies);
                script.default.into_iter().for_each(|reply| state.set_default(reply));
                script.models.into_iter().for_each(|models| state.set_models(models.ids, models.page));
                ok()
            }
            Err(error) => Reply::body(400, "text/plain", &format!("{error}\n")),
        },
        ("GET", "/_requests") => match serde_json::to_string(&state.requests()) {
            Ok(requests) => Reply::body(200, "application/json", &requests),
            Err(error) => Reply::body(500, "text/plain", &format!("{error}\n")),
        },
        ("POST", "/_release") => {
            state.releases.add_permits(1);
            ok()
        }
        ("POST", "/_reset") => {
            state.reset();
            ok()
        }
        _ => Reply::body(404, "text/plain", "no such path\n"),
    }
}

fn ok() -> Reply {
    let body: Json = json!({"ok": true});
    Reply::body(200, "application/json", &body.to_string())
}
