# Where things are: the checkout, the cache folder outside it, and what is kept there.
# Sets variables, makes folders, prints nothing.
# shellcheck shell=bash disable=SC2034  # not every script uses every place

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cache=${ATELIER_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/atelier}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd -P)

# What belongs to one checkout: the logs of the scripts, and SwiftPM's products, which hold absolute paths.
checkout_key=$(basename "$checkout")-$(printf %s "$checkout" | cksum | cut -d' ' -f1)
logs=$cache/logs/$checkout_key
swift_builds=$cache/swift-build/$checkout_key
mkdir -p "$logs"

# Rust's products can be shared by every checkout: a fresh clone starts warm.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}
