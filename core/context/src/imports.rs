//! `@path` in a Markdown text: which files it wants included.
//!
//! A path stands at the beginning of a line or after white space, and ends at the next; `\ ` is a space in it.
//! Punctuation at its end belongs to the sentence. What stands in code, inline or in a fenced block, names nothing.

/// The paths that a text names, in order, each once.
pub(crate) fn imports(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for paragraph in Paragraphs::of(text) {
        for path in in_paragraph(&without_code_spans(&paragraph)) {
            if !found.contains(&path) {
                found.push(path);
            }
        }
    }
    found
}

/// Whether someone who writes this means a file, and not a person (`@ada`) or a package (`@types/node`).
pub(crate) fn is_surely_a_path(path: &str) -> bool {
    let begins = ["./", "../", "~/", "/"].iter().any(|begin| path.starts_with(begin));
    begins || path.rsplit('/').next().is_some_and(|name| name.trim_start_matches('.').contains('.'))
}

/// Runs of lines outside fenced blocks; an inline code span does not reach beyond one.
struct Paragraphs<'a> {
    lines: std::str::Lines<'a>,
}

impl<'a> Paragraphs<'a> {
    fn of(text: &'a str) -> Self {
        Self { lines: text.lines() }
    }

    /// Reads on behind the end of a fenced block.
    fn skip_block(&mut self, fence: Fence) {
        let _end = self.lines.find(|line| fence.is_closed_by(line));
    }
}

impl Iterator for Paragraphs<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let mut paragraph: Option<String> = None;
        for line in self.lines.by_ref() {
            let fence = Fence::opened_by(line);
            if fence.is_none() && !line.trim().is_empty() {
                let paragraph = paragraph.get_or_insert_default();
                paragraph.push_str(line);
                paragraph.push('\n');
                continue;
            }
            if let Some(fence) = fence {
                self.skip_block(fence);
                return Some(paragraph.unwrap_or_default());
            }
            if paragraph.is_some() {
                return paragraph;
            }
        }
        paragraph
    }
}

/// The line that begins a block of code.
#[derive(Clone, Copy)]
struct Fence {
    mark: char,
    length: usize,
}

impl Fence {
    /// Blocks in lists are indented, so indentation does not count.
    fn opened_by(line: &str) -> Option<Self> {
        let line = line.trim_start_matches([' ', '\t', '>', '-', '*']);
        let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let length = line.chars().take_while(|c| *c == mark).count();
        // Three backticks and more of them on the line are an inline span.
        let inline = mark == '`' && line[length..].contains('`');
        (length >= 3 && !inline).then_some(Self { mark, length })
    }

    fn is_closed_by(self, line: &str) -> bool {
        let line = line.trim_start_matches([' ', '\t', '>']).trim_end();
        line.len() >= self.length && line.chars().all(|c| c == self.mark)
    }
}

/// The text with each inline code span, its marks included, as one character that is no white space.
fn without_code_spans(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('`') {
        plain.push_str(&rest[..at]);
        let marks = run_length(&rest[at..]);
        let (opening, behind) = rest[at..].split_at(marks);
        if let Some(end) = closing(behind, marks) {
            plain.push('`');
            rest = &behind[end..];
        } else {
            plain.push_str(opening);
            rest = behind;
        }
    }
    plain.push_str(rest);
    plain
}

/// The end of the first run of exactly this many backticks.
fn closing(text: &str, marks: usize) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text[from..].find('`').map(|at| from + at) {
        let run = run_length(&text[at..]);
        if run == marks {
            return Some(at + run);
        }
        from = at + run;
    }
    None
}

fn run_length(text: &str) -> usize {
    text.bytes().take_while(|byte| *byte == b'`').count()
}

fn in_paragraph(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut before = ' ';
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        rest = &rest[next.len_utf8()..];
        if next == '@' && before.is_whitespace() {
            let (path, length) = path_at(rest);
            rest = &rest[length..];
            if !path.is_empty() {
                found.push(path);
            }
        }
        before = next;
    }
    found
}

/// The path that begins here, and how much of the text it takes.
fn path_at(text: &str) -> (String, usize) {
    let mut path = String::new();
    let mut rest = text;
    loop {
        if let Some(behind) = rest.strip_prefix("\\ ") {
            path.push(' ');
            rest = behind;
            continue;
        }
        match rest.chars().next().filter(|c| !c.is_whitespace() && *c != '`') {
            Some(next) => {
                path.push(next);
                rest = &rest[next.len_utf8()..];
            }
            None => break,
        }
    }
    let punctuation = ['.', ',', ';', ':', '!', '?', ')', ']', '}', '\'', '"', '*', '>'];
    (path.trim_end_matches(punctuation).trim_end().to_owned(), text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_are_found_where_a_word_begins_and_without_the_sentence_s_punctuation() {
        let text = "See @docs/a.md, and (not this: mail@host.org).\n- @./b.md!\n@~/c\\ d.md\n@docs/a.md again, @ alone";
        assert_eq!(imports(text), ["docs/a.md", "./b.md", "~/c d.md"]);
    }

    #[test]
    fn code_names_nothing() {
        let text =
            "`@a.md` and ``x ` @b.md``\n```\n@c.md\n```\n  ~~~~ sh\n@d.md\n~~~\n~~~~\n- ```\n  @e.md\n  ```\n@f.md";
        assert_eq!(imports(text), ["f.md"]);
        assert_eq!(imports("```\n@never.md closed"), Vec::<String>::new());
        assert_eq!(imports("a stray ` and @a.md\n\n` @b.md"), ["a.md", "b.md"]);
    }

    #[test]
    fn people_and_packages_are_told_from_files() {
        for path in ["a.md", "./x", "../x", "~/x", "/x", "docs/.x.md"] {
            assert!(is_surely_a_path(path), "{path}");
        }
        for other in ["ada", "types/node", "org/team", ".github"] {
            assert!(!is_surely_a_path(other), "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[`~@ \\\\\n>a./é-]{0,80}") {
            for path in imports(&text) {
                prop_assert!(!path.is_empty() && !path.contains(['\n', '`']));
            }
        }

        #[test]
        fn what_is_named_is_found_and_what_is_fenced_is_not(
            names in prop::collection::vec("[a-z]{1,8}(/[a-z]{1,8}){0,2}\\.md", 1..6),
            fence in "`{3,5}|~{3,5}",
            prose in "[a-z ]{0,20}",
        ) {
            let mut wanted = names.clone();
            wanted.sort();
            wanted.dedup();
            let lines = names.iter().fold(String::new(), |all, name| all + &prose + " @" + name + "\n");
            let mut found = imports(&lines);
            found.sort();
            prop_assert_eq!(found, wanted);
            let fenced = format!("{fence}\n{lines}{fence}\n");
            prop_assert!(imports(&fenced).is_empty());
        }
    }
}
