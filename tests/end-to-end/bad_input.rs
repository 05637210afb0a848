//! What users and the world get wrong: each time one clear sentence, a prompt that is not lost, and a session that goes
//! on once the cause is gone.

use std::{
    fs,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::Path,
};

use atelier_protocol::{Role, TurnOutcome};
use fake_model_server::{Nobody, Reply, Step};
use rusqlite::Connection;

use crate::{
    home::{ATELIER, Home, files_below},
    log::{outcomes, settled, texts},
    model::{Model, said},
    process::{Finished, Running},
};

/// A prompt whose turn fails for this reason is in the log, and the next one carries it along.
fn assert_turn_fails(reply: Reply, parts: &[&str]) {
    let model = Model::start();
    model.reply(reply);
    let home = Home::of(&model);
    let told = home.run(&["run", "--model", "claude-x", "keep me"]).failure();
    for part in parts {
        assert!(told.contains(part), "“{part}” is not in: {told}");
    }
    let session = home.only_session();
    home.run(&["run", "--session", &session, "again"]).success();
    let log = home.log(&session);
    assert_eq!(outcomes(&log), [TurnOutcome::Failed, TurnOutcome::Completed]);
    assert_eq!(texts(&settled(&log), Role::User), ["keep me", "again"]);
    home.assert_no_key_in_files();
}

#[test]
fn a_wrong_key() {
    let reply = Reply::error(401, "authentication_error", "invalid x-api-key");
    assert_turn_fails(reply, &["did not accept the API key", "check the key", "ANTHROPIC_API_KEY"]);
}

#[test]
fn an_unknown_model() {
    let reply = Reply::error(404, "not_found_error", "model: claude-x");
    assert_turn_fails(reply, &["does not know the model “claude-x”", "choose another model"]);
}

#[test]
fn a_server_that_sends_a_page() {
    let page = Reply::body(200, "text/html; charset=utf-8", "<!doctype html><title>Log in</title>");
    assert_turn_fails(page, &["not with a model's answer", "text/html", "check the base URL"]);
}

#[test]
fn an_answer_that_breaks_off() {
    let model = Model::start();
    model.reply(Reply::steps([Step::Start, Step::Text(vec!["Half an".into()]), Step::Close]));
    let home = Home::of(&model);
    let finished = home.run(&["run", "keep me"]);
    assert_eq!(finished.stdout, "Half an\n", "what had come is shown");
    assert!(finished.failure().contains("ended unexpectedly"));
    let session = home.only_session();
    home.run(&["run", "--session", &session, "again"]).success();
    let sent = [said("user", "keep me"), said("assistant", "Half an"), said("user", "again")];
    assert_eq!(model.conversations()[1], serde_json::json!(sent));
}

#[test]
fn no_network() {
    let nobody = Nobody::new().unwrap();
    let home = Home::with_base_url(&nobody.url());
    let told = home.start(&["run", "keep me"]).stop_waiting().stderr;
    assert!(
        told.starts_with(&format!("Nothing accepts connections at 127.0.0.1:{}; trying again", nobody.port())),
        "{told}"
    );
    let session = home.only_session();

    let model = Model::start();
    let home = home.and("ANTHROPIC_BASE_URL", &model.url());
    home.run(&["run", "--session", &session, "again"]).success();
    assert_eq!(texts(&settled(&home.log(&session)), Role::User), ["keep me", "again"]);
}

#[test]
fn a_base_url_that_is_none() {
    for given in ["no URL", "ftp://example.org", "https://"] {
        let home = Home::with_base_url(given);
        let told = home.run(&["run", "hi"]).failure();
        assert!(told.contains("is not a web address") && told.contains("ANTHROPIC_BASE_URL"), "{told}");
        // It was not taken, so it leaves nothing behind; who sent it still has it.
        assert_eq!(home.sessions(), []);
    }
}

#[test]
fn a_damaged_database_is_left_as_it_is() {
    let model = Model::start();
    let home = Home::of(&model);
    home.run(&["run", "keep me"]).success();
    let session = home.only_session();
    let good = fs::read(home.database()).unwrap();
    let mut bad = good.clone();
    bad[..100].fill(0xA5);
    fs::write(home.database(), &bad).unwrap();
    for arguments in [&["run", "hi"][..], &["sessions", "list"]] {
        let told = home.run(arguments).failure();
        assert!(told.contains("is damaged") && told.contains("restore it from a backup"), "{told}");
    }
    assert_eq!(fs::read(home.database()).unwrap(), bad);

    fs::write(home.database(), &good).unwrap();
    home.run(&["run", "--session", &session, "again"]).success();
    assert_eq!(texts(&settled(&home.log(&session)), Role::User), ["keep me", "again"]);
}

#[test]
fn a_database_of_a_newer_version_is_not_touched() {
    let model = Model::start();
    let home = Home::of(&model);
    home.run(&["run", "keep me"]).success();
    let session = home.only_session();
    let version: i64 = set_version(&home, 9999);
    let before = fs::read(home.database()).unwrap();
    let told = home.run(&["run", "hi"]).failure();
    assert!(told.contains("version 9999 is newer") && told.contains("update Atelier"), "{told}");
    assert_eq!(fs::read(home.database()).unwrap(), before);

    set_version(&home, version);
    home.run(&["run", "--session", &session, "again"]).success();
    assert_eq!(texts(&settled(&home.log(&session)), Role::User), ["keep me", "again"]);
}

/// Sets the database's version and returns the one it had.
fn set_version(home: &Home, version: i64) -> i64 {
    let database = Connection::open(home.database()).unwrap();
    let before = database.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    database.pragma_update(None, "user_version", version).unwrap();
    before
}

#[test]
fn a_database_that_may_not_be_written() {
    let model = Model::start();
    let home = Home::of(&model);
    home.run(&["run", "keep me"]).success();
    let session = home.only_session();
    let user = OrdinaryUser::of(&home);

    user.set_modes(0o500, 0o400);
    let told = user.run(&["run", "--session", &session, "hi"]).failure();
    assert!(told.contains("read-only") && told.contains("make it and its folder writable"), "{told}");

    user.set_modes(0o700, 0o600);
    user.run(&["run", "--session", &session, "again"]).success();
    let log = crate::home::events(&user.run(&["sessions", "export", &session]).success());
    assert_eq!(texts(&settled(&log), Role::User), ["keep me", "again"]);
    user.set_modes(0o700, 0o600);
}

/// Runs commands as somebody whom file permissions bind, which they don't the superuser.
struct OrdinaryUser<'a> {
    home: &'a Home,
    /// The user to become, when the tests run as the superuser.
    id: Option<u32>,
}

impl<'a> OrdinaryUser<'a> {
    const NOBODY: u32 = 65534;

    fn of(home: &'a Home) -> Self {
        let id = rustix::process::geteuid().is_root().then_some(Self::NOBODY);
        if let Some(id) = id {
            // The build's folder may be closed to others.
            fs::copy(ATELIER, home.path().join("atelier")).unwrap();
            for file in files_below(home.path()) {
                let folders = file.ancestors().take_while(|above| above.starts_with(home.path()));
                folders.for_each(|path| chown(path, Some(id), Some(id)).unwrap());
            }
        }
        Self { home, id }
    }

    fn run(&self, arguments: &[&str]) -> Finished {
        let mut command = match self.id {
            Some(id) => {
                let mut command = self.home.command(self.home.path().join("atelier"));
                command.uid(id).gid(id);
                command
            }
            None => self.home.command(ATELIER),
        };
        Running::start(command.args(arguments)).wait()
    }

    /// Sets the permissions of the data folder and of what lies in it.
    fn set_modes(&self, folder: u32, files: u32) {
        let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        set(&self.home.data(), 0o700);
        for entry in fs::read_dir(self.home.data()).unwrap() {
            let path = entry.unwrap().path();
            set(&path, if path.is_dir() { folder } else { files });
        }
        set(&self.home.data(), folder);
    }
}
