//! What the generator of UniFFI 0.31.1 gets wrong, put right in its output. Pure text in, text out.

/// The generated code is not what the fixes below were written for, so they can't be applied blindly.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The generated Swift code makes a string from bytes in {found} places instead of 2: UniFFI has changed. Look \
     whether it still drops a leading U+FEFF, then adapt bindings/bindgen/src/fixes.rs."
)]
pub(crate) struct UnknownGenerator {
    found: usize,
}

const DECODING: &str = "return String(bytes: ";
const DECODING_END: &str = ", encoding: String.Encoding.utf8)!";

/// Lets a string that starts with U+FEFF keep it. Foundation takes the character for a byte order mark and drops it;
/// in the middle of an answer, where a delta may start anywhere, it is text. (Fixed in UniFFI 0.31.2.)
///
/// The standard library's decoder keeps it, is faster, and can't fail: Rust strings are valid UTF-8.
pub(crate) fn keep_every_character(swift: &str) -> Result<String, UnknownGenerator> {
    let mut found = 0;
    let lines: Vec<String> = swift
        .split('\n')
        .map(|line| {
            let Some((indent, bytes)) = line.strip_suffix(DECODING_END).and_then(|line| line.split_once(DECODING))
            else {
                return line.to_owned();
            };
            found += 1;
            format!("{indent}return String(decoding: {bytes}, as: UTF8.self)")
        })
        .collect();
    if found == 2 { Ok(lines.join("\n")) } else { Err(UnknownGenerator { found }) }
}

/// Takes the `use "Darwin"` lines out of a module map: some versions of Xcode can't import the module because of
/// them, and a C header needs none. (mozilla/uniffi-rs issue 2917.)
pub(crate) fn without_use_lines(module_map: &str) -> String {
    let mut lines: Vec<&str> =
        module_map.trim_end().lines().filter(|line| !line.trim_start().starts_with("use ")).collect();
    lines.push("");
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GENERATED: &str = "\
        let bytes = UnsafeBufferPointer<UInt8>(start: value.data!, count: Int(value.len))
        return String(bytes: bytes, encoding: String.Encoding.utf8)!
    }
        return String(bytes: try readBytes(&buf, count: Int(len)), encoding: String.Encoding.utf8)!
";

    #[test]
    fn strings_are_decoded_without_foundation() {
        let fixed = keep_every_character(GENERATED).unwrap();
        assert_eq!(
            fixed,
            "\
        let bytes = UnsafeBufferPointer<UInt8>(start: value.data!, count: Int(value.len))
        return String(decoding: bytes, as: UTF8.self)
    }
        return String(decoding: try readBytes(&buf, count: Int(len)), as: UTF8.self)
"
        );
    }

    #[test]
    fn code_of_another_generator_is_refused_instead_of_half_fixed() {
        let other = GENERATED.replacen("String(bytes: bytes", "String(validating: bytes", 1);
        assert_eq!(keep_every_character(&other), Err(UnknownGenerator { found: 1 }));
    }

    #[test]
    fn a_module_map_loses_only_its_use_lines() {
        let module_map = "module AtelierCoreFFI {\n    header \"AtelierCoreFFI.h\"\n    export *\n    use \"Darwin\"\n    use \"_Builtin_stdint\"\n}";
        assert_eq!(
            without_use_lines(module_map),
            "module AtelierCoreFFI {\n    header \"AtelierCoreFFI.h\"\n    export *\n}\n"
        );
    }
}
