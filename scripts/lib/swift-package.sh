# The options that every SwiftPM call of this project needs.
# shellcheck shell=bash

# package_options COMMAND ARGUMENT…: sets `options` for the package that the arguments name (else the current folder).
package_options() {
    local command=$1 folder=. previous='' argument
    for argument in "$@"; do
        case $argument in --package-path=*) folder=${argument#*=} ;; esac
        [ "$previous" != --package-path ] || folder=$argument
        previous=$argument
    done
    folder=$(cd "$folder" && pwd -P)
    folder=${folder#"$checkout"/}
    mkdir -p "$swift_builds"
    printf '%s\n' "$checkout" >"$swift_builds/checkout"
    local scratch
    scratch=$swift_builds/$(printf %s "${folder#/}" | tr / -)
    plan_again_when_files_moved "$scratch"
    # SwiftPM's own sandbox does not nest in ours, and the manifests are this project's.
    options=(--scratch-path "$scratch" --disable-sandbox)
    if [ "$(uname)" = Linux ] && [ "$command" != package ]; then
        # Debian's libswiftObservation.so has an undefined symbol that no program needs.
        options+=(-Xlinker --allow-shlib-undefined)
    fi
}

# SwiftPM notices added and removed files of the package that it builds, but not of those that it depends on by path.
# Without its plan it makes a new one, and builds no more than it has to.
plan_again_when_files_moved() {
    local scratch=$1 files
    files=$(cd "$checkout" && find bindings/swift macos-app tests/swiftui-linux -type f -not -name '.*' | sort | cksum)
    if [ "$(cat "$scratch/files" 2>/dev/null)" != "$files" ]; then
        mkdir -p "$scratch"
        rm -f "$scratch"/*.yaml
        echo "$files" >"$scratch/files"
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
