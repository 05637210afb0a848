# What Rust needs beyond itself, and Rust for the Mac.
# shellcheck shell=bash

# A C compiler: SQLite and the TLS library are partly C.
ensure_rust() {
    if ! command -v cargo >/dev/null; then
        echo "Atelier's core needs Rust: install it with rustup, so that 'cargo' is on PATH, and try again." >&2
        return 1
    fi
    command -v cc >/dev/null || debian_install gcc libc6-dev
}

ensure_rust_checks() {
    ensure_rust
    cargo fmt --version >/dev/null || rustup component add rustfmt
    cargo clippy --version >/dev/null || rustup component add clippy
}

mac_targets=(aarch64-apple-darwin x86_64-apple-darwin)

# Rust's standard library for the Mac: rustup's, else Debian's sources of it with the compiler they belong to.
ensure_mac_rust() {
    mac_std_is_installed || rustup target add "${mac_targets[@]}" ||
        dpkg -s rustc-web cargo-web rust-web-src >/dev/null 2>&1 || debian_install rustc-web cargo-web rust-web-src
}

mac_std_is_installed() {
    local target
    for target in "${mac_targets[@]}"; do
        [ -d "$(rustc --print target-libdir --target "$target")" ] || return 1
    done
}

# mac_cargo COMMAND ARGUMENT…: cargo for one of the Mac targets, which is named among the arguments. Elsewhere than on a
# Mac, zig compiles the C parts, and what has to be linked against Apple's frameworks can't be built.
mac_cargo() {
    local command=$1 environment
    environment=(MACOSX_DEPLOYMENT_TARGET=15.0 "CARGO_TARGET_DIR=$cache/target-mac"
        "CARGO_ZIGBUILD_ZIG_PATH=$tools/bin/python-zig")
    shift
    if [ "$(uname)" = Darwin ]; then
        env "${environment[@]}" cargo "$command" "$@"
    elif mac_std_is_installed; then
        env "${environment[@]}" cargo-zigbuild "$command" "$@"
    else
        env "${environment[@]}" RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc CARGO=/usr/bin/cargo \
            cargo-zigbuild "$command" '-Zbuild-std=std,panic_abort' "$@"
    fi
}

# The folder below CARGO_TARGET_DIR in which Cargo puts what it builds with a profile.
profile_folder() {
    case $1 in
    dev) echo debug ;;
    bench) echo release ;;
    *) echo "$1" ;;
    esac
}
