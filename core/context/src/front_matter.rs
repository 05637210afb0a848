//! The front matter of a Markdown file: YAML between two lines `---`.

use serde_json::{Map, Value as Json};

/// The longest front matter that is read, in bytes.
const MAX_FRONT_MATTER: usize = 16 << 10;

/// A file in its two parts.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct FrontMatter {
    fields: Map<String, Json>,
    /// Why its fields can't be used, in a sentence; none where they can, or where there are none.
    pub(crate) problem: Option<String>,
    /// What stands behind it, without white space around it.
    pub(crate) body: String,
}

impl FrontMatter {
    /// Takes a file apart. Without a first line `---`, or without a line that ends it, all of it is body.
    pub(crate) fn of(text: &str) -> Self {
        let Some((yaml, body)) = parts(text) else {
            return Self { body: text.trim().to_owned(), ..Self::default() };
        };
        let (fields, problem) = match parse(&yaml) {
            Ok(fields) => (fields, None),
            Err(problem) => (Map::new(), Some(problem)),
        };
        Self { fields, problem, body: body.trim().to_owned() }
    }

    /// A field on one line: a string, or something else as it would be written. None where it is blank.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let text = match self.fields.get(name)? {
            Json::Null => return None,
            Json::String(text) => text.clone(),
            // `argument-hint: [file]` is a list only to YAML.
            Json::Array(_) => format!("[{}]", self.list(name).join(", ")),
            other => other.to_string(),
        };
        Some(text.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty())
    }

    /// A field that is a list, or a text with commas; what is no text in it is left out.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let items: Vec<_> = match self.fields.get(name) {
            Some(Json::String(text)) => split_outside_brackets(text),
            Some(Json::Array(items)) => items.iter().filter_map(Json::as_str).collect(),
            _ => Vec::new(),
        };
        items.into_iter().map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }
}

/// `Bash(a, b), Read` is two.
fn split_outside_brackets(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    text.split(move |c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
    .collect()
}

fn parts(text: &str) -> Option<(String, String)> {
    let mut lines = text.strip_prefix('\u{feff}').unwrap_or(text).split_inclusive('\n');
    lines.next().filter(|line| line.trim_end() == "---")?;
    let mut yaml = String::new();
    for line in lines.by_ref() {
        if line.trim_end_matches(['\r', '\n']) == "---" {
            return Some((yaml, lines.collect()));
        }
        yaml.push_str(line);
    }
    None
}

fn parse(yaml: &str) -> Result<Map<String, Json>, String> {
    if yaml.trim().is_empty() {
        return Ok(Map::new());
    }
    if yaml.len() > MAX_FRONT_MATTER {
        return Err(format!("Its front matter is longer than {} KiB; make it shorter.", MAX_FRONT_MATTER >> 10));
    }
    match serde_saphyr::from_str(yaml) {
        Ok(Json::Object(fields)) => Ok(fields),
        Ok(_) => Err("Its front matter is no list of fields; write `name: value` on each line.".to_owned()),
        Err(error) => plain_lines(yaml).ok_or_else(|| {
            let reason: String = error.to_string().lines().next().unwrap_or_default().chars().take(200).collect();
            format!("Its front matter is no YAML ({reason}); correct it.")
        }),
    }
}

/// What other agents take although YAML does not: a line for each field, the value unquoted whatever it holds
/// (`argument-hint: [from] [to]`, `description: Use it so: …`).
fn plain_lines(text: &str) -> Option<Map<String, Json>> {
    let mut fields = Map::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let (name, value) = line.split_once(':')?;
        let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if !plain {
            return None;
        }
        fields.insert(name.to_owned(), Json::String(value.trim().to_owned()));
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fields_and_body_are_told_apart() {
        let file = FrontMatter::of(
            "\u{feff}---  \r\ndescription: Does it\r\nversion: 1.0\r\nnone:\r\n---\r\nBody\r\n---\r\nmore\r\n",
        );
        assert_eq!(file.body, "Body\r\n---\r\nmore");
        assert_eq!(file.text("description").as_deref(), Some("Does it"));
        assert_eq!(file.text("version").as_deref(), Some("1.0"));
        assert_eq!((file.text("none"), file.text("missing"), file.problem), (None, None, None));
    }

    #[test]
    fn a_file_without_it_is_all_body() {
        for text in ["Body", "---\nname: x\nnever closed", " ---\nname: x\n---", ""] {
            let file = FrontMatter::of(text);
            assert_eq!((file.body.as_str(), file.text("name")), (text.trim(), None), "{text}");
            assert_eq!(file.problem, None);
        }
        assert_eq!(FrontMatter::of("---\n---\nBody").body, "Body");
    }

    #[test]
    fn lists_come_as_yaml_and_as_words_with_commas() {
        for yaml in
            ["tools: Read, Bash(git add, git rm), Edit", "tools:\n  - Read\n  - Bash(git add, git rm)\n  - Edit\n  - 1"]
        {
            let file = FrontMatter::of(&format!("---\n{yaml}\n---"));
            assert_eq!(file.list("tools"), ["Read", "Bash(git add, git rm)", "Edit"], "{yaml}");
        }
    }

    #[test]
    fn what_only_other_agents_take_is_taken() {
        let file = FrontMatter::of("---\nargument-hint: [from] [to]\ndescription: Use it so: now\n---\nBody");
        assert_eq!(file.problem, None);
        assert_eq!(file.text("argument-hint").as_deref(), Some("[from] [to]"));
        assert_eq!(file.text("description").as_deref(), Some("Use it so: now"));
        assert_eq!(FrontMatter::of("---\nargument-hint: [file]\n---").text("argument-hint").as_deref(), Some("[file]"));
    }

    #[test]
    fn bad_front_matter_is_told_in_a_sentence_and_the_body_is_kept() {
        for yaml in ["a: [1", "- a\n- b", "{{{", "a: &x [*x, *x]\n b", "\t: x"] {
            let file = FrontMatter::of(&format!("---\n{yaml}\n---\nBody"));
            assert_eq!(file.body, "Body");
            if let Some(problem) = file.problem {
                assert!(problem.starts_with("Its front matter") && !problem.contains('\n'), "{problem}");
            }
        }
        assert!(FrontMatter::of("---\n- a\n- b\n---\n").problem.is_some());
        let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n\
                    d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n\
                    g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: [*g,*g,*g,*g,*g,*g,*g,*g,*g]\n - x";
        assert!(FrontMatter::of(&format!("---\n{bomb}\n---\n")).problem.is_some());
        let long = format!("---\na: {}\n---\n", "x".repeat(MAX_FRONT_MATTER));
        assert!(FrontMatter::of(&long).problem.unwrap().contains("longer than"));
    }

    proptest! {
        #[test]
        fn any_text_is_taken_apart(text in "(---\n)?[-:\\[\\]{}&*!|>'\"a-z0-9 \t\r\n]{0,120}(\n---\n)?[a-z\n]{0,20}") {
            let file = FrontMatter::of(&text);
            prop_assert!(text.contains(&file.body));
            let _ = (file.text("a"), file.list("a"));
        }
    }
}
