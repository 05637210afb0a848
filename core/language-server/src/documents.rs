//! Which files a server has open, and that it knows them as they are on the disk.

use std::path::Path;

use serde_json::json;

use crate::{
    error::ServerError,
    server::{Server, uri},
};

/// How many files are open at a time; the one that was asked about longest ago is closed.
const MAX_OPEN: usize = 50;

/// The files that a server has open, the one asked about last at the end.
#[derive(Default)]
pub(crate) struct Documents {
    open: Vec<Document>,
}

struct Document {
    uri: String,
    version: u64,
    text: String,
}

impl Server {
    /// Makes sure that the server knows the file as it is. Returns its address.
    pub(crate) async fn know(&self, path: &Path, language: &str, text: &str) -> Result<String, ServerError> {
        let uri = uri(path);
        let mut documents = self.documents.lock().await;
        let known = documents.open.iter().position(|document| document.uri == uri);
        let mut document = match known {
            Some(at) => documents.open.remove(at),
            None => Document { uri: uri.clone(), version: 0, text: String::new() },
        };
        if document.version == 0 {
            document.version = 1;
            text.clone_into(&mut document.text);
            let item = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
            self.tell("textDocument/didOpen", &json!({"textDocument": item}))?;
        } else if document.text != text {
            document.version += 1;
            text.clone_into(&mut document.text);
            // What was said of the old text no longer holds.
            self.forget(&uri);
            let file = json!({"uri": uri, "version": document.version});
            self.tell("textDocument/didChange", &json!({"textDocument": file, "contentChanges": [{"text": text}]}))?;
            self.tell("textDocument/didSave", &json!({"textDocument": {"uri": uri}}))?;
        }
        documents.open.push(document);
        if documents.open.len() > MAX_OPEN {
            let oldest = documents.open.remove(0);
            self.forget(&oldest.uri);
            self.tell("textDocument/didClose", &json!({"textDocument": {"uri": oldest.uri}}))?;
        }
        Ok(uri)
    }
}
