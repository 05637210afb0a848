//! The history as a graph: commits, each with the lane it stands in and the lines that lead down to its parents.

mod lanes;

use std::hash::{DefaultHasher, Hasher as _};

use serde::{Deserialize, Serialize};

pub use lanes::GraphEdge;
use lanes::Lanes;

use crate::{GitError, Repository};

/// How many commits a page has at most.
const MAX_PAGE: u64 = 1_000;

/// How much of git's answer is read, in bytes.
const MAX_OUTPUT: usize = 32 << 20;

/// How much of a message is shown, in bytes.
const MAX_BODY: usize = 16 << 10;

/// Which part of the history is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GraphQuery {
    /// How many commits to a page, at most 1,000; 0 for 200.
    pub limit: u64,
    /// Where the page begins: what the page before said. None for the first.
    pub cursor: Option<GraphCursor>,
    /// Only what leads to the commit that is checked out, not all branches and tags.
    pub only_head: bool,
}

/// Where the next page begins. It holds for as long as no branch or tag moves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphCursor {
    skip: u64,
    tips: u64,
    lanes: Lanes,
}

/// A page of the history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Graph {
    /// Newest first; none before its children.
    pub rows: Vec<GraphRow>,
    /// Where the next page begins; none on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<GraphCursor>,
}

/// A commit and what is drawn beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphRow {
    /// Its whole hash.
    pub commit: String,
    /// Those of its parents.
    pub parents: Vec<String>,
    /// Who wrote it.
    pub author: String,
    /// See `author`.
    pub email: String,
    /// When, in milliseconds since 1970.
    pub date: i64,
    /// Branches and tags at it, `HEAD -> main`, `tag: v1`.
    pub refs: Vec<String>,
    /// The first line of its message.
    pub subject: String,
    /// The rest of it, at most 16 KiB; often empty.
    pub body: String,
    /// The lane it stands in, from 0.
    pub lane: usize,
    /// The lines from this row to the next one.
    pub edges: Vec<GraphEdge>,
}

impl Repository {
    /// A page of the history.
    pub fn graph(&self, query: &GraphQuery, stopped: &dyn Fn() -> bool) -> Result<Graph, GitError> {
        let tips = self.tips(query.only_head, stopped)?;
        let GraphCursor { skip, tips: known, mut lanes } = query.cursor.clone().unwrap_or_default();
        if query.cursor.is_some() && known != tips {
            return Err(GitError::HistoryMoved);
        }
        let limit = if query.limit == 0 { 200 } else { query.limit.min(MAX_PAGE) };
        let (skipped, count) = (format!("--skip={skip}"), format!("--max-count={}", limit + 1));
        let mut arguments = vec!["log", "-z", "--topo-order", "--no-show-signature", "--no-notes", "--decorate=short"];
        arguments.extend(["--format=tformat:%H%x00%P%x00%aN%x00%aE%x00%at%x00%D%x00%s%x00%b", &skipped, &count]);
        arguments.extend(if query.only_head { &[][..] } else { &["--branches", "--remotes", "--tags"] });
        arguments.extend(self.head(stopped)?.is_some().then_some("HEAD"));
        if arguments.last().is_some_and(|last| last.starts_with("--max-count")) {
            return Ok(Graph::default());
        }
        arguments.push("--");
        let ran = self.look_at_most(&arguments, MAX_OUTPUT, None, stopped)?;
        let mut rows = rows(&String::from_utf8_lossy(&ran.output)).filter(|_| !ran.cut);
        let rows = rows.as_mut().ok_or(GitError::Nonsense { what: "log" })?;
        let page = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > page;
        rows.truncate(page);
        for row in rows.iter_mut() {
            (row.lane, row.edges) = lanes.place(&row.commit, &row.parents);
        }
        let next = more.then(|| GraphCursor { skip: skip + limit, tips, lanes });
        Ok(Graph { rows: std::mem::take(rows), next })
    }

    /// A fingerprint of where all branches and tags stand.
    fn tips(&self, only_head: bool, stopped: &dyn Fn() -> bool) -> Result<u64, GitError> {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(u8::from(only_head));
        let head = self.look_at_most(&["rev-parse", "--verify", "--quiet", "HEAD"], 200, Some(1), stopped)?;
        hasher.write(&head.output);
        if !only_head {
            let arguments = ["for-each-ref", "--format=%(objectname)", "refs/heads", "refs/remotes", "refs/tags"];
            hasher.write(&self.look_at_most(&arguments, MAX_OUTPUT, None, stopped)?.output);
        }
        Ok(hasher.finish())
    }
}

fn rows(listed: &str) -> Option<Vec<GraphRow>> {
    if listed.is_empty() {
        return Some(Vec::new());
    }
    let fields: Vec<&str> = listed.strip_suffix('\0').unwrap_or(listed).split('\0').collect();
    let row = |fields: &[&str]| {
        let [commit, parents, author, email, date, refs, subject, body] = fields.try_into().ok()?;
        let list = |text: &str, by: &str| text.split(by).filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let body = body.trim_end();
        Some(GraphRow {
            commit: commit.to_owned(),
            parents: list(parents, " "),
            author: author.to_owned(),
            email: email.to_owned(),
            date: milliseconds(date)?,
            refs: list(refs, ", "),
            subject: subject.to_owned(),
            body: body[..body.floor_char_boundary(MAX_BODY)].to_owned(),
            lane: 0,
            edges: Vec::new(),
        })
    };
    fields.chunks(8).map(row).collect()
}

/// Git's seconds since 1970 as milliseconds.
pub(crate) fn milliseconds(seconds: &str) -> Option<i64> {
    seconds.trim().parse::<i64>().ok()?.checked_mul(1_000)
}
