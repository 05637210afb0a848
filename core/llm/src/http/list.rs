//! Asks a vendor which models it has, page by page.

use super::{HttpProvider, call::Call};
use crate::{ListedModel, ProviderError};

/// The largest page, in bytes.
const MAX_PAGE: usize = 8 << 20;

/// The most pages: a list that never ends is none.
const MAX_PAGES: usize = 50;

/// A vendor's own way to list its models.
pub(crate) trait ModelList: Sync {
    /// Path after the base URL and the version.
    fn path(&self) -> &'static str;

    /// The query for the first page, or for the one after the given mark.
    fn query(&self, after: Option<&str>) -> String;

    /// Reads a page.
    fn read(&self, body: &[u8]) -> Result<ListPage, serde_json::Error>;
}

/// A part of the list.
#[derive(Debug)]
pub(crate) struct ListPage {
    pub(crate) models: Vec<ListedModel>,
    /// The mark of the next page; none on the last.
    pub(crate) next: Option<String>,
}

impl HttpProvider {
    /// The whole list.
    pub(crate) async fn list_models(&self) -> Result<Vec<ListedModel>, ProviderError> {
        let list = self.dialect.models();
        let (mut models, mut next) = (Vec::new(), None);
        for _ in 0..MAX_PAGES {
            let page = self.list_page(list, next.as_deref()).await?;
            models.extend(page.models);
            if page.next.is_none() || page.next == next {
                return Ok(models);
            }
            next = page.next;
        }
        Ok(models)
    }

    async fn list_page(&self, list: &dyn ModelList, after: Option<&str>) -> Result<ListPage, ProviderError> {
        let (body, asked) = self.document(Call::get(list.path(), list.query(after)), MAX_PAGE).await?;
        list.read(&body).map_err(|_| asked.not_a_list("not in the vendor's form"))
    }
}
