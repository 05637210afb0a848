//! `atelier models`: which models there are.

mod local;

use std::{collections::BTreeMap, fmt::Write};

use atelier_protocol::Timestamp;
use atelier_workbench::{ModelEntry, ModelSource, ProviderChoice, Workbench};

use crate::{
    age::age,
    arguments::{ModelListArguments, ModelsCommand},
    failure::{Failure, tell},
    opened::with_keys,
    output::{self, Style},
    printable::printable_line,
};

/// From this age on a provider's list may be out of date, in milliseconds: a day.
const STALE: i64 = 24 * 60 * 60 * 1000;

pub(crate) fn execute(command: &ModelsCommand) -> Result<(), Failure> {
    with_keys(|workbench| {
        workbench.block_on(async {
            match command {
                ModelsCommand::List(arguments) => list(workbench, arguments).await,
                ModelsCommand::Local(arguments) => local::local(workbench, arguments).await,
            }
        })
    })
}

async fn list(workbench: &Workbench, arguments: &ModelListArguments) -> Result<(), Failure> {
    if arguments.refresh {
        refresh(workbench, arguments.provider).await?;
    }
    let mut models = workbench.models().await?;
    if let Some(provider) = arguments.provider.filter(|provider| *provider != ProviderChoice::Automatic) {
        models.retain(|model| model.provider == provider.as_str());
    }
    let mut out = String::new();
    if arguments.json {
        models.iter().try_for_each(|model| output::push_json_line(&mut out, model))?;
    } else {
        out = columns(&models);
        let style = Style::of_stdout();
        // For people; in a pipe every line is a model.
        if style.guarded {
            for line in lists(&models, Timestamp::now()) {
                out.extend([&style.aside(&line), "\n"]);
            }
        }
    }
    output::write(&out)
}

async fn refresh(workbench: &Workbench, provider: Option<ProviderChoice>) -> Result<(), Failure> {
    let asked = workbench.refresh_models(provider).await?;
    if asked.is_empty() {
        tell("No provider is set up that could be asked for its models; `atelier doctor` says how.");
    }
    for problem in asked.into_iter().filter_map(|asked| asked.problem) {
        tell(&problem);
    }
    Ok(())
}

/// Id, provider, price and what else there is to say, below each other.
fn columns(models: &[ModelEntry]) -> String {
    let width = |text: fn(&ModelEntry) -> &str| {
        models.iter().map(|model| printable_line(text(model)).chars().count()).max().unwrap_or_default()
    };
    let (ids, providers) = (width(|model| &model.id), width(|model| &model.provider));
    let mut out = String::new();
    for model in models {
        let price = format!("{}/{}", dollars(model.input_price), dollars(model.output_price));
        let mut notes = String::new();
        for (note, holds) in [
            ("default", model.default),
            ("listed", model.known_from == [ModelSource::Listed]),
            ("yours", model.known_from.contains(&ModelSource::Own)),
            ("no key", !model.available),
        ] {
            if holds {
                notes.extend(["  (", note, ")"]);
            }
        }
        let (id, provider) = (printable_line(&model.id), printable_line(&model.provider));
        // Writing to a string can't fail.
        let _ = writeln!(out, "{id:<ids$}  {provider:<providers$}  {price:>15}{notes}");
    }
    out
}

/// How old the providers' lists are, and what to do about it.
fn lists(models: &[ModelEntry], now: Timestamp) -> Vec<String> {
    let listed = |model: &ModelEntry| Some((model.provider.clone(), model.listed_at?));
    let lists: BTreeMap<_, _> = models.iter().filter_map(listed).collect();
    let line = |(provider, at): (String, Timestamp)| {
        let old = now.as_millis().saturating_sub(at.as_millis()) >= STALE;
        let again = if old { "; --refresh asks again" } else { "" };
        format!("{provider}: its own list, {}{again}", age(at, now))
    };
    lists.into_iter().map(line).collect()
}

/// Millionths of a dollar as dollars and cents at least, or a question mark.
fn dollars(price: Option<u64>) -> String {
    let Some(micro) = price else { return "?".to_owned() };
    let text = format!("${}.{:06}", micro / 1_000_000, micro % 1_000_000);
    let (cents, rest) = text.split_at(text.len() - 4);
    format!("{cents}{}", rest.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_have_cents_and_no_more_digits_than_they_need() {
        for (price, text) in [(Some(3_000_000), "$3.00"), (Some(75_000), "$0.075"), (Some(12_500_001), "$12.500001")] {
            assert_eq!(dollars(price), text);
        }
        assert_eq!(dollars(None), "?");
    }
}
