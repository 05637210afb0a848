//! The desktop's keyring for real: GNOME's, on a session bus of its own. Where its programs are not installed, these
//! tests say so and check nothing; `scripts/test` installs them.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::net::UnixListener,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::*;
use crate::secrets::{EncryptedFile, SecretStores, contract};

const PATIENCE: Duration = Duration::from_mins(1);
/// A bus on which nothing is started unasked.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context="default">
<allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>"#;

/// A session at a desktop: a home, a bus and a keyring.
struct Desktop {
    home: TempDir,
    address: String,
    bus: Child,
    keyring: Child,
}

impl Desktop {
    /// None where the programs are missing.
    fn start() -> Option<Self> {
        let programs = ["dbus-daemon", "gnome-keyring-daemon", "secret-tool"];
        let missing = programs.iter().find(|name| Command::new(name).arg("--version").output().is_err());
        if let Some(name) = missing {
            eprintln!("SKIPPED: {name} is not installed (on Debian: dbus-daemon, gnome-keyring, libsecret-tools)");
            return None;
        }
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("bus.conf"), BUS).unwrap();
        let mut bus = Command::new("dbus-daemon");
        bus.arg("--config-file").arg(home.path().join("bus.conf")).args(["--nofork", "--nopidfile", "--print-address"]);
        let mut bus = bus.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        let keyring = keyring(home.path(), &address, true);
        let desktop = Self { home, address, bus, keyring };
        desktop.until_it_answers();
        Some(desktop)
    }

    /// Logs out and in again, with or without the password that unlocks the keyring.
    fn log_in_again(&mut self, unlock: bool) {
        self.keyring.kill().unwrap();
        self.keyring.wait().unwrap();
        self.keyring = keyring(self.home.path(), &self.address, unlock);
        self.until_it_answers();
    }

    fn until_it_answers(&self) {
        let deadline = Instant::now() + PATIENCE;
        let answers = || self.store().ask(async |keyring| keyring.can_be_written().await).is_ok();
        while !answers() {
            assert!(Instant::now() < deadline, "the keyring did not start");
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn environment(&self) -> Environment {
        Environment::from_pairs(self.home.path(), [("DBUS_SESSION_BUS_ADDRESS", self.address.as_str())])
    }

    fn store(&self) -> SecretService {
        SecretService::new(self.home.path().join("data"), &self.environment())
    }

    /// The file and the keyring, as Atelier uses them.
    fn stores(&self) -> SecretStores {
        let file = EncryptedFile::new(self.home.path().join("data"));
        SecretStores::new(vec![Arc::new(file), Arc::new(self.store())])
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for program in [&mut self.keyring, &mut self.bus] {
            let _ = program.kill();
            let _ = program.wait();
        }
    }
}

/// Starts the keyring. The password comes from standard input, as from the login screen.
fn keyring(home: &Path, address: &str, unlock: bool) -> Child {
    let mut command = Command::new("gnome-keyring-daemon");
    command.args(["--foreground", "--components=secrets"]).args(unlock.then_some("--unlock"));
    command.env("DBUS_SESSION_BUS_ADDRESS", address).env("HOME", home).env("XDG_RUNTIME_DIR", home);
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("XDG_DATA_HOME");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"password").unwrap();
    child
}

fn name() -> SecretName {
    SecretName::stored("anthropic/default".to_owned())
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn read(stores: &SecretStores) -> Option<(String, StoreKind)> {
    let found = stores.get(&name()).unwrap();
    found.map(|(secret, kind)| (secret.expose_secret().to_owned(), kind))
}

#[test]
fn the_desktops_keyring_keeps_the_contract_of_a_store() {
    let Some(desktop) = Desktop::start() else { return };
    contract::holds_for(|| desktop.store());
}

#[test]
fn other_programs_find_our_keys_by_their_name_and_no_file_of_ours_holds_them() {
    let Some(desktop) = Desktop::start() else { return };
    assert!(desktop.store().takes_secrets());
    desktop.store().set(&name(), &secret("sk-planted-in-keyring")).unwrap();
    let mut lookup = Command::new("secret-tool");
    lookup.args(["lookup", "application", "atelier", "name", "anthropic/default"]);
    let found = lookup.env("DBUS_SESSION_BUS_ADDRESS", &desktop.address).output().unwrap();
    assert_eq!(found.stdout, b"sk-planted-in-keyring");
    for entry in fs::read_dir(desktop.home.path().join("data")).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(7).any(|window| window == b"planted"));
    }
    let mut removal = Command::new("secret-tool");
    removal.args(["clear", "application", "atelier", "name", "anthropic/default"]);
    removal.env("DBUS_SESSION_BUS_ADDRESS", &desktop.address).status().unwrap();
    assert!(desktop.store().get(&name()).unwrap().is_none(), "who removed it there has removed it");
    assert_eq!(desktop.store().list().unwrap(), []);
}

#[test]
fn a_locked_keyring_asks_nobody_where_nobody_sits_and_the_file_takes_its_place() {
    let Some(mut desktop) = Desktop::start() else { return };
    assert_eq!(desktop.stores().set(&name(), &secret("old")).unwrap(), StoreKind::SecretService);
    desktop.log_in_again(false);
    assert!(!desktop.store().takes_secrets());
    assert!(matches!(desktop.store().get(&name()), Err(SecretError::KeyringLocked)));
    assert!(matches!(desktop.store().delete(&name()), Err(SecretError::KeyringLocked)));
    assert!(matches!(desktop.store().set(&name(), &secret("new")), Err(SecretError::NotTaken { .. })));
    assert_eq!(desktop.store().list().unwrap(), [name()]);

    assert_eq!(desktop.stores().kind(), StoreKind::EncryptedFile);
    assert_eq!(desktop.stores().set(&name(), &secret("new")).unwrap(), StoreKind::EncryptedFile);
    assert_eq!(read(&desktop.stores()), Some(("new".to_owned(), StoreKind::EncryptedFile)));
    desktop.log_in_again(true);
    assert_eq!(read(&desktop.stores()), Some(("new".to_owned(), StoreKind::EncryptedFile)));
    assert_eq!(desktop.stores().set(&name(), &secret("newest")).unwrap(), StoreKind::SecretService);
    assert_eq!(read(&desktop.stores()), Some(("newest".to_owned(), StoreKind::SecretService)));
    assert!(desktop.stores().delete(&name()).unwrap());
    assert_eq!(read(&desktop.stores()), None);
}

#[test]
fn the_list_finds_keys_again_whose_index_was_lost() {
    let Some(desktop) = Desktop::start() else { return };
    desktop.store().set(&name(), &secret("key")).unwrap();
    fs::remove_file(desktop.store().index()).unwrap();
    assert!(desktop.store().get(&name()).unwrap().is_none(), "nothing is asked without an entry");
    assert_eq!(desktop.store().list().unwrap(), [name()]);
    assert_eq!(desktop.store().get(&name()).unwrap().unwrap().expose_secret(), "key");
}

#[test]
fn without_a_session_a_key_in_the_keyring_is_an_error_and_other_keys_are_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let store = SecretService::new(folder.path(), &Environment::from_pairs("/nowhere", [("DISPLAY", ":0")]));
    assert!(store.get(&name()).unwrap().is_none() && !store.delete(&name()).unwrap());
    assert!(matches!(store.set(&name(), &secret("key")), Err(SecretError::NotTaken { .. })));
    assert!(!store.takes_secrets());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    store.note(|names| names.insert(name().to_string())).unwrap();
    let error = store.get(&name()).unwrap_err();
    assert!(matches!(error, SecretError::KeyringAway { .. }), "{error}");
    assert_eq!(store.list().unwrap(), [name()]);
    fs::write(store.index(), "broken").unwrap();
    assert!(matches!(store.get(&name()), Err(SecretError::Read { .. })));
}

#[test]
fn a_bus_that_never_answers_is_waited_for_no_longer_than_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bus");
    let listener = UnixListener::bind(&path).unwrap();
    let address = format!("unix:path={}", path.display());
    let environment = Environment::from_pairs("/nowhere", [("DBUS_SESSION_BUS_ADDRESS", address)]);
    assert!(!SecretService::new(folder.path(), &environment).takes_secrets());
    drop(listener);
}
