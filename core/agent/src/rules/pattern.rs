//! What a rule is about: reading its text, and whether it covers a call.
//!
//! The names are ours or those of other agents: `Bash(git commit:*)`, `Edit(src/**)`, `Read(secret/**)`,
//! `WebFetch(domain:example.org)`, `mcp__server`, `write_file`.

use atelier_protocol::{Rule, RuleEffect};
use atelier_tools::names_of;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::{
    Subject,
    command::{self, Simple, Word},
};

/// The tools that write files, but for the one that deletes them.
const EDITS: [&str; 6] = ["write_file", "edit_file", "multi_edit", "apply_patch", "create_directory", "copy_file"];
const DELETE: &str = "delete_file";
/// The tools that look at files.
const LOOKS: [&str; 4] = ["read_file", "search_files", "glob", "list_directory"];
const COMMANDS: [&str; 2] = ["shell_exec", "shell_background"];
const FETCH: &str = "fetch_url";

/// Programs that run what they are given as arguments or input: what stands behind them is not known by their words.
const RUNNERS: [&str; 33] = [
    "bash", "sh", "zsh", "dash", "ksh", "fish", "eval", "source", ".", "exec", "command", "builtin", "env", "sudo",
    "doas", "su", "nohup", "nice", "ionice", "setsid", "stdbuf", "timeout", "time", "watch", "xargs", "parallel",
    "find", "ssh", "trap", "alias", "script", "busybox", "awk",
];

/// The longest rule, in bytes.
const MAX_RULE: usize = 1000;

/// A rule that can't be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRule {
    /// It is no tool, and no tool with something in brackets.
    #[error("“{0}” is no rule; name a tool, or a tool and what it may be used for, such as Bash(git commit:*).")]
    Form(String),
    /// Nothing can be said about this tool's use.
    #[error("“{0}” can only be allowed or denied as a whole; leave the brackets out.")]
    NotNarrowed(String),
    /// The command is none that can be compared.
    #[error("“{0}” is no plain command; write one as it is run, or its beginning with :* behind it.")]
    Command(String),
    /// The path is none.
    #[error("“{0}” is no path in a project; write one from the project's folder on, such as src/** or *.md.")]
    Path(String),
    /// The domain is none.
    #[error("“{0}” names no domain; write it as WebFetch(domain:example.org).")]
    Domain(String),
}

/// Whether a rule covers a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Covers {
    No,
    /// It can't be ruled out.
    Perhaps,
    Yes,
}

/// A rule, ready to be compared.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    tools: Tools,
    narrowed: Narrowed,
}

#[derive(Debug, Clone)]
enum Tools {
    Named(Vec<String>),
    /// All whose names begin so.
    Beginning(String),
}

#[derive(Debug, Clone)]
enum Narrowed {
    Not,
    /// Commands that begin with these words.
    Prefix(Vec<String>),
    /// This command, as it is written or by its words.
    Exact(Simple),
    Paths(GlobSet),
    Domain(String),
}

/// What can be said about a tool's use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Commands,
    Files,
    Web,
    Other,
}

impl Pattern {
    pub(crate) fn of(rule: &Rule) -> Result<Self, InvalidRule> {
        let text = rule.pattern.trim();
        let wrong = || InvalidRule::Form(text.chars().take(80).collect());
        if text.len() > MAX_RULE || text.chars().any(char::is_control) {
            return Err(wrong());
        }
        let (name, narrowed) = match text.split_once('(') {
            Some((name, rest)) => (name, Some(rest.strip_suffix(')').ok_or_else(wrong)?.trim())),
            None => (text, None),
        };
        let beginning = name.strip_suffix('*');
        let plain = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
        if name.is_empty() || !plain(beginning.unwrap_or(name)) || (beginning.is_some() && narrowed.is_some()) {
            return Err(wrong());
        }
        let (tools, kind) = tools_of(name, rule.effect);
        let narrowed = match narrowed {
            None | Some("" | "*" | ":*") => Narrowed::Not,
            Some(_) if kind == Kind::Other => return Err(InvalidRule::NotNarrowed(name.to_owned())),
            Some(command) if kind == Kind::Commands => command_pattern(command)?,
            Some(path) if kind == Kind::Files => path_pattern(path, rule.effect)?,
            Some(domain) => domain_pattern(domain)?,
        };
        Ok(Self { tools, narrowed })
    }

    /// Whether it covers all of a call: what an allowing rule must do for at least each part of it.
    pub(crate) fn covers_tool(&self, tool: &str) -> bool {
        match &self.tools {
            Tools::Named(names) => names.iter().any(|name| name == tool),
            Tools::Beginning(beginning) => tool.starts_with(beginning),
        }
    }

    /// Whether it is about the whole tool.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self.narrowed, Narrowed::Not)
    }

    /// Whether it covers any part of the call, which is of one of its tools.
    pub(crate) fn covers_some(&self, subject: &Subject) -> Covers {
        match (&self.narrowed, subject) {
            (Narrowed::Not, _) => Covers::Yes,
            (Narrowed::Prefix(_) | Narrowed::Exact(_), Subject::Command(Some(simples))) => {
                simples.iter().map(|simple| self.might_be(simple)).max().unwrap_or(Covers::No)
            }
            (Narrowed::Paths(globs), Subject::Paths(paths)) => {
                if paths.iter().any(|path| globs.is_match(path)) {
                    Covers::Yes
                } else {
                    Covers::No
                }
            }
            (Narrowed::Domain(domain), Subject::Host(Some(host))) => {
                if is_of(host, domain) {
                    Covers::Yes
                } else {
                    Covers::No
                }
            }
            // It is not known what the call is about.
            _ => Covers::Perhaps,
        }
    }

    /// Whether the command surely is what the rule says.
    pub(crate) fn covers_command(&self, simple: &Simple) -> bool {
        match &self.narrowed {
            Narrowed::Not => true,
            Narrowed::Prefix(prefix) => begins(&simple.words, prefix),
            Narrowed::Exact(exact) => {
                exact.text == simple.text || exact.words == simple.words && exact.words.iter().all(|word| word.literal)
            }
            _ => false,
        }
    }

    pub(crate) fn covers_path(&self, path: &str) -> bool {
        match &self.narrowed {
            Narrowed::Not => true,
            Narrowed::Paths(globs) => globs.is_match(path),
            _ => false,
        }
    }

    pub(crate) fn covers_host(&self, host: &str) -> bool {
        match &self.narrowed {
            Narrowed::Not => true,
            Narrowed::Domain(domain) => is_of(host, domain),
            _ => false,
        }
    }

    /// For rules that forbid or ask: whether the command is, or in some disguise may be, what the rule says.
    fn might_be(&self, simple: &Simple) -> Covers {
        let wanted: Vec<&str> = match &self.narrowed {
            Narrowed::Prefix(prefix) => prefix.iter().map(String::as_str).collect(),
            Narrowed::Exact(exact) => exact.words.iter().map(|word| word.text.as_str()).collect(),
            _ => return Covers::Perhaps,
        };
        let (program, words) = (program(&simple.words[0].text), &simple.words[1..]);
        let same_program = wanted.first().is_some_and(|wanted| self::program(wanted) == program);
        if self.covers_command(simple) {
            return Covers::Yes;
        }
        if !simple.words[0].literal || RUNNERS.contains(&program) {
            return Covers::Perhaps;
        }
        if !same_program {
            return Covers::No;
        }
        let prefix = matches!(self.narrowed, Narrowed::Prefix(_));
        if prefix
            && words.iter().zip(&wanted[1..]).filter(|(word, wanted)| word.text == **wanted).count() + 1 == wanted.len()
        {
            return Covers::Yes;
        }
        let mut rest = words.iter();
        let in_order = wanted[1..].iter().all(|wanted| rest.any(|word| word.text == *wanted || !word.literal));
        if in_order { Covers::Perhaps } else { Covers::No }
    }
}

fn program(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

fn begins(words: &[Word], prefix: &[String]) -> bool {
    words.len() >= prefix.len() && words.iter().zip(prefix).all(|(word, wanted)| word.literal && word.text == *wanted)
}

fn tools_of(name: &str, effect: RuleEffect) -> (Tools, Kind) {
    if let Some(beginning) = name.strip_suffix('*') {
        return (Tools::Beginning(beginning.to_owned()), Kind::Other);
    }
    let named = |names: &[&str]| Tools::Named(names.iter().map(|name| (*name).to_owned()).collect());
    match name {
        "Bash" => (named(&COMMANDS), Kind::Commands),
        // Who allows edits does not allow deleting; who forbids them does.
        "Edit" | "Write" | "MultiEdit" if effect == RuleEffect::Allow => (named(&EDITS), Kind::Files),
        "Edit" | "Write" | "MultiEdit" => (named(&[&EDITS[..], &[DELETE]].concat()), Kind::Files),
        "Read" => (named(&LOOKS), Kind::Files),
        "WebFetch" => (named(&[FETCH]), Kind::Web),
        // A server: all of its tools.
        server if server.starts_with("mcp__") && server.matches("__").count() == 1 => {
            (Tools::Beginning(format!("{server}__")), Kind::Other)
        }
        other => {
            let ours = names_of(other);
            let kind = match ours.first().copied().unwrap_or_default() {
                name if COMMANDS.contains(&name) => Kind::Commands,
                name if EDITS.contains(&name) || LOOKS.contains(&name) || name == DELETE => Kind::Files,
                FETCH => Kind::Web,
                _ => Kind::Other,
            };
            (named(&ours), kind)
        }
    }
}

fn command_pattern(text: &str) -> Result<Narrowed, InvalidRule> {
    let wrong = || InvalidRule::Command(text.chars().take(80).collect());
    let prefix = text.strip_suffix(":*").or_else(|| text.strip_suffix(" *"));
    let mut simples = command::parse(prefix.unwrap_or(text)).ok_or_else(wrong)?;
    let simple = simples.pop().filter(|_| simples.is_empty()).ok_or_else(wrong)?;
    match prefix {
        None => Ok(Narrowed::Exact(simple)),
        Some(_) if simple.words.iter().all(|word| word.literal) => {
            Ok(Narrowed::Prefix(simple.words.into_iter().map(|word| word.text).collect()))
        }
        Some(_) => Err(wrong()),
    }
}

/// A path without a slash means a name anywhere; a folder means all that is in it too.
fn path_pattern(text: &str, effect: RuleEffect) -> Result<Narrowed, InvalidRule> {
    let wrong = || InvalidRule::Path(text.chars().take(80).collect());
    let outside = text.starts_with("//") || text.starts_with('~') || text.split('/').any(|part| part == "..");
    let path = text.strip_prefix("./").or_else(|| text.strip_prefix('/')).unwrap_or(text).trim_end_matches('/');
    if outside || path.is_empty() {
        return Err(wrong());
    }
    let anywhere = !text.trim_end_matches('/').contains('/');
    let path = if anywhere { format!("**/{path}") } else { path.to_owned() };
    // The usual file systems of Macs ignore case. So a path that is forbidden is so in any case, and one that is allowed
    // only as it is written.
    let glob = |pattern: &str| {
        let built = GlobBuilder::new(pattern)
            .literal_separator(true)
            .backslash_escape(true)
            .case_insensitive(effect != RuleEffect::Allow)
            .build();
        built.map_err(|_| wrong())
    };
    let mut globs = GlobSetBuilder::new();
    globs.add(glob(&path)?).add(glob(&format!("{path}/**"))?);
    globs.build().map(Narrowed::Paths).map_err(|_| wrong())
}

fn domain_pattern(text: &str) -> Result<Narrowed, InvalidRule> {
    let domain = text.strip_prefix("domain:").map(|domain| domain.trim().trim_start_matches("*.").to_ascii_lowercase());
    let plain = |domain: &String| {
        !domain.is_empty() && domain.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
    };
    let domain = domain.filter(plain).ok_or_else(|| InvalidRule::Domain(text.chars().take(80).collect()))?;
    Ok(Narrowed::Domain(domain))
}

/// Whether the host is the domain or lies in it.
fn is_of(host: &str, domain: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}
