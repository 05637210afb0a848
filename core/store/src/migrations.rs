//! Bringing a database up to the version this program knows.

use rusqlite::{Connection, TransactionBehavior};

/// Number n (from 1) makes version n from version n − 1. A released one is never changed.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_session_log.sql"),
    include_str!("../migrations/0002_projects.sql"),
    include_str!("../migrations/0003_places_of_sessions.sql"),
    include_str!("../migrations/0004_search.sql"),
    include_str!("../migrations/0005_beginnings_of_words.sql"),
];

/// What the database's `application_id` says: "Atlr". Set by the first migration.
const APPLICATION_ID: i64 = 0x4174_6c72;

/// What opening finds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Ours, of this version (0: still empty), which is not newer than what is known.
    Known(usize),
    /// Written by a later program.
    Newer(i64),
    /// Another program's.
    NotOurs,
}

/// Looks at the version without changing anything; in one transaction, for another process may be migrating.
pub(crate) fn standing(connection: &Connection, migrations: &[&str]) -> rusqlite::Result<Standing> {
    let snapshot = connection.unchecked_transaction()?;
    let version = user_version(&snapshot)?;
    let ours = match version {
        0 => !has_tables(&snapshot)?,
        _ => snapshot.pragma_query_value(None, "application_id", |row| row.get::<_, i64>(0))? == APPLICATION_ID,
    };
    Ok(match usize::try_from(version) {
        Ok(known) if known <= migrations.len() && ours => Standing::Known(known),
        Ok(known) if known <= migrations.len() => Standing::NotOurs,
        _ => Standing::Newer(version),
    })
}

/// Applies what is missing, each step in a transaction of its own. Another process may do the same at the same time:
/// the version is read again under the lock.
pub(crate) fn migrate(connection: &mut Connection, migrations: &[&str]) -> rusqlite::Result<()> {
    loop {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version = user_version(&transaction)?;
        let Some(sql) = usize::try_from(version).ok().and_then(|done| migrations.get(done)) else {
            return transaction.commit();
        };
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", version + 1)?;
        transaction.commit()?;
        tracing::info!(version = version + 1, "database migrated");
    }
}

fn user_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn has_tables(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[&str] =
        &["PRAGMA application_id = 0x41746c72; CREATE TABLE a (x);", "ALTER TABLE a ADD COLUMN y DEFAULT 7;"];

    #[test]
    fn missing_steps_are_applied_in_order_and_once() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &TWO[..1]).unwrap();
        connection.execute("INSERT INTO a VALUES (1)", []).unwrap();
        migrate(&mut connection, TWO).unwrap();
        migrate(&mut connection, TWO).unwrap();
        assert_eq!(standing(&connection, TWO).unwrap(), Standing::Known(2));
        let row: (i64, i64) =
            connection.query_row("SELECT x, y FROM a", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert_eq!(row, (1, 7));
    }

    #[test]
    fn a_step_that_fails_leaves_the_version_before_it() {
        let mut connection = Connection::open_in_memory().unwrap();
        let broken = &[TWO[0], "CREATE TABLE b (x); INSERT INTO nowhere VALUES (1);"];
        migrate(&mut connection, broken).unwrap_err();
        assert_eq!(standing(&connection, broken).unwrap(), Standing::Known(1));
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 1);
    }

    #[test]
    fn newer_and_foreign_databases_are_told_apart() {
        let connection = Connection::open_in_memory().unwrap();
        assert_eq!(standing(&connection, TWO).unwrap(), Standing::Known(0));
        connection.execute_batch("CREATE TABLE theirs (x)").unwrap();
        assert_eq!(standing(&connection, TWO).unwrap(), Standing::NotOurs);
        connection.pragma_update(None, "user_version", 1).unwrap();
        assert_eq!(standing(&connection, TWO).unwrap(), Standing::NotOurs);
        connection.pragma_update(None, "user_version", 3).unwrap();
        assert_eq!(standing(&connection, TWO).unwrap(), Standing::Newer(3));
        connection.pragma_update(None, "user_version", -1).unwrap();
        assert_eq!(standing(&connection, TWO).unwrap(), Standing::Newer(-1));
    }
}
