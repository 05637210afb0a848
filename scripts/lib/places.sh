# Where things are: the checkout, the cache folder outside it, and what is kept there.
# Sets variables, makes folders, prints nothing.
# shellcheck shell=bash disable=SC2034  # the variables are for the scripts that source this file

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cache=${ATELIER_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/atelier}
mkdir -p "$cache/logs"
cache=$(cd "$cache" && pwd -P)
logs=$cache/logs

# One folder of Swift build products per checkout, because SwiftPM's products hold absolute paths.
checkout_key=$(basename "$checkout")-$(printf %s "$checkout" | cksum | cut -d' ' -f1)
swift_builds=$cache/swift-build/$checkout_key

# Rust's products can be shared by every checkout: a fresh clone starts warm.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}
