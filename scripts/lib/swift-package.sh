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
    # SwiftPM's own sandbox does not nest in ours, and the manifests are this project's.
    options=(--scratch-path "$swift_builds/$(printf %s "${folder#/}" | tr / -)" --disable-sandbox)
    if [ "$(uname)" = Linux ] && [ "$command" != package ]; then
        # Debian's libswiftObservation.so has an undefined symbol that no program needs.
        options+=(-Xlinker --allow-shlib-undefined)
    fi
}
