//! What the user has allowed, forbidden or wants to be asked about once and for all.

mod command;
mod narrowest;
mod pattern;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use atelier_protocol::{Json, Rule, RuleEffect};
use atelier_tools::Hidden;

use self::command::Simple;
pub(crate) use self::narrowest::narrowest;
pub use self::pattern::InvalidRule;
use self::pattern::{Covers, Pattern};

/// Where the rules come from that hold for the work in a folder.
pub trait RuleSource: Send + Sync {
    /// The rules as they are now. Asked before every call, on a thread that may block. An error is a sentence for the
    /// user and the model; nothing is run then, for nobody knows what is forbidden.
    fn rules(&self, project: &str) -> Result<Rules, String>;
}

/// What holds for the work in a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// The rules, in any order.
    pub rules: Vec<Rule>,
    /// Whether the mode that asks for nothing may be used. Where it may not, it is the default mode.
    pub bypass: bool,
}

/// There are none.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoRules;

impl RuleSource for NoRules {
    fn rules(&self, _: &str) -> Result<Rules, String> {
        Ok(Rules::default())
    }
}

/// Whether a rule can be followed. One that can't must not be kept.
pub fn check_rule(rule: &Rule) -> Result<(), InvalidRule> {
    Pattern::of(rule).map(drop)
}

/// What a call does, as far as rules can speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Commands; none where it is not known which.
    Command(Option<Vec<Simple>>),
    /// Paths of the project, as they are without links.
    Paths(Vec<String>),
    /// A host on the web; none where it is not known which.
    Host(Option<String>),
    /// Nothing that a rule could tell from other calls of the tool.
    Other,
}

impl Subject {
    /// `paths`: what the call names or touches.
    pub(crate) fn of(tool: &str, params: &Json, paths: Vec<String>) -> Self {
        match tool {
            "shell_exec" | "shell_background" => Self::Command(params["command"].as_str().and_then(command::parse)),
            "fetch_url" => Self::Host(params["url"].as_str().and_then(host_of)),
            _ if paths.is_empty() => Self::Other,
            _ => Self::Paths(paths),
        }
    }
}

/// The host of an address that is written so plainly that nobody can read another one in it.
fn host_of(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let whole = !host.is_empty() && host.chars().all(plain) && port.chars().all(|c| c.is_ascii_digit());
    whole.then(|| host.trim_end_matches('.').to_ascii_lowercase())
}

/// What the rules say about a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ruling {
    /// This rule forbids it.
    Denied(Rule),
    Ask,
    Allowed,
    /// Nothing.
    Silent,
}

/// The strictest that any rule says; allowed is only what is allowed in each of its parts. Rules that can't be read are
/// passed over: none is kept that can't be.
pub(crate) fn ruling(rules: &[Rule], tool: &str, subject: &Subject) -> Ruling {
    let of_tool = |effect: RuleEffect| {
        let read = rules.iter().filter(move |rule| rule.effect == effect);
        read.filter_map(|rule| Some((rule, Pattern::of(rule).ok()?))).filter(|(_, pattern)| pattern.covers_tool(tool))
    };
    let mut ask = false;
    for (rule, pattern) in of_tool(RuleEffect::Deny) {
        match pattern.covers_some(subject) {
            Covers::Yes => return Ruling::Denied(rule.clone()),
            Covers::Perhaps => ask = true,
            Covers::No => {}
        }
    }
    if ask || of_tool(RuleEffect::Ask).any(|(_, pattern)| pattern.covers_some(subject) != Covers::No) {
        return Ruling::Ask;
    }
    let allowing: Vec<_> = of_tool(RuleEffect::Allow).map(|(_, pattern)| pattern).collect();
    if allows_all(&allowing, subject) { Ruling::Allowed } else { Ruling::Silent }
}

/// What must not be found by looking through many files, because it must not be read.
pub(crate) fn hidden(rules: &[Rule]) -> Hidden {
    let denied = rules.iter().filter(|rule| rule.effect == RuleEffect::Deny);
    let patterns: Vec<_> =
        denied.filter_map(|rule| Pattern::of(rule).ok()).filter(|pattern| pattern.covers_tool("read_file")).collect();
    Arc::new(move |path| patterns.iter().any(|pattern| pattern.covers_path(&path.to_string())))
}

fn allows_all(allowing: &[Pattern], subject: &Subject) -> bool {
    if allowing.iter().any(Pattern::is_whole) {
        return true;
    }
    let any = |covers: &dyn Fn(&Pattern) -> bool| allowing.iter().any(covers);
    match subject {
        Subject::Command(Some(simples)) => simples.iter().all(|simple| any(&|rule| rule.covers_command(simple))),
        Subject::Paths(paths) => !paths.is_empty() && paths.iter().all(|path| any(&|rule| rule.covers_path(path))),
        Subject::Host(Some(host)) => any(&|rule| rule.covers_host(host)),
        Subject::Command(None) | Subject::Host(None) | Subject::Other => false,
    }
}
