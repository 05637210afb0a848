//! What OpenAI's two formats, Responses and Chat Completions, have in common: who speaks them, errors, pictures,
//! the list of models, what a request took.

mod complaint;
mod data_url;
mod list;
mod tokens;

pub(crate) use self::{
    complaint::complaint,
    data_url::DataUrl,
    list::Models,
    tokens::{InputDetails, OutputDetails, usage},
};
use crate::Vendor;

/// What is fixed about OpenAI.
pub static OPENAI: Vendor = Vendor {
    name: "openai",
    label: "OpenAI",
    default_base_url: "https://api.openai.com/v1",
    key_variable: Some("OPENAI_API_KEY"),
    base_url_variable: Some("OPENAI_BASE_URL"),
    key_required: true,
};

/// The first part of every path, unless the base URL brings its own.
pub(crate) const VERSION: &str = "/v1";
