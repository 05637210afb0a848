# Programs that the checks need and that Rust does not bring along, in a private Python environment in the cache folder.
# shellcheck shell=bash

tools=$cache/tools-$(cksum <"$checkout/scripts/lib/tools.txt" | cut -d' ' -f1)
# Last on PATH: what the machine has comes first.
PATH=$PATH:$tools/bin

ensure_tools() {
    [ -e "$tools/complete" ] || alone tools install_tools
}

install_tools() {
    [ ! -e "$tools/complete" ] || return 0
    python3 -c 'import ensurepip, venv' || debian_install python3-venv
    rm -rf "$tools"
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check -r "$checkout/scripts/lib/tools.txt"
    touch "$tools/complete"
}
