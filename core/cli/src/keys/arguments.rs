//! What can be typed after `atelier keys`.

use clap::{Args, Subcommand};

use crate::arguments::ListArguments;

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Save a key; it is asked for, or read from standard input
    Set(SetKeyArguments),
    /// List all keys and where they are, never the keys themselves
    List(ListArguments),
    /// Choose which of a provider's saved keys is in use
    Use(UseKeyArguments),
    /// Ask the providers whether they accept the keys in use
    Check(CheckKeyArguments),
    /// Remove a saved key
    Remove(RemoveKeyArguments),
}

#[derive(Debug, Args)]
pub(crate) struct SetKeyArguments {
    /// Whose key: anthropic, openai, google or compatible
    #[arg(value_name = "PROVIDER")]
    pub(crate) provider: String,
    /// Taken so that it can be refused without being repeated.
    #[arg(hide = true)]
    pub(crate) key: Option<String>,
    /// What to call it, where you have several; otherwise it is “default”
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Keep it in the encrypted file and protect that with a passphrase, which is asked for
    #[arg(long)]
    pub(crate) passphrase: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UseKeyArguments {
    /// Whose key: anthropic, openai, google or compatible
    #[arg(value_name = "PROVIDER")]
    pub(crate) provider: String,
    /// The key's name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct CheckKeyArguments {
    /// Whose key: anthropic, openai, google or compatible; without it, everyone's that has one
    #[arg(value_name = "PROVIDER")]
    pub(crate) provider: Option<String>,
    /// The key of that name instead of the one in use
    #[arg(long, value_name = "NAME", requires = "provider")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveKeyArguments {
    /// Whose key: anthropic, openai, google or compatible
    #[arg(value_name = "PROVIDER")]
    pub(crate) provider: String,
    /// The key's name, where it is not “default”
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}
