//! What can be typed after `atelier config`.

use atelier_workbench::SettingName;
use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print one setting, or all that have a value
    Get(GetSettingArguments),
    /// Change a setting
    Set(SetSettingArguments),
    /// Print where the settings are
    Path,
}

#[derive(Debug, Args)]
pub(crate) struct GetSettingArguments {
    /// The setting
    #[arg(value_parser = setting_named())]
    pub(crate) key: Option<SettingName>,
    /// Print the value as JSON, or all of them as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SetSettingArguments {
    /// The setting
    #[arg(value_parser = setting_named())]
    pub(crate) key: SettingName,
    /// The value
    #[arg(allow_hyphen_values = true)]
    pub(crate) value: String,
}

/// Knows all names, so that the help, the errors and the shell do too.
fn setting_named() -> impl TypedValueParser<Value = SettingName> {
    let names = PossibleValuesParser::new(SettingName::all().map(SettingName::as_str));
    names.try_map(|name| name.parse::<SettingName>())
}
