//! `atelier models local`: model servers on this machine, and how to use one.

use std::fmt::Write;

use atelier_workbench::{LocalServer, Workbench};

use crate::{
    arguments::ListArguments,
    failure::{Failure, tell},
    output,
    printable::printable_line,
};

/// How many models of a server are shown to people.
const SHOWN: usize = 20;

pub(crate) async fn local(workbench: &Workbench, arguments: &ListArguments) -> Result<(), Failure> {
    let servers = workbench.local_servers().await?;
    let mut out = String::new();
    if arguments.json {
        servers.iter().try_for_each(|server| output::push_json_line(&mut out, server))?;
    } else if servers.is_empty() {
        tell(
            "No model server answers on this machine's usual ports (Ollama 11434, LM Studio 1234, llama.cpp 8080, \
             vLLM 8000); start one and try again.",
        );
    } else {
        out = text(&servers);
    }
    output::write(&out)
}

/// Each server with its models, then how to use the first that has any.
fn text(servers: &[LocalServer]) -> String {
    let mut out = String::new();
    // Writing to a string can't fail.
    for server in servers {
        let _ = writeln!(out, "{} at {}", server.label, printable_line(&server.base_url));
        for model in server.models.iter().take(SHOWN) {
            let _ = writeln!(out, "  {}", printable_line(model));
        }
        match server.models.len() {
            0 => out.push_str("  (it has no models yet)\n"),
            all if all > SHOWN => drop(writeln!(out, "  (and {} more)", all - SHOWN)),
            _ => {}
        }
    }
    if let Some((server, model)) = servers.iter().find_map(|server| Some((server, server.models.first()?))) {
        let (url, model) = (shell_word(&server.base_url), shell_word(model));
        let _ = write!(
            out,
            "\nTo use one:\n  atelier config set provider compatible\n  atelier config set baseUrls.compatible {url}\n  \
             atelier chat --model {model}\n"
        );
    }
    out
}

/// A text as a word that any shell takes as it is, for copying: a server may call its models anything.
fn shell_word(text: &str) -> String {
    let text = printable_line(text);
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@+,".contains(c);
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(plain) {
        return text;
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(label: &str, port: u16, models: &[&str]) -> LocalServer {
        LocalServer {
            kind: "ollama".into(),
            label: label.into(),
            base_url: format!("http://127.0.0.1:{port}/v1"),
            models: models.iter().map(|id| (*id).to_owned()).collect(),
        }
    }

    #[test]
    fn servers_stand_with_their_models_and_how_to_use_one() {
        let servers = [server("LM Studio", 1234, &[]), server("Ollama", 11434, &["qwen3:8b", "bad\x1b[2J"])];
        let expected = "\
LM Studio at http://127.0.0.1:1234/v1
  (it has no models yet)
Ollama at http://127.0.0.1:11434/v1
  qwen3:8b
  bad␛[2J

To use one:
  atelier config set provider compatible
  atelier config set baseUrls.compatible http://127.0.0.1:11434/v1
  atelier chat --model qwen3:8b
";
        assert_eq!(text(&servers), expected);
        let many: Vec<String> = (0..25).map(|number| format!("m{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(text(&[server("Ollama", 1, &many)]).contains("  m19\n  (and 5 more)\n"));
        assert!(!text(&servers[..1]).contains("To use one"));
    }

    #[test]
    fn a_word_to_be_copied_into_a_shell_does_nothing_there() {
        for (text, word) in [
            ("qwen3:8b", "qwen3:8b"),
            ("a;rm -rf b", "'a;rm -rf b'"),
            ("$(x)'`y`", r"'$(x)'\''`y`'"),
            ("-rf", "'-rf'"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(text), word);
        }
    }
}
