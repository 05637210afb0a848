//! `atelier config`: read and change settings.

mod arguments;

pub(crate) use arguments::ConfigCommand;
use arguments::{GetSettingArguments, SetSettingArguments};
use atelier_protocol::Json;
use atelier_workbench::{SettingName, Workbench};

use crate::{failure::Failure, opened::with_workbench, output, printable::printable_line};

pub(crate) fn execute(command: &ConfigCommand) -> Result<(), Failure> {
    with_workbench(|workbench| match command {
        ConfigCommand::Get(arguments) => workbench.block_on(get(workbench, arguments)),
        ConfigCommand::Set(arguments) => workbench.block_on(set(workbench, arguments)),
        ConfigCommand::Path => output::write(&format!("{}\n", workbench.settings_file().display())),
    })
}

async fn get(workbench: &Workbench, arguments: &GetSettingArguments) -> Result<(), Failure> {
    let Some(name) = arguments.key else { return get_all(workbench, arguments.json).await };
    let value = workbench.setting(name).await?;
    let mut out = String::new();
    if arguments.json {
        output::push_json_line(&mut out, &value)?;
    } else if let Some(value) = value {
        out = shown(&value) + "\n";
    }
    output::write(&out)
}

async fn get_all(workbench: &Workbench, json: bool) -> Result<(), Failure> {
    let values = workbench.all_settings().await?;
    let mut out = String::new();
    if json {
        let object: Json = values.into_iter().map(|(name, value)| (name.as_str(), value)).collect();
        output::push_json_line(&mut out, &object)?;
    } else {
        out = values.iter().map(line).collect();
    }
    output::write(&out)
}

async fn set(workbench: &Workbench, arguments: &SetSettingArguments) -> Result<(), Failure> {
    Ok(workbench.set_setting(arguments.key, &arguments.value).await?)
}

fn line((name, value): &(SettingName, Json)) -> String {
    format!("{name} = {}\n", shown(value))
}

/// A text as it is, anything else as JSON; on one line.
fn shown(value: &Json) -> String {
    match value {
        Json::String(text) => printable_line(text),
        value => printable_line(&value.to_string()),
    }
}
