//! Writes the Swift side of `atelier-ffi` from its built library, with the workspace's own version of UniFFI's
//! generator, so that generated code and library always match. `scripts/build-bindings` runs it inside the checkout:
//!
//! `atelier-bindgen LIBRARY OUT_FOLDER` writes
//! - `AtelierBindings/AtelierBindings.swift`, the generated code with the fixes of [`fixes`],
//! - `AtelierBindings/LibraryHash.swift`, which changes with the library, because `SwiftPM` does not link again when
//!   only a static library changed,
//! - `AtelierCoreFFI/AtelierCoreFFI.h` and `module.modulemap`, the C module between the two.
//!
//! A file that would not change is not touched, so that nothing is compiled for nothing.

mod fixes;

use std::{
    env, fs,
    hash::{DefaultHasher, Hasher},
    io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use fixes::UnknownGenerator;

/// Why there are no bindings.
#[derive(Debug, thiserror::Error)]
enum BindgenError {
    #[error("Usage: atelier-bindgen LIBRARY OUT_FOLDER")]
    Usage,
    #[error("{} could not be read or written: {source}.", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("No bindings could be generated from {library}: {reason}. Build atelier-ffi again and retry.")]
    Generator { library: String, reason: String },
    #[error(transparent)]
    Unknown(#[from] UnknownGenerator),
}

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let result = match (arguments.next(), arguments.next(), arguments.next()) {
        (Some(library), Some(out), None) => write_bindings(&library, Path::new(&out)),
        _ => Err(BindgenError::Usage),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn write_bindings(library: &str, out: &Path) -> Result<(), BindgenError> {
    let raw = out.join("raw");
    generate(library, &raw)?;
    let swift = fixes::keep_every_character(&read(&raw.join("AtelierBindings.swift"))?)?;
    let header = read(&raw.join("AtelierCoreFFI.h"))?;
    let module_map = fixes::without_use_lines(&read(&raw.join("AtelierCoreFFI.modulemap"))?);
    let hash = library_hash(&file_error(Path::new(library), fs::read(library))?);
    file_error(&raw, fs::remove_dir_all(&raw))?;

    let (code, module) = (out.join("AtelierBindings"), out.join("AtelierCoreFFI"));
    write_if_changed(&code.join("AtelierBindings.swift"), &swift)?;
    write_if_changed(&code.join("LibraryHash.swift"), &hash)?;
    write_if_changed(&module.join("AtelierCoreFFI.h"), &header)?;
    write_if_changed(&module.join("module.modulemap"), &module_map)
}

fn generate(library: &str, raw: &Path) -> Result<(), BindgenError> {
    let options = uniffi::GenerateOptions {
        languages: vec![uniffi::TargetLanguage::Swift],
        source: library.into(),
        out_dir: raw.to_string_lossy().into_owned().into(),
        config_override: None,
        // A machine with swift-format would otherwise produce other bytes than one without.
        format: false,
        crate_filter: Some("atelier_ffi".to_owned()),
        metadata_no_deps: true,
    };
    uniffi::generate(options)
        .map_err(|error| BindgenError::Generator { library: library.to_owned(), reason: format!("{error:#}") })
}

/// A Swift file that names this very library.
fn library_hash(library: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(library);
    format!(
        "// Written by bindings/bindgen. Differs whenever the library does, so that SwiftPM links again.\n\n\
         /// Names the build of the core that this program was linked with.\npublic let libraryHash = \"{:016x}\"\n",
        hasher.finish()
    )
}

fn read(path: &Path) -> Result<String, BindgenError> {
    file_error(path, fs::read_to_string(path))
}

fn write_if_changed(path: &Path, text: &str) -> Result<(), BindgenError> {
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        file_error(folder, fs::create_dir_all(folder))?;
    }
    file_error(path, fs::write(path, text))
}

fn file_error<T>(path: &Path, result: io::Result<T>) -> Result<T, BindgenError> {
    result.map_err(|source| BindgenError::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use std::{
        fs::File,
        time::{Duration, SystemTime},
    };

    use super::*;

    #[test]
    fn a_file_that_would_not_change_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("made/File.swift");
        write_if_changed(&file, "one").unwrap();
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        File::options().write(true).open(&file).unwrap().set_modified(long_ago).unwrap();
        write_if_changed(&file, "one").unwrap();
        assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), long_ago);
        write_if_changed(&file, "two").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "two");
    }

    #[test]
    fn the_hash_tells_libraries_apart_and_is_the_same_each_time() {
        assert_eq!(library_hash(b"one"), library_hash(b"one"));
        assert_ne!(library_hash(b"one"), library_hash(b"two"));
    }
}
