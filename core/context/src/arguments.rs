//! Filling in the body of a command: `$ARGUMENTS`, `$1` to `$9`, and `` !`command` ``, which is not run.

/// A body that is filled in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Filled {
    pub(crate) text: String,
    /// The shell commands it wants run beforehand, in order.
    pub(crate) commands: Vec<String>,
}

/// Fills in a body. What the arguments hold is never filled in again. Where the body has no place for them, they follow it.
pub(crate) fn fill_in(body: &str, arguments: &str) -> Filled {
    let arguments = arguments.trim();
    let words = words(arguments);
    let (mut text, mut commands, mut placed) = (String::with_capacity(body.len()), Vec::new(), false);
    let mut rest = body;
    while let Some(at) = rest.find(['$', '!']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(behind) = rest.strip_prefix("$ARGUMENTS") {
            text.push_str(arguments);
            (placed, rest) = (true, behind);
        } else if let Some((number, behind)) = position(rest) {
            text.push_str(words.get(number - 1).map_or("", String::as_str));
            (placed, rest) = (true, behind);
        } else if let Some((command, behind)) = command(rest) {
            text.push_str("(not run beforehand: `");
            text.push_str(command);
            text.push_str("`; run it if you need what it says)");
            commands.push(command.to_owned());
            rest = behind;
        } else {
            let (mark, behind) = rest.split_at(1);
            text.push_str(mark);
            rest = behind;
        }
    }
    text.push_str(rest);
    if !placed && !arguments.is_empty() {
        text.push_str("\n\nArguments: ");
        text.push_str(arguments);
    }
    Filled { text, commands }
}

/// `$1` to `$9`, but not `$10` (dollars, most likely).
fn position(text: &str) -> Option<(usize, &str)> {
    let behind = text.strip_prefix('$')?;
    let number = behind.chars().next()?.to_digit(10).filter(|number| *number > 0)?;
    let behind = &behind[1..];
    let ends = !behind.starts_with(|c: char| c.is_ascii_digit());
    ends.then_some((usize::try_from(number).ok()?, behind))
}

/// `` !`command` `` on one line.
fn command(text: &str) -> Option<(&str, &str)> {
    let (command, behind) = text.strip_prefix("!`")?.split_once('`')?;
    (!command.trim().is_empty() && !command.contains('\n')).then_some((command, behind))
}

/// The words of a line, as a shell would see them: quotes hold a word together. Nothing is an error: a quote without its
/// pair reaches to the end.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for c in line.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn filled(body: &str, arguments: &str) -> String {
        fill_in(body, arguments).text
    }

    #[test]
    fn arguments_go_where_the_body_wants_them() {
        assert_eq!(filled("Fix $ARGUMENTS now", " a  b "), "Fix a  b now");
        assert_eq!(filled("$2 then $1, $3.", "'one thing' \"2\""), "2 then one thing, .");
        assert_eq!(filled("Costs $10 or $0 or $x or $", "a"), "Costs $10 or $0 or $x or $\n\nArguments: a");
        assert_eq!(filled("Nothing to fill", ""), "Nothing to fill");
        assert_eq!(filled("$ARGUMENTS", "$1 !`rm x`"), "$1 !`rm x`", "what was typed is not filled in again");
        assert_eq!(words("a'b c'd ''"), ["ab cd", ""]);
        assert_eq!(words("\"open end"), ["open end"]);
    }

    #[test]
    fn a_shell_command_is_named_and_not_run() {
        let filled = fill_in("State: !`git status` and !`$1` wow! `x`", "ls");
        assert_eq!(filled.commands, ["git status", "$1"]);
        assert!(filled.text.starts_with("State: (not run beforehand: `git status`; run it if"), "{}", filled.text);
        assert!(filled.text.ends_with("wow! `x`\n\nArguments: ls"));
    }

    proptest! {
        #[test]
        fn any_body_and_arguments_are_filled_in(body in "[$!`19A-Z{} a\n]{0,60}", arguments in "\\PC{0,40}") {
            let filled = fill_in(&body, &arguments);
            prop_assert!(filled.commands.iter().all(|command| body.contains(command.as_str())));
        }

        #[test]
        fn words_in_quotes_come_back_whole(words_in in prop::collection::vec("[a-z $]{0,8}", 0..9)) {
            let line = words_in.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" ");
            prop_assert_eq!(words(&line), words_in.clone());
            let body = "$1|$2|$3|$4|$5|$6|$7|$8|$9";
            let mut wanted = words_in;
            wanted.resize(9, String::new());
            prop_assert_eq!(fill_in(body, &line).text, wanted.join("|"));
        }
    }
}
