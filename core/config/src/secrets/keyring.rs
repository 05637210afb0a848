//! A conversation with the Secret Service on the session bus, <https://specifications.freedesktop.org/secret-service>.
//!
//! Secrets cross the bus as they are: it is a socket of this user alone, and whoever can listen there can ask the
//! service as well.

use std::{collections::HashMap, time::Duration};

use futures_util::StreamExt as _;
use secrecy::{SecretString, zeroize::Zeroizing};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::time::{Instant, timeout_at};
use zbus::{
    Connection, Message, Proxy, connection,
    zvariant::{DynamicType, ObjectPath, OwnedObjectPath, OwnedValue, Type, Value},
};

use super::SecretError;

const SERVICE: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
/// What stands for “no object” where a path is due.
const NOTHING: &str = "/";

/// How long the service may take. A healthy one answers within milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a person may take who is asked for a password.
const PERSONS_PATIENCE: Duration = Duration::from_mins(1);

/// The attributes by which our items are found, with the secret's name as a third.
const APPLICATION: (&str, &str) = ("application", "atelier");
const NAME: &str = "name";

/// Why the keyring does not do what it is asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// It can't be reached, or does not answer as it should. The reason is part of a sentence.
    #[error("{0}")]
    Away(String),
    /// It is locked, and nobody can be asked, or who was asked refused.
    #[error("it is locked")]
    Locked,
}

/// An open session with the service.
pub(super) struct Keyring {
    connection: Connection,
    session: OwnedObjectPath,
    /// Whether somebody can be asked to unlock it.
    desktop: bool,
    deadline: Instant,
}

/// A secret as it crosses the bus: session, parameters of its encryption (none), the secret, its type.
#[derive(Serialize, Deserialize, Type)]
struct WireSecret {
    session: OwnedObjectPath,
    parameters: Vec<u8>,
    value: Vec<u8>,
    content_type: String,
}

impl Keyring {
    pub(super) async fn open(bus: &str, desktop: bool) -> Result<Self, Trouble> {
        let deadline = Instant::now() + PATIENCE;
        let connecting = async { connection::Builder::address(bus)?.build().await };
        let connection = timeout_at(deadline, connecting).await.map_err(|_| slow())?.map_err(|error| away(&error))?;
        let session = OwnedObjectPath::from(ObjectPath::from_static_str_unchecked(NOTHING));
        let mut keyring = Self { connection, session, desktop, deadline };
        let opened = keyring.service("OpenSession", &("plain", Value::from(""))).await?;
        (_, keyring.session) = body::<(OwnedValue, OwnedObjectPath)>(&opened)?;
        Ok(keyring)
    }

    /// Whether there is a place for new secrets that is open, or could be opened by somebody.
    pub(super) async fn can_be_written(&mut self) -> Result<bool, Trouble> {
        let place = self.default_collection().await?;
        let locked = self.property(&place, "org.freedesktop.Secret.Collection", "Locked").await?;
        Ok(self.desktop || !bool::try_from(locked).map_err(|_| strange())?)
    }

    pub(super) async fn get(&mut self, name: &str) -> Result<Option<SecretString>, Trouble> {
        let Some(item) = self.items(Some(name)).await?.into_iter().next() else {
            return Ok(None);
        };
        self.unlock(&item).await?;
        let answer = self.call(&item, "org.freedesktop.Secret.Item", "GetSecret", &(&self.session,)).await?;
        let (secret,) = body::<(WireSecret,)>(&answer)?;
        let bytes = Zeroizing::new(secret.value);
        let text = std::str::from_utf8(&bytes).map_err(|_| strange())?;
        Ok(Some(SecretString::from(text)))
    }

    pub(super) async fn set(&mut self, name: &str, secret: &str) -> Result<(), Trouble> {
        let place = self.default_collection().await?;
        self.unlock(&place).await?;
        let label = format!("Atelier: {name}");
        let properties = HashMap::from([
            ("org.freedesktop.Secret.Item.Label", Value::from(label)),
            ("org.freedesktop.Secret.Item.Attributes", Value::from(attributes(Some(name)))),
        ]);
        let secret = WireSecret {
            session: self.session.clone(),
            parameters: Vec::new(),
            value: secret.as_bytes().to_vec(),
            content_type: "text/plain".to_owned(),
        };
        let created = (properties, &secret, true);
        let answer = self.call(&place, "org.freedesktop.Secret.Collection", "CreateItem", &created).await;
        drop(Zeroizing::new(secret.value));
        let (item, prompt) = body::<(OwnedObjectPath, OwnedObjectPath)>(&answer?)?;
        if item.as_str() == NOTHING { self.ask(&prompt).await } else { Ok(()) }
    }

    /// Deletes all items of that name; false if there was none.
    pub(super) async fn delete(&mut self, name: &str) -> Result<bool, Trouble> {
        let items = self.items(Some(name)).await?;
        for item in &items {
            self.unlock(item).await?;
            let answer = self.call(item, "org.freedesktop.Secret.Item", "Delete", &()).await?;
            let prompt = body::<OwnedObjectPath>(&answer)?;
            if prompt.as_str() != NOTHING {
                self.ask(&prompt).await?;
            }
        }
        Ok(!items.is_empty())
    }

    /// The names of all our secrets. GNOME's keyring hides them while it is locked.
    pub(super) async fn names(&mut self) -> Result<Vec<String>, Trouble> {
        let mut names = Vec::new();
        for item in self.items(None).await? {
            let attributes = self.property(&item, "org.freedesktop.Secret.Item", "Attributes").await?;
            let mut attributes = HashMap::<String, String>::try_from(attributes).map_err(|_| strange())?;
            names.push(attributes.remove(NAME).ok_or(Trouble::Locked)?);
        }
        Ok(names)
    }

    /// Our items, or those of one name; the unlocked ones first.
    async fn items(&self, name: Option<&str>) -> Result<Vec<OwnedObjectPath>, Trouble> {
        let answer = self.service("SearchItems", &(attributes(name),)).await?;
        let (mut items, locked) = body::<(Vec<OwnedObjectPath>, Vec<OwnedObjectPath>)>(&answer)?;
        items.extend(locked);
        Ok(items)
    }

    /// Where new secrets belong.
    async fn default_collection(&self) -> Result<OwnedObjectPath, Trouble> {
        let place = body::<OwnedObjectPath>(&self.service("ReadAlias", &("default",)).await?)?;
        if place.as_str() == NOTHING {
            return Err(Trouble::Away("the desktop's keyring is not set up".to_owned()));
        }
        Ok(place)
    }

    /// Unlocks an item or a collection; nothing happens to one that is not locked.
    async fn unlock(&mut self, object: &OwnedObjectPath) -> Result<(), Trouble> {
        let answer = self.service("Unlock", &(vec![object],)).await?;
        let (_, prompt) = body::<(Vec<OwnedObjectPath>, OwnedObjectPath)>(&answer)?;
        if prompt.as_str() == NOTHING { Ok(()) } else { self.ask(&prompt).await }
    }

    /// Has the service ask the person at the desktop.
    async fn ask(&mut self, prompt: &OwnedObjectPath) -> Result<(), Trouble> {
        if !self.desktop {
            return Err(Trouble::Locked);
        }
        let asking = async {
            let prompt = Proxy::new(&self.connection, SERVICE, prompt, "org.freedesktop.Secret.Prompt").await?;
            let mut completed = prompt.receive_signal("Completed").await?;
            prompt.call_method("Prompt", &("",)).await?;
            Ok(completed.next().await)
        };
        let answer = timeout_at(Instant::now() + PERSONS_PATIENCE, asking).await.map_err(|_| Trouble::Locked)?;
        self.deadline = Instant::now() + PATIENCE;
        let answer = answer.map_err(|error| away(&error))?.ok_or_else(strange)?;
        let (dismissed, _) = body::<(bool, OwnedValue)>(&answer)?;
        if dismissed { Err(Trouble::Locked) } else { Ok(()) }
    }

    async fn property(&self, object: &OwnedObjectPath, interface: &str, name: &str) -> Result<OwnedValue, Trouble> {
        let answer = self.call(object, "org.freedesktop.DBus.Properties", "Get", &(interface, name)).await?;
        body(&answer)
    }

    async fn service(&self, method: &str, arguments: &(impl Serialize + DynamicType)) -> Result<Message, Trouble> {
        let path = OwnedObjectPath::from(ObjectPath::from_static_str_unchecked(SERVICE_PATH));
        self.call(&path, "org.freedesktop.Secret.Service", method, arguments).await
    }

    async fn call(
        &self,
        object: &OwnedObjectPath,
        interface: &str,
        method: &str,
        arguments: &(impl Serialize + DynamicType),
    ) -> Result<Message, Trouble> {
        let calling = self.connection.call_method(Some(SERVICE), object, Some(interface), method, arguments);
        timeout_at(self.deadline, calling).await.map_err(|_| slow())?.map_err(|error| away(&error))
    }
}

impl Trouble {
    /// What it means for a secret that is in the keyring.
    pub(super) fn of_reading(self) -> SecretError {
        match self {
            Self::Away(reason) => SecretError::KeyringAway { reason },
            Self::Locked => SecretError::KeyringLocked,
        }
    }
}

fn attributes(name: Option<&str>) -> HashMap<&str, &str> {
    std::iter::once(APPLICATION).chain(name.map(|name| (NAME, name))).collect()
}

fn body<T: DeserializeOwned + Type>(message: &Message) -> Result<T, Trouble> {
    message.body().deserialize().map_err(|_| strange())
}

fn away(error: &zbus::Error) -> Trouble {
    tracing::debug!(%error, "the keyring can't be used");
    let reason = match error {
        zbus::Error::MethodError(..) => "no keyring runs in this session, or it refuses",
        _ => "the session bus does not answer",
    };
    Trouble::Away(reason.to_owned())
}

fn slow() -> Trouble {
    Trouble::Away("it does not answer".to_owned())
}

fn strange() -> Trouble {
    Trouble::Away("its answer makes no sense".to_owned())
}
