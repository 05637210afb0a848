//! The program, driven as a test in another language drives it: a pipe, and HTTP written by hand.

#![expect(clippy::unwrap_used, reason = "an assumption that fails is a test that fails")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, ChildStdin, Command, Stdio},
};

use serde_json::{Value as Json, json};

struct Server {
    child: Child,
    stdin: Option<ChildStdin>,
    address: String,
}

impl Server {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_fake-model-server"))
            .arg("--exit-with-stdin")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap().to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{address}");
        Self { stdin: child.stdin.take(), child, address }
    }

    /// Sends a request and leaves its answer to be read.
    fn send(&self, method: &str, path: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-api-key: k\r\nanthropic-version: 1\r\n"
        );
        write!(stream, "{head}content-length: {length}\r\n\r\n{body}").unwrap();
        stream
    }

    /// Status line and everything else of an answer.
    fn ask(&self, method: &str, path: &str, body: &Json) -> (String, String) {
        let mut answer = String::new();
        self.send(method, path, &body.to_string()).read_to_string(&mut answer).unwrap();
        let (status, rest) = answer.split_once("\r\n").unwrap();
        (status.to_owned(), rest.to_owned())
    }

    fn script(&self, script: &Json) {
        assert_eq!(self.ask("POST", "/_script", script).0, "HTTP/1.1 200 OK");
    }

    fn requests(&self) -> Json {
        let (_, rest) = self.ask("GET", "/_requests", &Json::Null);
        serde_json::from_str(rest.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// Closes its standard input and waits for its end.
    fn finish(mut self) -> bool {
        drop(self.stdin.take());
        self.child.wait().unwrap().success()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn prompt() -> Json {
    json!({"model": "m1", "stream": true, "messages": [{"role": "user", "content": "Hi"}]})
}

#[test]
fn it_ends_with_its_standard_input() {
    assert!(Server::start().finish());
}

#[test]
fn it_answers_the_default_the_queue_and_then_the_default_again_and_records_all() {
    let server = Server::start();
    let (status, answer) = server.ask("POST", "/v1/messages", &prompt());
    assert_eq!(status, "HTTP/1.1 200 OK");
    assert!(answer.contains("content-type: text/event-stream\r\n"), "{answer}");
    assert!(answer.contains(r#""model":"m1""#) && answer.ends_with("0\r\n\r\n"), "{answer}");
    server.script(&json!({
        "replies": [{"status": 429, "headers": {"retry-after": "3"}, "body": "{}"}],
        "default": {"steps": ["start", {"text": ["a"]}, {"stop": "refusal"}]},
    }));
    let (status, answer) = server.ask("POST", "/v1/messages", &prompt());
    assert_eq!(status, "HTTP/1.1 429 Too Many Requests");
    assert!(answer.contains("retry-after: 3\r\n") && answer.ends_with("\r\n\r\n{}"), "{answer}");
    let (_, answer) = server.ask("POST", "/v1/messages", &prompt());
    assert!(answer.contains(r#""text":"a""#) && answer.contains(r#""stop_reason":"refusal""#), "{answer}");
    assert_eq!(server.ask("POST", "/elsewhere", &Json::Null).0, "HTTP/1.1 404 Not Found");

    let requests = server.requests();
    let paths: Vec<_> = requests.as_array().unwrap().iter().map(|request| &request["path"]).collect();
    assert_eq!(paths, ["/v1/messages", "/v1/messages", "/v1/messages", "/elsewhere"]);
    assert_eq!(requests[0]["headers"]["x-api-key"], "k");
    assert_eq!(requests[0]["body"], prompt());
    assert_eq!(requests[0]["ending"], "complete");
    server.ask("POST", "/_reset", &Json::Null);
    assert_eq!(server.requests(), json!([]));
}

#[test]
fn every_step_of_the_documentation_is_understood() {
    let server = Server::start();
    server.script(&json!({"replies": [{"pace_ms": 1, "split": 0, "held": false, "cut_after": null, "steps": [
        "start",
        {"text": ["Hel", "lo"]},
        {"thinking": [["Hm", "m"], "signature"]},
        {"redacted_thinking": "data"},
        {"tool_use": ["id", "name", ["{\"a\":", "1}"]]},
        {"deltas": {"count": 3, "text": "word {n} "}},
        {"event": ["name", {"x": 1}]},
        {"raw": "data: {\n\n"},
        {"bytes": [65, 66]},
        {"pause_ms": 1},
        {"stop": "end_turn"},
    ]}]}));
    let (_, answer) = server.ask("POST", "/v1/messages", &prompt());
    for part in [
        "event: message_start\n",
        "event: ping\n",
        r#""text":"Hel""#,
        r#""thinking":"Hm""#,
        r#""signature":"signature""#,
        r#""data":"data""#,
        r#""partial_json":"1}""#,
        r#""text":"word 3 ""#,
        "event: name\ndata: {\"x\":1}\n\n",
        "data: {\n\n",
        "AB",
        r#""output_tokens":10"#,
        r#"{"type":"content_block_stop","index":4}"#,
        "event: message_stop\n",
    ] {
        assert!(answer.contains(part), "{part}: {answer}");
    }
}

#[test]
fn the_same_steps_are_told_in_the_format_of_the_path() {
    let server = Server::start();
    server.script(&json!({"default": {"steps": [
        "start",
        {"thinking": [["Hm", "m"], "signed"]},
        {"text": ["Hel", "lo"]},
        {"thinking": [["So"], "again"]},
        {"tool_use": ["id", "name", ["{\"a\":", "1}"]]},
        {"tool_use": ["", "other", []]},
        {"deltas": {"count": 3, "text": "word {n} "}},
        {"stop": "max_tokens"},
    ]}}));
    let (_, answer) = server.ask("POST", "/v1beta/models/m2:streamGenerateContent?alt=sse", &Json::Null);
    let mut last = 0;
    for part in [
        r#""promptTokenCount":20,"#,
        r#""modelVersion":"m2""#,
        r#"{"parts":[{"text":"m","thought":true}],"role":"model"}"#,
        r#"{"text":"lo"}"#,
        r#"{"text":"","thoughtSignature":"signed"}"#,
        r#"{"functionCall":{"name":"name","args":{"a":1},"id":"id"},"thoughtSignature":"again"}"#,
        r#"{"functionCall":{"name":"other","args":{}}}"#,
        r#"{"text":"word 3 "}"#,
        r#""finishReason":"MAX_TOKENS""#,
        r#""candidatesTokenCount":7,"thoughtsTokenCount":3,"#,
    ] {
        let found = answer[last..].find(part);
        assert!(found.is_some(), "{part}: {answer}");
        last += found.unwrap_or_default();
    }
    assert!(!answer.contains("event:"), "{answer}");
}

#[test]
fn models_are_listed_page_by_page_as_each_vendor_does() {
    let server = Server::start();
    server.script(&json!({"models": {"ids": ["a", "b", "c"], "page": 2}}));
    let page = |path: &str| {
        let (_, rest) = server.ask("GET", path, &Json::Null);
        serde_json::from_str::<Json>(rest.split_once("\r\n\r\n").unwrap().1).unwrap()
    };
    let (first, second) = (page("/v1beta/models?pageSize=9"), page("/v1beta/models?pageSize=9&pageToken=b"));
    assert_eq!((&first["models"][1]["name"], &first["nextPageToken"]), (&json!("models/b"), &json!("b")));
    assert_eq!((&second["models"][0]["name"], &second["nextPageToken"]), (&json!("models/c"), &Json::Null));
    let (first, second) = (page("/v1/models"), page("/v1/models?after_id=b"));
    assert_eq!(
        (&first["data"][0]["id"], &first["last_id"], &first["has_more"]),
        (&json!("a"), &json!("b"), &json!(true))
    );
    assert_eq!((&second["data"][0]["id"], &second["has_more"]), (&json!("c"), &json!(false)));
    server.script(&json!({"replies": [{"steps": []}, {"status": 401, "body": "{}"}]}));
    assert_eq!(page("/v1/models")["first_id"], "a", "a stream in the queue is not for a list");
    server.ask("POST", "/v1/messages", &prompt());
    assert_eq!(server.ask("GET", "/v1/models", &Json::Null).0, "HTTP/1.1 401 Unauthorized");
}

#[test]
fn a_script_that_it_does_not_understand_is_refused() {
    let server = Server::start();
    for script in [json!({"reply": []}), json!({"replies": [{"stat": 1}]}), json!({"replies": [{"steps": ["begin"]}]})]
    {
        assert_eq!(server.ask("POST", "/_script", &script).0, "HTTP/1.1 400 Bad Request", "{script}");
    }
}

#[test]
fn cuts_fall_on_the_byte_and_are_recorded() {
    let server = Server::start();
    for (reply, body) in [
        (json!({"steps": [{"raw": "abcdef"}], "cut_after": 4}), "4\r\nabcd\r\n"),
        (json!({"steps": [{"raw": "abcdef"}, "close"]}), "6\r\nabcdef\r\n"),
        (json!({"steps": [{"raw": "abé"}], "split": 3}), "3\r\nab\u{c3}\r\n"),
    ] {
        server.script(&json!({"replies": [reply]}));
        let mut answer = Vec::new();
        server.send("POST", "/v1/messages", r#"{"stream":true}"#).read_to_end(&mut answer).unwrap();
        let answer: String = answer.into_iter().map(char::from).collect();
        assert!(answer.split_once("\r\n\r\n").unwrap().1.starts_with(body), "{answer}");
    }
    let endings: Vec<_> = server.requests().as_array().unwrap().iter().map(|it| it["ending"].clone()).collect();
    assert_eq!(endings, ["cut", "cut", "complete"]);
}

#[test]
fn a_stalled_answer_waits_for_its_release_and_a_client_that_leaves_is_recorded() {
    let server = Server::start();
    let stalling = json!({"steps": [{"raw": "before"}, "stall", {"raw": "after"}]});
    server.script(&json!({"default": stalling}));
    let mut stream = server.send("POST", "/v1/messages", r#"{"stream":true}"#);
    let mut seen = Vec::new();
    while !seen.ends_with(b"before\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        seen.extend(byte);
    }
    assert_eq!(server.requests()[0]["ending"], Json::Null);
    server.ask("POST", "/_release", &Json::Null);
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "5\r\nafter\r\n0\r\n\r\n");

    drop(server.send("POST", "/v1/messages", r#"{"stream":true}"#));
    let ending = loop {
        // Each look is a request of its own, so this waits on the server and not on the clock.
        let ending = server.requests()[1]["ending"].clone();
        if !ending.is_null() {
            break ending;
        }
    };
    assert!(ending["client_closed"]["after_ms"].is_u64(), "{ending}");
}

/// An answer with one of everything that both of OpenAI's formats know.
fn rich() -> Json {
    json!({"replies": [{"steps": [
        "start",
        {"thinking": [["Hm", "m"], "secret"]},
        {"text": ["Hel", "lo"]},
        {"tool_use": ["call_1", "read", ["{\"a\":", "1}"]]},
        {"stop": "tool_use"},
    ]}]})
}

#[test]
fn it_speaks_openais_responses() {
    let server = Server::start();
    server.script(&rich());
    let (_, answer) = server.ask("POST", "/v1/responses", &prompt());
    for part in [
        "event: response.created\n",
        r#""model":"m1""#,
        "event: response.reasoning_summary_text.delta\n",
        r#""delta":"Hm""#,
        r#""encrypted_content":"secret""#,
        "event: response.output_text.delta\n",
        r#""delta":"Hel""#,
        r#""text":"Hello""#,
        r#""call_id":"call_1""#,
        "event: response.function_call_arguments.delta\n",
        r#""arguments":"{\"a\":1}""#,
        "event: response.completed\n",
        r#""output_tokens":6"#,
        r#""reasoning_tokens":2"#,
    ] {
        assert!(answer.contains(part), "{part}: {answer}");
    }
    server.script(&json!({"replies": [{"steps": ["start", {"stop": "max_tokens"}]}]}));
    let (_, answer) = server.ask("POST", "/v1/responses", &prompt());
    assert!(answer.contains("event: response.incomplete\n") && answer.contains("max_output_tokens"), "{answer}");
}

#[test]
fn it_speaks_chat_completions() {
    let server = Server::start();
    server.script(&rich());
    let (_, answer) = server.ask("POST", "/v1/chat/completions", &prompt());
    for part in [
        r#""object":"chat.completion.chunk""#,
        r#""delta":{"reasoning_content":"Hm"}"#,
        r#""delta":{"content":"Hel"}"#,
        r#""id":"call_1""#,
        r#""function":{"arguments":"1}"}"#,
        r#""finish_reason":"tool_calls""#,
        r#""choices":[],"usage":{"prompt_tokens":20"#,
        "data: [DONE]\n\n",
    ] {
        assert!(answer.contains(part), "{part}: {answer}");
    }
}
