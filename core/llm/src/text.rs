//! Text of a wire format.

use std::borrow::Cow;

use serde::Deserialize;

/// Text that is borrowed unless the JSON escapes something in it. (`Option<Cow<str>>` alone would always copy.)
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Text<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);
