//! Reading a command for bash as far as is needed to say which programs it runs, and no further.
//!
//! Only the plain forms are understood: words, quotes, and the operators between commands. Everything by which a command
//! can do more than its words say (substitutions, redirections to files, assignments, compound commands) makes it one that
//! is not understood, and who reads it then has to ask. So a mistake here must always be one of understanding too little.

/// One command of a list or pipeline: a program and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Simple {
    /// Its words, quotes removed; never empty.
    pub(crate) words: Vec<Word>,
    /// As it is written, without the white space around it.
    pub(crate) text: String,
}

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    /// Whether the program gets exactly this text: nothing in it is for the shell to replace.
    pub(crate) literal: bool,
}

/// Words that begin something else than a simple command.
const RESERVED: [&str; 22] = [
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "select", "function",
    "time", "coproc", "in", "{", "}", "!", "[[", "]]",
];

/// The longest command that is read, in bytes. Nobody reads a longer one before allowing it either.
const MAX_COMMAND: usize = 16 << 10;

/// The simple commands that it runs; none if it is not understood.
pub(crate) fn parse(command: &str) -> Option<Vec<Simple>> {
    if command.len() > MAX_COMMAND || command.chars().any(is_odd) {
        return None;
    }
    let mut reader = Reader { rest: command, simples: Vec::new(), words: Vec::new(), begun: None, command };
    reader.read()?;
    (!reader.simples.is_empty()).then_some(reader.simples)
}

/// What bash may take for something else than it looks like.
fn is_odd(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t') || (c.is_whitespace() && !c.is_ascii())
}

struct Reader<'a> {
    command: &'a str,
    rest: &'a str,
    simples: Vec<Simple>,
    words: Vec<Word>,
    /// Where the simple command at hand begins.
    begun: Option<usize>,
}

impl Reader<'_> {
    fn read(&mut self) -> Option<()> {
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t']);
            if let Some(after) = self.rest.strip_prefix("\\\n") {
                self.rest = after;
                continue;
            }
            let at = self.command.len() - self.rest.len();
            match self.rest.chars().next() {
                None => return self.end_simple(at, false),
                Some('#') => self.rest = self.rest.find('\n').map_or("", |end| &self.rest[end..]),
                Some('\n') => {
                    self.end_simple(at, false)?;
                    self.rest = &self.rest[1..];
                }
                Some(';' | '&' | '|') => {
                    self.end_simple(at, true)?;
                    self.operator()?;
                }
                Some('(' | ')') => return None,
                _ => self.word_or_redirection(at)?,
            }
        }
    }

    /// Ends the simple command before here. `wanted`: there must be one.
    fn end_simple(&mut self, at: usize, wanted: bool) -> Option<()> {
        let Some(begun) = self.begun.take() else { return (!wanted).then_some(()) };
        let words = std::mem::take(&mut self.words);
        let first = words.first()?;
        if first.text.is_empty() || RESERVED.contains(&first.text.as_str()) || is_assignment(&first.text) {
            return None;
        }
        self.simples.push(Simple { words, text: self.command[begun..at].trim().to_owned() });
        Some(())
    }

    /// What stands between two simple commands.
    fn operator(&mut self) -> Option<()> {
        let operator = ["&&", "||", "|&", ";", "|", "&"].into_iter().find(|mark| self.rest.starts_with(mark))?;
        self.rest = &self.rest[operator.len()..];
        // `;;`, `&>`, `&&&` and the like are none of these.
        (!self.rest.starts_with([';', '&', '|', '>'])).then_some(())
    }

    fn word_or_redirection(&mut self, at: usize) -> Option<()> {
        if let Some(length) = harmless_redirection(self.rest) {
            // It belongs to a command that has begun or is about to.
            self.begun.get_or_insert(at);
            self.rest = &self.rest[length..];
            return Some(());
        }
        let word = self.word()?;
        self.begun.get_or_insert(at);
        self.words.push(word);
        Some(())
    }

    fn word(&mut self) -> Option<Word> {
        let mut word = Word { text: String::new(), literal: true };
        while let Some(c) = self.rest.chars().next() {
            match c {
                ' ' | '\t' | '\n' | ';' | '&' | '|' => break,
                '(' | ')' | '<' | '>' | '`' => return None,
                '\'' => {
                    let end = self.rest[1..].find('\'')?;
                    word.text.push_str(&self.rest[1..=end]);
                    self.rest = &self.rest[end + 2..];
                    continue;
                }
                '"' => {
                    self.double_quoted(&mut word)?;
                    continue;
                }
                '\\' => {
                    self.escaped(&mut word)?;
                    continue;
                }
                '$' => {
                    self.variable(&mut word)?;
                    continue;
                }
                '*' | '?' | '[' | ']' | '{' | '}' | '~' | '^' | '!' => word.literal = false,
                _ => {}
            }
            word.text.push(c);
            self.rest = &self.rest[c.len_utf8()..];
        }
        Some(word)
    }

    fn double_quoted(&mut self, word: &mut Word) -> Option<()> {
        self.rest = &self.rest[1..];
        loop {
            match self.rest.chars().next()? {
                '"' => {
                    self.rest = &self.rest[1..];
                    return Some(());
                }
                '`' => return None,
                '$' => self.variable(word)?,
                '\\' if self.rest[1..].starts_with(['$', '`', '"', '\\', '\n']) => self.escaped(word)?,
                c => {
                    word.text.push(c);
                    self.rest = &self.rest[c.len_utf8()..];
                }
            }
        }
    }

    /// A backslash and what it takes the meaning from.
    fn escaped(&mut self, word: &mut Word) -> Option<()> {
        let c = self.rest[1..].chars().next()?;
        if c != '\n' {
            word.text.push(c);
        }
        self.rest = &self.rest[1 + c.len_utf8()..];
        Some(())
    }

    /// A plain `$NAME`, whose value only the shell knows. All else that begins with a dollar may run something.
    fn variable(&mut self, word: &mut Word) -> Option<()> {
        let name = self.rest[1..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').count();
        let follows = &self.rest[1 + name..];
        if name == 0 || follows.starts_with('[') {
            return None;
        }
        word.literal = false;
        word.text.push_str(&self.rest[..=name]);
        self.rest = follows;
        Some(())
    }
}

/// The length of a redirection that writes and reads no file: `2>&1`, `>/dev/null` and the like.
fn harmless_redirection(rest: &str) -> Option<usize> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let after = &rest[digits..];
    let arrow = [">>", ">&", ">", "<"].into_iter().find(|arrow| after.starts_with(arrow))?;
    let target = &after[arrow.len()..];
    let spaces = target.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let name = target[spaces..].split([' ', '\t', '\n', ';', '&', '|']).next()?;
    let harmless = match arrow {
        ">&" => matches!(name, "1" | "2"),
        _ => name == "/dev/null",
    };
    harmless.then_some(digits + arrow.len() + spaces + name.len())
}

fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map(|(name, _)| name.trim_end_matches('+'));
    name.is_some_and(|name| {
        let plain = name.split('[').next().unwrap_or_default();
        !plain.is_empty() && plain.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    fn words(command: &str) -> Option<Vec<Vec<String>>> {
        let words = |simple: &Simple| simple.words.iter().map(|word| word.text.clone()).collect();
        parse(command).map(|simples| simples.iter().map(words).collect())
    }

    #[test]
    fn plain_commands_are_taken_apart() {
        for (command, expected) in [
            ("git status", vec![vec!["git", "status"]]),
            ("  git   commit -m 'a; b && c'  ", vec![vec!["git", "commit", "-m", "a; b && c"]]),
            (
                "cd x && make test || echo no; ls|wc -l",
                vec![vec!["cd", "x"], vec!["make", "test"], vec!["echo", "no"], vec!["ls"], vec!["wc", "-l"]],
            ),
            ("make 2>&1 | tail -5", vec![vec!["make"], vec!["tail", "-5"]]),
            ("make >/dev/null 2> /dev/null &", vec![vec!["make"]]),
            ("g\\it push", vec![vec!["git", "push"]]),
            ("gi''t \"pu\"sh", vec![vec!["git", "push"]]),
            ("git \\\n  push # really\nls", vec![vec!["git", "push"], vec!["ls"]]),
            ("echo \"a \\\" b\" a\\ b", vec![vec!["echo", "a \" b", "a b"]]),
            ("echo a#b", vec![vec!["echo", "a#b"]]),
        ] {
            let expected: Vec<Vec<String>> =
                expected.into_iter().map(|words| words.into_iter().map(str::to_owned).collect()).collect();
            assert_eq!(words(command), Some(expected), "{command}");
        }
    }

    #[test]
    fn what_can_do_more_than_its_words_say_is_not_understood() {
        for trick in [
            "",
            " # nothing",
            "echo $(rm x)",
            "echo `rm x`",
            "echo \"$(rm x)\"",
            "echo \"`rm x`\"",
            "echo ${x:-$(rm x)}",
            "echo ${x@P}",
            "echo $((1))",
            "echo $'\\x41'",
            "echo $\"x\"",
            "echo $a[$(rm x)]",
            "echo x > file",
            "echo x >file",
            "echo x >> file",
            "echo x 2>file",
            "echo x >| file",
            "echo x &> file",
            "echo x >& file",
            "echo x >/dev/nullx",
            "echo x >/dev/null/../sda",
            "echo x > \"/dev/null\"y",
            "cat <<END\nx\nEND",
            "cat <<<x",
            "cat < file",
            "diff <(ls) >(rm x)",
            "FOO=bar git push",
            "PATH=. git status",
            "a[0]=b git status",
            "FOO+=x git status",
            "FOO=bar",
            "(rm x)",
            "{ rm x; }",
            "if true; then rm x; fi",
            "for a in b; do rm x; done",
            "while rm x; do true; done",
            "f() { rm x; }",
            "function f { rm x; }",
            "! rm x",
            "time rm x",
            "coproc rm x",
            "[[ -f x ]] && rm x",
            "ls &&",
            "&& ls",
            "| ls",
            "ls ;; ls",
            "ls &&& ls",
            "echo 'unclosed",
            "echo \"unclosed",
            "echo \\",
            "'' ls",
            "ls\r",
            "ls\u{a0}x",
            "ls\u{2028}x",
            "ls \u{1b}[2J",
            "case x in x) rm x;; esac",
        ] {
            // A trailing operator leaves nothing to run.
            let understood = parse(trick).filter(|_| trick != "ls &&");
            assert_eq!(understood, None, "{trick:?}");
        }
    }

    #[test]
    fn words_that_the_shell_replaces_are_known_as_such() {
        let literal = |command: &str| parse(command).unwrap()[0].words.iter().all(|word| word.literal);
        for command in ["echo *", "echo a?", "echo [ab]", "echo {a,b}", "echo ~", "echo $HOME", "echo \"$HOME\""] {
            assert!(!literal(command), "{command}");
        }
        for command in ["echo '*'", "echo \"a?\"", "echo '$HOME'", "echo \\*", "echo \\$HOME"] {
            assert!(literal(command), "{command}");
        }
    }

    /// What bash itself runs, quotes removed, as its own debug trap tells it; no program is found on its path.
    fn run_by_bash(command: &str) -> Vec<String> {
        let trap = r#"exec 9>&2 2>/dev/null; set -T; trap 'printf "%s\0" "$BASH_COMMAND" >&9' DEBUG"#;
        let script = format!("{trap}\nPATH=/nonexistent; eval \"$1\"");
        let ran = Command::new("bash")
            .args(["--norc", "--noprofile", "-c", &script, "bash", command])
            .env_clear()
            .current_dir("/")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&ran.stderr).replace(['\'', '"', '\\'], "");
        let ours = |ran: &&str| !ran.is_empty() && *ran != "PATH=/nonexistent" && *ran != "eval $1";
        told.split('\0').map(str::trim_start).filter(ours).map(str::to_owned).collect()
    }

    #[test]
    fn the_oracle_of_the_next_test_sees_hidden_commands() {
        assert!(run_by_bash("true $(exit 3)").iter().any(|ran| ran.starts_with("exit 3")));
        assert!(run_by_bash("true | false").iter().any(|ran| ran.starts_with("false")));
    }

    fn piece() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "true ", "true ", "true ", "true\n", "exit ", "false ", " ", "&&", "||", ";", "|", "&", "$(", "`", ")",
            "(", "'", "\"", "\\", "\n", "#", "{ ", "}", "X=1 ", "$X", "${X}", "!", "* ", "-a ", "<", "2>&1 ", "\t",
            "if ", "then ", "eval ",
        ])
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

        #[test]
        fn bash_runs_nothing_but_what_was_understood(pieces in prop::collection::vec(piece(), 1..9)) {
            let command = pieces.concat();
            if let Some(simples) = parse(&command)
                && simples.iter().all(|simple| simple.words[0].literal && simple.words[0].text == "true")
            {
                for ran in run_by_bash(&command) {
                    prop_assert!(ran == "true" || ran.starts_with("true "), "{command:?} ran {ran:?}");
                }
            }
        }

        #[test]
        fn any_text_is_read_without_a_panic_and_the_parts_are_in_it(command in "\\PC{0,60}") {
            for simple in parse(&command).unwrap_or_default() {
                prop_assert!(command.contains(&simple.text) && !simple.words.is_empty());
            }
        }
    }
}
