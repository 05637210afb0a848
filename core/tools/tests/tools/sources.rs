//! Tools that a toolbox is given.

use std::sync::Arc;

use async_trait::async_trait;
use atelier_tools::{
    Approval, Category, Content, Done, FailureCode, Mode, Outcome, Preview, PreviewKind, Request, SourcePlan,
    ToolFailure, ToolSource, ToolSpec, Toolbox, progress_channel,
};
use atelier_workspace::Folder;
use serde_json::json;
use tokio_util::sync::CancellationToken;

/// Offers tools that say who they are. `waits` runs until it is stopped, `panics` does, `long` answers at length.
struct Named(&'static str, &'static [&'static str]);

#[async_trait]
impl ToolSource for Named {
    async fn specs(&self, _: Mode) -> Vec<ToolSpec> {
        let spec = |name: &&str| ToolSpec {
            name: (*name).to_owned(),
            category: Category::Custom,
            description: format!("From {}", self.0),
            input_schema: json!({"type": "object"}),
            params: String::new(),
            read_only: false,
        };
        self.1.iter().map(spec).collect()
    }

    async fn prepare(&self, _: Mode, call: &Request) -> Option<Result<SourcePlan, ToolFailure>> {
        let name = self.1.iter().find(|name| **name == call.name)?;
        let preview = Preview::new(PreviewKind::Sentence, format!("Ask {}", self.0));
        let me = self.0;
        Some(Ok(SourcePlan::new(
            Approval::Ask { dangerous: false, preview },
            false,
            async move |control| match *name {
                "waits" => {
                    control.stop.cancelled().await;
                    Err(ToolFailure::new(FailureCode::Cancelled, "Stopped."))
                }
                "panics" => panic!("a defect"),
                "long" => Ok(Done::text("line\n".repeat(100_000))),
                "rows" => Ok(Done { content: Content::Structured(json!({"me": me})), ..Done::text("") }),
                _ => Ok(Done::text(me)),
            },
        )))
    }
}

fn toolbox() -> (tempfile::TempDir, Toolbox) {
    let folder = tempfile::tempdir().unwrap();
    let toolbox = Toolbox::new(Folder::open(folder.path()).unwrap(), folder.path().join("outputs"));
    let sources: [Arc<dyn ToolSource>; 2] = [
        Arc::new(Named("first", &["read_file", "both", "long", "rows"])),
        Arc::new(Named("second", &["both", "waits", "panics"])),
    ];
    (folder, toolbox.with_sources(sources))
}

async fn run(toolbox: &Toolbox, name: &str, stop: CancellationToken) -> Outcome {
    let call = Request { name: name.to_owned(), arguments: json!({}) };
    let prepared = toolbox.prepare(Mode::Build, call).await.unwrap();
    assert!(matches!(prepared.needs(), Approval::Ask { dangerous: false, .. }) && !prepared.read_only());
    let (sink, _stream) = progress_channel(1);
    prepared.run(sink, stop).await
}

fn content(outcome: Outcome) -> String {
    match outcome {
        Outcome::Success { content, .. } => content,
        Outcome::Failure(failure) => panic!("{failure}"),
    }
}

#[tokio::test]
async fn built_in_tools_come_first_and_then_the_first_source() {
    let (_folder, toolbox) = toolbox();
    let specs = toolbox.specs(Mode::Build).await;
    let from: Vec<_> = specs
        .iter()
        .filter(|spec| spec.description.starts_with("From "))
        .map(|spec| (&*spec.name, &*spec.description))
        .collect();
    let (first, second) = ("From first", "From second");
    assert_eq!(from, [("both", first), ("long", first), ("rows", first), ("waits", second), ("panics", second)]);
    assert_eq!(content(run(&toolbox, "both", CancellationToken::new()).await), "first");
    assert_eq!(content(run(&toolbox, "rows", CancellationToken::new()).await), "format: toon\nme: first");
    let call = Request { name: "read_file".to_owned(), arguments: json!({}) };
    assert!(toolbox.prepare(Mode::Build, call).await.unwrap_err().message.contains("`path` is missing"));
}

#[tokio::test]
async fn a_tool_that_nobody_has_is_answered_with_the_categories_of_all_there_are() {
    let (_folder, toolbox) = toolbox();
    let call = Request { name: "nobodys".to_owned(), arguments: json!({}) };
    let failure = toolbox.prepare(Mode::Build, call).await.unwrap_err();
    assert_eq!(failure.code, FailureCode::InvalidToolCall);
    assert!(failure.message.contains("custom,Other tools,6"), "{failure}");
}

#[tokio::test]
async fn long_answers_can_be_read_on() {
    let (_folder, toolbox) = toolbox();
    let shown = content(run(&toolbox, "long", CancellationToken::new()).await);
    assert!(shown.len() < 50_000 && shown.contains("`tool-output:1`"));
    let arguments = json!({"path": "tool-output:1", "offset": 99_999});
    let call = Request { name: "read_file".to_owned(), arguments };
    let (sink, _stream) = progress_channel(1);
    let read = toolbox.prepare(Mode::Build, call).await.unwrap().run(sink, CancellationToken::new()).await;
    assert!(content(read).starts_with("line\nline\n"));
}

#[tokio::test]
async fn a_source_is_stopped_and_its_defects_are_only_its_own() {
    let (_folder, toolbox) = toolbox();
    for (tool, stopped, code) in [
        ("both", true, FailureCode::Cancelled),
        ("waits", true, FailureCode::Cancelled),
        ("panics", false, FailureCode::Internal),
    ] {
        let stop = CancellationToken::new();
        if stopped {
            stop.cancel();
        }
        match run(&toolbox, tool, stop).await {
            Outcome::Failure(failure) => assert_eq!(failure.code, code, "{tool}"),
            Outcome::Success { .. } => panic!("{tool} succeeded"),
        }
    }
    let stop = CancellationToken::new();
    let (running, ()) = tokio::join!(run(&toolbox, "waits", stop.clone()), async {
        tokio::task::yield_now().await;
        stop.cancel();
    });
    assert!(matches!(running, Outcome::Failure(failure) if failure.code == FailureCode::Cancelled));
}
