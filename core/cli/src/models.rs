//! `atelier models`: which models there are.

mod local;

use std::fmt::Write;

use atelier_workbench::{ModelEntry, Workbench};

use crate::{
    arguments::{ListArguments, ModelsCommand},
    failure::Failure,
    opened::with_keys,
    output,
    printable::printable_line,
};

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

async fn list(workbench: &Workbench, arguments: &ListArguments) -> Result<(), Failure> {
    let models = workbench.models().await?;
    let mut out = String::new();
    if arguments.json {
        models.iter().try_for_each(|model| output::push_json_line(&mut out, model))?;
    } else {
        out = columns(&models);
    }
    output::write(&out)
}

/// Id, provider, price and what else there is to say, below each other.
fn columns(models: &[ModelEntry]) -> String {
    let width = |text: fn(&ModelEntry) -> &str| models.iter().map(|model| text(model).len()).max().unwrap_or_default();
    let (ids, providers) = (width(|model| &model.id), width(|model| &model.provider));
    let mut out = String::new();
    for model in models {
        let price = format!("{}/{}", dollars(model.input_price), dollars(model.output_price));
        let default = if model.default { "  (default)" } else { "" };
        let no_key = if model.available { "" } else { "  (no key)" };
        let (id, provider) = (printable_line(&model.id), printable_line(&model.provider));
        // Writing to a string can't fail.
        let _ = writeln!(out, "{id:<ids$}  {provider:<providers$}  {price:>15}{default}{no_key}");
    }
    out
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
