//! Asks a vendor which models it has, page by page.

use reqwest::{StatusCode, header};
use tokio::time::timeout;

use super::{HttpProvider, failure::Asked, target};
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
    pub(crate) async fn list_models(&self, list: &dyn ModelList) -> Result<Vec<ListedModel>, ProviderError> {
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
        let mut url = self.target.url(list.path());
        target::append_query(&mut url, &list.query(after));
        let limits = self.transport.limits();
        let asked = Asked {
            vendor: self.dialect.vendor(),
            model: String::new(),
            url: self.cleaner.clean(&target::shown(&url)),
            host: self.target.host().to_owned(),
            limits,
            cleaner: self.cleaner.clone(),
        };
        let client = self.transport.client(self.target.route()).await?;
        let sending = self.signed(client.get(url)).header(header::ACCEPT, "application/json");
        let mut response = match timeout(limits.connect + limits.silence, sending.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(asked.no_answer(&error)),
            Err(_) => return Err(asked.stalled()),
        };
        if response.status() != StatusCode::OK {
            return Err(self.refusal(response, &asked).await);
        }
        let mut body = Vec::new();
        loop {
            match timeout(limits.silence, response.chunk()).await {
                Ok(Ok(Some(chunk))) if body.len() + chunk.len() <= MAX_PAGE => body.extend_from_slice(&chunk),
                Ok(Ok(None)) => break,
                Ok(Ok(Some(_))) => return Err(asked.not_a_list("too long")),
                Ok(Err(_)) => return Err(ProviderError::CutOff),
                Err(_) => return Err(asked.stalled()),
            }
        }
        list.read(&body).map_err(|_| asked.not_a_list("not in the vendor's form"))
    }
}
