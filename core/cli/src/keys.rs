//! `atelier keys`: save, list, choose, check and remove keys. None is ever printed.

mod arguments;

use std::fmt::Write;

pub(crate) use arguments::KeysCommand;
use arguments::{CheckKeyArguments, RemoveKeyArguments, SetKeyArguments, UseKeyArguments};
use atelier_workbench::{KeyEntry, KeyProvider, ProviderChoice, Workbench, WorkbenchSettings};
use serde::Serialize;

use crate::{
    arguments::ListArguments,
    failure::{Failure, tell},
    opened::with_keys,
    output,
    printable::printable_line,
    secret_input,
};

pub(crate) fn execute(command: &KeysCommand) -> Result<(), Failure> {
    with_keys(|workbench| match command {
        KeysCommand::Set(arguments) => set(workbench, arguments),
        KeysCommand::List(arguments) => workbench.block_on(list(workbench, arguments)),
        KeysCommand::Use(arguments) => workbench.block_on(choose(workbench, arguments)),
        KeysCommand::Check(arguments) => workbench.block_on(check(workbench, arguments)),
        KeysCommand::Remove(arguments) => workbench.block_on(remove(workbench, arguments)),
    })
}

fn set(workbench: &Workbench, arguments: &SetKeyArguments) -> Result<(), Failure> {
    let provider = named(&arguments.provider)?;
    if arguments.key.is_some() {
        return Err(Failure::KeyAsArgument);
    }
    if arguments.passphrase && !workbench.block_on(workbench.has_passphrase())? {
        secret_input::protect(workbench)?;
    }
    let key = secret_input::ask(workbench, &format!("Key for {} (it is not shown)", provider.label()))?;
    workbench.block_on(async {
        let settings = workbench.save_key(provider.into(), arguments.name.clone(), key).await?;
        let name = arguments.name.as_deref().map_or("default", str::trim);
        let entries = workbench.keys().await?;
        let saved = entries.iter().find(|entry| is(entry, provider, name));
        let place = saved.map(|entry| format!(" in {} ({})", entry.source, entry.masked)).unwrap_or_default();
        let mut out = format!("The key “{name}” is saved{place}. {}\n", workbench.key_store().await?);
        out.push_str(&in_use(provider, &entries, &settings));
        output::write(&printable(&out))
    })
}

async fn list(workbench: &Workbench, arguments: &ListArguments) -> Result<(), Failure> {
    let entries = workbench.keys().await?;
    let mut out = String::new();
    if arguments.json {
        entries.iter().try_for_each(|entry| output::push_json_line(&mut out, &Line::from(entry)))?;
        return output::write(&out);
    }
    out.push_str(&columns(&entries));
    if entries.is_empty() {
        out.push_str("There are no keys. `atelier keys set PROVIDER` saves one.\n");
    }
    for status in workbench.settings().await?.credentials {
        if let (Some(problem), Some(provider)) = (status.problem, status.provider.key_provider()) {
            // Writing to a string can't fail.
            let _ = writeln!(out, "✗ {}: {problem}", provider.label());
        }
    }
    for entry in &entries {
        if let (Some(problem), Some(name)) = (&entry.problem, &entry.name) {
            let _ = writeln!(out, "✗ {name}: {problem}");
        }
    }
    let _ = writeln!(out, "\n{}", workbench.key_store().await?);
    output::write(&printable(&out))
}

async fn choose(workbench: &Workbench, arguments: &UseKeyArguments) -> Result<(), Failure> {
    let provider = named(&arguments.provider)?;
    let settings = workbench.use_key(provider.into(), arguments.name.clone()).await?;
    let entries = workbench.keys().await?;
    output::write(&printable(&in_use(provider, &entries, &settings)))
}

async fn remove(workbench: &Workbench, arguments: &RemoveKeyArguments) -> Result<(), Failure> {
    let provider = named(&arguments.provider)?;
    let before = workbench.keys().await?;
    let name = arguments.name.clone().unwrap_or_else(|| "default".to_owned());
    if !before.iter().any(|entry| is(entry, provider, name.trim())) {
        return Err(Failure::NoSuchKey { provider: provider.label() });
    }
    let settings = workbench.remove_key(provider.into(), Some(name)).await?;
    let entries = workbench.keys().await?;
    output::write(&printable(&format!("The key is removed. {}", in_use(provider, &entries, &settings))))
}

/// Asks about the key in use of one provider, or of each that has one. What is refused or can't be asked is told, and
/// the command fails at its end.
async fn check(workbench: &Workbench, arguments: &CheckKeyArguments) -> Result<(), Failure> {
    let entries = workbench.keys().await?;
    let mut providers = KeyProvider::ALL.to_vec();
    if let Some(name) = &arguments.provider {
        providers = vec![named(name)?];
    } else {
        providers.retain(|provider| entries.iter().any(|entry| entry.provider == (*provider).into()));
    }
    if providers.is_empty() {
        return Err(Failure::NoKeys);
    }
    let mut failed = false;
    for provider in providers {
        let label = provider.label();
        let asked = workbench.check_key(provider.into(), arguments.name.clone()).await;
        let which = match &arguments.name {
            Some(name) => entries.iter().find(|entry| is(entry, provider, name.trim())),
            None => entries.iter().find(|entry| entry.in_use && entry.provider == provider.into()),
        };
        let which = which.map(|entry| format!(" {} from {}", entry.masked, entry.source)).unwrap_or_default();
        match asked {
            Ok(true) => output::write(&printable(&format!("✓ {label} accepts the key{which}.\n")))?,
            Ok(false) => output::write(&printable(&format!("✗ {label} refuses the key{which}; save another one.\n")))?,
            Err(ref error) => tell(&format!("{label}: {}", error.message)),
        }
        failed |= !matches!(asked, Ok(true));
    }
    if failed { Err(Failure::ProblemsFound) } else { Ok(()) }
}

/// Which key of the provider the next prompt takes, in a sentence.
fn in_use(provider: KeyProvider, entries: &[KeyEntry], settings: &WorkbenchSettings) -> String {
    let label = provider.label();
    let of_provider = |choice: ProviderChoice| choice == provider.into();
    let problem = settings.credentials.iter().find(|status| of_provider(status.provider));
    if let Some(problem) = problem.and_then(|status| status.problem.as_ref()) {
        return format!("No key for {label} can be used: {problem}\n");
    }
    match entries.iter().find(|entry| entry.in_use && of_provider(entry.provider)) {
        Some(KeyEntry { name: Some(name), masked, .. }) => {
            format!("{label} is asked with the key “{name}” ({masked}).\n")
        }
        Some(entry) => format!("{label} is asked with the key from {} ({}).\n", entry.source, entry.masked),
        None => format!("There is no key for {label} now.\n"),
    }
}

fn columns(entries: &[KeyEntry]) -> String {
    let cells = entries.iter().map(|entry| {
        let name = entry.name.clone().unwrap_or_else(|| "–".to_owned());
        let state = if entry.in_use { "in use" } else { "" };
        [entry.provider.as_str().to_owned(), name, entry.masked.clone(), state.to_owned(), entry.source.clone()]
    });
    let cells: Vec<_> = cells.collect();
    let width = |column: usize| cells.iter().map(|row: &[String; 5]| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 4] = std::array::from_fn(width);
    let mut out = String::new();
    for [provider, name, masked, state, source] in &cells {
        let [one, two, three, four] = widths;
        // Writing to a string can't fail.
        let _ = writeln!(out, "{provider:<one$}  {name:<two$}  {masked:<three$}  {state:<four$}  {source}");
    }
    out
}

fn is(entry: &KeyEntry, provider: KeyProvider, name: &str) -> bool {
    entry.provider == provider.into() && entry.name.as_deref() == Some(name)
}

/// What is typed in a provider's place may be a key: it is not repeated.
fn named(text: &str) -> Result<KeyProvider, Failure> {
    let known = |provider: &KeyProvider| provider.as_str() == text;
    KeyProvider::ALL.into_iter().find(known).ok_or(Failure::NoSuchProvider)
}

fn printable(text: &str) -> String {
    let lines = text.lines().map(|line| printable_line(line) + "\n");
    lines.collect()
}

/// A key in `--json`.
#[derive(Serialize)]
struct Line<'a> {
    provider: &'a str,
    name: Option<&'a str>,
    masked: &'a str,
    source: &'a str,
    in_use: bool,
    saved: bool,
    problem: Option<&'a str>,
    email: Option<&'a str>,
    last_validated: Option<String>,
}

impl<'a> From<&'a KeyEntry> for Line<'a> {
    fn from(entry: &'a KeyEntry) -> Self {
        Self {
            provider: entry.provider.as_str(),
            name: entry.name.as_deref(),
            masked: &entry.masked,
            source: &entry.source,
            in_use: entry.in_use,
            saved: entry.removable,
            problem: entry.problem.as_deref(),
            email: entry.email.as_deref(),
            last_validated: entry.last_validated.map(|at| at.to_string()),
        }
    }
}
