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
        case $folder in macos-app/* | tests/*) add_macros ;; esac
    fi
}

# The stand-in for SwiftUI has macros (#Preview and the like). Its plug-in is compiled against the SwiftSyntax of the
# toolchain; its name carries a sum of the sources, so that a change rebuilds what was compiled with it.
add_macros() {
    local sources=("$checkout"/tests/swiftui-linux/Macros/*.swift) plugin host
    plugin=$cache/swift-macros/$(cat "${sources[@]}" | cksum | tr ' ' -)/libStandInMacros.so
    if [ ! -e "$plugin" ]; then
        mkdir -p "$(dirname "$plugin")"
        host=$(with_swift swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1\/host/p')
        with_swift swiftc -emit-library -module-name StandInMacros -o "$plugin.$$" -I "$host" -L "$host" \
            -lSwiftSyntaxMacros -lSwiftSyntax -lSwiftSyntaxBuilder -Xlinker -rpath -Xlinker "$host" "${sources[@]}" >&2
        mv "$plugin.$$" "$plugin"
    fi
    options+=(-Xswiftc -load-plugin-library -Xswiftc "$plugin")
}
