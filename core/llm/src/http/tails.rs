//! Reading the ends of answers, so that their connections can be used again.
//!
//! What a reader wants of an answer ends before its body does, by some bytes that only say so. A connection on which
//! they were not read has to be closed, and the next request pays for another one.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use reqwest::Response;
use tokio::{task::JoinSet, time::timeout};

/// The most that is read of a body of which all that matters has come, in bytes.
const MOST: usize = 64 << 10;

/// The ends that are being read, by host. Dropping this gives them up.
#[derive(Debug, Default)]
pub(crate) struct Tails {
    by_host: Mutex<HashMap<String, JoinSet<()>>>,
}

impl Tails {
    /// Reads to the end in the background, for as long as `limit`.
    pub(crate) fn read(&self, host: &str, response: Response, limit: Duration) {
        let mut by_host = self.by_host.lock().unwrap_or_else(PoisonError::into_inner);
        let reading = by_host.entry(host.to_owned()).or_default();
        while reading.try_join_next().is_some() {}
        reading.spawn(async move {
            // Either way the response is dropped then: its connection goes back to the pool or is closed.
            let _ = timeout(limit, read_to_end(response)).await;
        });
    }

    /// Waits until the ends of earlier answers from this host are read, which is sooner done than another connection.
    pub(crate) async fn settled(&self, host: &str) {
        let reading = self.by_host.lock().unwrap_or_else(PoisonError::into_inner).remove(host);
        if let Some(mut reading) = reading {
            while reading.join_next().await.is_some() {}
        }
    }
}

async fn read_to_end(mut response: Response) {
    let mut length = 0;
    while let Ok(Some(chunk)) = response.chunk().await {
        length += chunk.len();
        if length > MOST {
            return;
        }
    }
}
