//! What every store of secrets does. Runs on each implementation that this system has.

use std::thread;

use secrecy::{ExposeSecret as _, SecretString};

use super::{SecretError, SecretName, SecretStore, StoreKind};

/// Lets several handles on one store share a place.
impl<S: SecretStore> SecretStore for &S {
    fn kind(&self) -> StoreKind {
        (**self).kind()
    }

    fn get(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        (**self).get(name)
    }

    fn set(&self, name: &SecretName, secret: &SecretString) -> Result<(), SecretError> {
        (**self).set(name, secret)
    }

    fn delete(&self, name: &SecretName) -> Result<bool, SecretError> {
        (**self).delete(name)
    }

    fn list(&self) -> Result<Vec<SecretName>, SecretError> {
        (**self).list()
    }
}

/// Each call of `open` gives another handle on the same, empty place, as another process would have it.
pub(super) fn holds_for<S: SecretStore>(open: impl Fn() -> S + Sync) {
    a_secret_is_kept_replaced_and_forgotten(&open);
    names_and_secrets_may_be_any_text(&open);
    secrets_set_at_the_same_time_are_all_kept(&open);
}

fn a_secret_is_kept_replaced_and_forgotten<S: SecretStore>(open: &impl Fn() -> S) {
    let (one, other) = (SecretName::stored("vendor/one".to_owned()), SecretName::stored("vendor/other".to_owned()));
    assert_eq!(read(&open(), &one), None);
    assert_eq!(listed(&open()), [] as [SecretName; 0]);
    assert!(!open().delete(&one).unwrap());
    open().set(&one, &SecretString::from("first")).unwrap();
    open().set(&other, &SecretString::from("unrelated")).unwrap();
    assert_eq!(read(&open(), &one).as_deref(), Some("first"));
    open().set(&one, &SecretString::from("second")).unwrap();
    assert_eq!(read(&open(), &one).as_deref(), Some("second"));
    assert_eq!(listed(&open()), [one.clone(), other.clone()]);
    assert!(open().delete(&one).unwrap());
    assert!(!open().delete(&one).unwrap());
    assert_eq!(read(&open(), &one), None);
    assert_eq!(read(&open(), &other).as_deref(), Some("unrelated"));
    assert_eq!(listed(&open()), std::slice::from_ref(&other));
    assert!(open().delete(&other).unwrap());
}

fn names_and_secrets_may_be_any_text<S: SecretStore>(open: &impl Fn() -> S) {
    let long = "k".repeat(10_000);
    let texts = ["vendor/ключ", "a \"quoted\" \\ one", "line\nbreak\t\u{1}", long.as_str()];
    for text in texts {
        open().set(&SecretName::stored(text.to_owned()), &SecretString::from(text)).unwrap();
    }
    let mut names = texts.map(|text| SecretName::stored(text.to_owned()));
    names.sort();
    assert_eq!(listed(&open()), names);
    for text in texts {
        assert_eq!(read(&open(), &SecretName::stored(text.to_owned())).as_deref(), Some(text));
        assert!(open().delete(&SecretName::stored(text.to_owned())).unwrap());
    }
}

fn secrets_set_at_the_same_time_are_all_kept<S: SecretStore>(open: &(impl Fn() -> S + Sync)) {
    let names: Vec<_> = (0..8).map(|index| SecretName::stored(format!("vendor/{index}"))).collect();
    thread::scope(|scope| {
        for name in &names {
            scope.spawn(|| open().set(name, &SecretString::from(name.as_str())).unwrap());
        }
    });
    for name in &names {
        assert_eq!(read(&open(), name).as_deref(), Some(name.as_str()));
    }
    assert_eq!(listed(&open()), names);
    thread::scope(|scope| {
        for name in &names {
            scope.spawn(|| assert!(open().delete(name).unwrap()));
        }
    });
    assert!(names.iter().all(|name| read(&open(), name).is_none()));
}

/// All names, in order.
fn listed(store: &impl SecretStore) -> Vec<SecretName> {
    let mut names = store.list().unwrap();
    names.sort();
    names
}

fn read(store: &impl SecretStore, name: &SecretName) -> Option<String> {
    store.get(name).unwrap().map(|secret| secret.expose_secret().to_owned())
}
