//! The UniFFI binding generator at the workspace's own version, so that generated code and library always match.

fn main() {
    uniffi::uniffi_bindgen_main();
}
