//! A key that is planted everywhere shows up nowhere: not in Debug output, errors, logs, or files of ours.

use std::{
    fmt::Debug,
    fs, io,
    path::Path,
    sync::{Arc, Mutex},
};

use atelier_config::{
    Credentials, EncryptedFile, Environment, Folders, InMemory, KeyName, KeyProvider, Order, SecretName,
    SecretStore as _, Settings, SettingsChange, SettingsFile,
};
use secrecy::SecretString;
use tracing_subscriber::fmt::MakeWriter;

const PLANTED: &str = "sk-ant-planted-0123456789-planted";
/// The key in another program's file: in its place, as what can be no key, beside a base URL that is a key, in a file
/// that is broken.
const CLAUDE_SETTINGS: [&str; 6] = [
    "{}",
    r#"{"api_key": "<key>"}"#,
    r#"{"auth_token": "<key> <key>"}"#,
    r#"{"env": {"ANTHROPIC_API_KEY": "<key>"}}"#,
    r#"{"env": {"ANTHROPIC_API_KEY": "<key>"}, "base_url": "<key>"}"#,
    r#"{"<key>": <key>"#,
];
const ANTHROPIC: KeyProvider = KeyProvider::Anthropic;

/// Everything that was printed or logged.
#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Output {
    fn show(&self, value: &impl Debug) {
        self.0.lock().unwrap().extend(format!("{value:?} {value:#?}\n").into_bytes());
    }

    fn show_error(&self, error: &impl std::error::Error) {
        self.show(error);
        self.0.lock().unwrap().extend(format!("{error}\n").into_bytes());
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Output {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Environments in which the key stands in every place, the right one and wrong ones.
fn environments(home: &Path) -> Vec<Environment> {
    let broken_key = format!("{PLANTED} {PLANTED}");
    let url_with_key = format!("https://user:{PLANTED}@host");
    [
        vec![("ANTHROPIC_API_KEY", PLANTED)],
        vec![("ANTHROPIC_AUTH_TOKEN", PLANTED)],
        vec![("ANTHROPIC_API_KEY", broken_key.as_str())],
        vec![("ANTHROPIC_API_KEY", PLANTED), ("ANTHROPIC_BASE_URL", PLANTED)],
        vec![("ANTHROPIC_API_KEY", PLANTED), ("ANTHROPIC_BASE_URL", url_with_key.as_str())],
        vec![("OPENAI_API_KEY", PLANTED), ("OPENAI_BASE_URL", url_with_key.as_str())],
        vec![("GEMINI_API_KEY", PLANTED)],
        vec![("GOOGLE_API_KEY", broken_key.as_str()), ("GOOGLE_GEMINI_BASE_URL", PLANTED)],
        vec![("ATELIER_DATA_DIR", PLANTED)],
        vec![],
    ]
    .map(|variables| Environment::from_pairs(home, variables))
    .into()
}

fn resolve_everything(output: &Output, credentials: &Credentials) {
    let chosen =
        [None, Some("https://host"), Some(PLANTED), Some("https://user:sk-ant-planted-0123456789-planted@host")];
    for base_url in chosen {
        for provider in KeyProvider::ALL {
            let base_urls = base_url.map(|url| (provider, url.to_owned())).into_iter().collect();
            let settings = Settings { base_urls, ..Settings::default() };
            let misplaced = Settings { keys: [(provider, PLANTED.to_owned())].into(), ..settings.clone() };
            output.show(&misplaced);
            credentials
                .resolve(provider, Order::SavedFirst, &misplaced)
                .map_err(|error| output.show_error(&error))
                .ok();
            output.show(&credentials.keys(&misplaced).unwrap());
            output.show(&settings);
            for order in [Order::SavedFirst, Order::SavedLast] {
                match credentials.resolve(provider, order, &settings) {
                    Ok(key) => output.show(&key),
                    Err(error) => output.show_error(&error),
                }
            }
            credentials.open_server(provider, &settings).map_err(|error| output.show_error(&error)).ok();
        }
    }
}

fn break_the_store(output: &Output, folder: &Path) {
    let store = EncryptedFile::new(folder);
    let name = SecretName::of_key(ANTHROPIC, &KeyName::default());
    let secret = SecretString::from(PLANTED);
    for file in ["credentials.key", "credentials.bin"] {
        fs::write(folder.join(file), PLANTED).unwrap();
        output.show_error(&store.get(&name).unwrap_err());
        output.show_error(&store.set(&name, &secret).unwrap_err());
        output.show_error(&store.delete(&name).unwrap_err());
        fs::remove_file(folder.join(file)).unwrap();
    }
}

fn fail_to_change_settings(output: &Output, folder: &Path) {
    let file = SettingsFile::new(folder);
    let base_urls = [(KeyProvider::OpenAi, format!("https://user:{PLANTED}@host\n"))].into();
    for change in [
        SettingsChange { base_urls, ..SettingsChange::default() },
        SettingsChange { model: Some(format!("{PLANTED}\nmore")), ..SettingsChange::default() },
        SettingsChange {
            keys: [(KeyProvider::OpenAi, format!("{PLANTED}\n{PLANTED}"))].into(),
            ..SettingsChange::default()
        },
    ] {
        output.show(&change);
        output.show_error(&file.save(&change).unwrap_err());
    }
    fs::write(file.path(), format!("{{\"{PLANTED}\": {PLANTED}")).unwrap();
    output.show(&file.load().unwrap());
    output.show_error(&file.check().unwrap_err());
    fs::remove_file(file.path()).unwrap();
}

fn files_with_the_key(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.is_file());
    let holds_it = |path: &Path| fs::read(path).unwrap().windows(7).any(|window| window == b"planted");
    files.filter(|path| holds_it(path)).map(|path| path.display().to_string()).collect()
}

/// Finds, saves and fails to save the key in this environment.
fn use_credentials(output: &Output, environment: &Environment, data: &Path) {
    output.show(environment);
    Folders::resolve(environment).map_err(|error| output.show_error(&error)).ok();
    let memory = InMemory::new();
    output.show(&memory);
    resolve_everything(output, &Credentials::new(vec![Arc::new(memory)], environment.clone()));
    let store = EncryptedFile::new(data);
    output.show(&store);
    let credentials = Credentials::new(vec![Arc::new(store)], environment.clone());
    output.show(&credentials);
    for provider in KeyProvider::ALL {
        credentials.set(provider, &KeyName::default(), &SecretString::from(PLANTED)).unwrap();
    }
    resolve_everything(output, &credentials);
    let set = |key: String, name: &str| credentials.set(ANTHROPIC, &name.parse().unwrap(), &key.into()).unwrap_err();
    output.show_error(&set(PLANTED.to_owned(), PLANTED));
    output.show_error(&set(format!("{PLANTED} two"), "default"));
}

#[test]
fn a_planted_key_shows_up_nowhere() {
    let output = Output::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(output.clone())
        .finish();
    let home = tempfile::tempdir().unwrap();
    let (data, claude) = (home.path().join("data"), home.path().join(".claude"));
    fs::create_dir(&claude).unwrap();
    tracing::subscriber::with_default(subscriber, || {
        for json in CLAUDE_SETTINGS {
            fs::write(claude.join("settings.json"), json.replace("<key>", PLANTED)).unwrap();
            for environment in environments(home.path()) {
                use_credentials(&output, &environment, &data);
            }
        }
        assert_eq!(files_with_the_key(&data), [""; 0]);
        break_the_store(&output, &data);
        fail_to_change_settings(&output, home.path());
    });
    let text = output.text();
    for searched in ["the settings file is not a JSON object", "ANTHROPIC_BASE_URL", "env.ANTHROPIC_API_KEY"] {
        assert!(text.contains(searched), "what is searched should mention {searched}");
    }
    assert!(!text.contains("planted"), "{}", text.lines().find(|line| line.contains("planted")).unwrap());
}
