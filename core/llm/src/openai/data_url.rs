//! A picture as these formats take it: in a URL that holds it.

use serde::{Serialize, Serializer};

/// Written as `data:image/png;base64,…`, without a copy of the picture in between.
pub(crate) struct DataUrl<'a> {
    pub(crate) media_type: &'a str,
    /// Base64.
    pub(crate) data: &'a str,
}

impl Serialize for DataUrl<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("data:{};base64,{}", self.media_type, self.data))
    }
}
