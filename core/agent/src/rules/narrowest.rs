//! The narrowest rules that would have allowed a call: what “always” writes.

use atelier_protocol::{Rule, RuleEffect};

use super::{Ruling, Subject, command::Simple, ruling};

/// Programs whose first argument says what they do: a rule for that is narrow enough to be of use.
const WITH_SUBCOMMANDS: [&str; 26] = [
    "git",
    "cargo",
    "npm",
    "pnpm",
    "yarn",
    "bun",
    "deno",
    "go",
    "docker",
    "podman",
    "kubectl",
    "pip",
    "uv",
    "poetry",
    "gh",
    "brew",
    "apt",
    "make",
    "just",
    "swift",
    "dotnet",
    "mvn",
    "gradle",
    "bundle",
    "composer",
    "terraform",
];

/// Subcommands that run what comes after them.
const RUN: [&str; 5] = ["run", "exec", "x", "dlx", "tool"];

/// More rules than this are no “always” that a person oversees.
const MOST: usize = 4;

/// The longest rule that is offered, in characters: it has to be read before it is agreed to.
const LONGEST: usize = 120;

/// The rules that would allow the call, those left out that are not needed beside `rules`. Empty: there are none that are
/// narrow enough.
pub(crate) fn narrowest(rules: &[Rule], tool: &str, subject: &Subject) -> Vec<String> {
    let patterns: Vec<_> = match subject {
        Subject::Command(Some(simples)) => simples.iter().filter_map(for_command).collect(),
        Subject::Paths(paths) => paths.iter().map(|path| for_path(tool, path)).collect(),
        Subject::Host(Some(host)) => vec![format!("WebFetch(domain:{host})")],
        Subject::Other => vec![tool.to_owned()],
        Subject::Command(None) | Subject::Host(None) => Vec::new(),
    };
    let mut needed = rules.to_vec();
    let mut narrow = Vec::new();
    for pattern in patterns {
        let rule = Rule { effect: RuleEffect::Allow, pattern };
        if !narrow.contains(&rule.pattern) && !is_allowed_already(rules, tool, subject, &rule) {
            narrow.push(rule.pattern.clone());
            needed.push(rule);
        }
    }
    let fits = narrow.len() <= MOST && narrow.iter().all(|pattern| pattern.chars().count() <= LONGEST);
    // Only what really helps is offered: not where a rule forbids it or wants it asked about.
    if fits && ruling(&needed, tool, subject) == Ruling::Allowed { narrow } else { Vec::new() }
}

/// Whether the part of the call that a rule is for is allowed without it.
fn is_allowed_already(rules: &[Rule], tool: &str, subject: &Subject, rule: &Rule) -> bool {
    let parts: Vec<Subject> = match subject {
        Subject::Command(Some(simples)) => {
            simples.iter().map(|simple| Subject::Command(Some(vec![simple.clone()]))).collect()
        }
        Subject::Paths(paths) => paths.iter().map(|path| Subject::Paths(vec![path.clone()])).collect(),
        other => vec![other.clone()],
    };
    let by_it = |part: &Subject| ruling(std::slice::from_ref(rule), tool, part) == Ruling::Allowed;
    parts.iter().filter(|part| by_it(part)).all(|part| ruling(rules, tool, part) == Ruling::Allowed)
}

fn for_command(simple: &Simple) -> Option<String> {
    let plain = |at: usize| {
        let word = simple.words.get(at).filter(|word| word.literal)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-:/@".contains(c);
        (word.text.chars().all(plain) && !word.text.starts_with('-')).then_some(word.text.as_str())
    };
    if let (Some(program), Some(second)) = (plain(0), plain(1))
        && WITH_SUBCOMMANDS.contains(&program)
    {
        if !RUN.contains(&second) {
            return Some(format!("Bash({program} {second}:*)"));
        }
        if let Some(third) = plain(2) {
            return Some(format!("Bash({program} {second} {third}:*)"));
        }
    }
    // A star would make it a rule for more than this command; a line break can't be read back.
    let exact = !simple.text.contains(['*', '\n', '\t']);
    exact.then(|| format!("Bash({})", simple.text))
}

fn for_path(tool: &str, path: &str) -> String {
    let group = match tool {
        "write_file" | "edit_file" | "multi_edit" | "apply_patch" | "create_directory" | "copy_file" => "Edit",
        other => other,
    };
    let mut escaped = String::new();
    for c in path.chars() {
        if "*?[]{}\\!".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    // Without a slash it would mean files of that name in any folder.
    format!("{group}(/{escaped})")
}
