//! What a person can do with a session as a whole, and how they have back what its agent changed.

use atelier_protocol as protocol;

use crate::{CoreError, Workbench, session::parse_id};

#[uniffi::export]
impl Workbench {
    /// Gives a session another title, of one line. Fine while a turn runs.
    pub async fn rename_session(&self, id: String, title: String) -> Result<(), CoreError> {
        Ok(self.facade.rename_session(parse_id(&id)?, title).await?)
    }

    /// Puts a session away, or takes it out again. One at work is not put away.
    pub async fn archive_session(&self, id: String, archived: bool) -> Result<(), CoreError> {
        Ok(self.facade.archive_session(parse_id(&id)?, archived).await?)
    }

    /// Deletes a session and those that do a part of its work. Refused while a turn of one of them runs.
    pub async fn delete_session(&self, id: String) -> Result<(), CoreError> {
        Ok(self.facade.delete_session(parse_id(&id)?).await?)
    }

    /// The id of a new session that goes on from this one: from before this message of the user, or from where it is.
    pub async fn fork_session(&self, id: String, before: Option<u64>) -> Result<String, CoreError> {
        Ok(self.facade.fork_session(parse_id(&id)?, before.map(protocol::MessageId)).await?.to_string())
    }

    /// Takes a message of the user and all that came after it out of the conversation. With `files`, what tools have
    /// changed since is put back first. Refused while a turn is open. What was put back is in the log.
    pub async fn rewind(&self, id: String, to: u64, files: bool) -> Result<(), CoreError> {
        self.facade.rewind(parse_id(&id)?, protocol::MessageId(to), files).await?;
        Ok(())
    }

    /// Puts back the files that tools changed for the newest message of the user for which any were changed. Refused
    /// while a turn is open. What was put back is in the log.
    pub async fn undo(&self, id: String) -> Result<(), CoreError> {
        self.facade.undo(parse_id(&id)?).await?;
        Ok(())
    }
}
