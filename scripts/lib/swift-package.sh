# The options that every SwiftPM call of this project needs.
# shellcheck shell=bash

# package_options COMMAND: sets `options`. All packages are built into one folder: what they share is compiled once.
package_options() {
    mkdir -p "$swift_builds"
    printf '%s\n' "$checkout" >"$swift_builds/checkout"
    # SwiftPM's own sandbox does not nest in ours, and the manifests are this project's. Its plan is made anew each time:
    # a kept one may be another package's, and does not notice files that came or went in packages it depends on by path.
    options=(--scratch-path "$swift_builds/products" --disable-sandbox)
    if [ "$1" != package ]; then
        options+=(--disable-build-manifest-caching)
        # Debian's libswiftObservation.so has an undefined symbol that no program needs.
        [ "$(uname)" != Linux ] || options+=(-Xlinker --allow-shlib-undefined)
    fi
}

# Products of checkouts that are gone, like CI's clones, would fill the disk.
forget_lost_checkouts() {
    local builds
    for builds in "$cache"/swift-build/*/; do
        if [ -e "$builds/checkout" ] && [ ! -e "$(cat "$builds/checkout")/scripts/swift" ]; then
            rm -rf "$builds" "$cache/logs/$(basename "$builds")"
        fi
    done
}
