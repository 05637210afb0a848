# Debian packages that a step needs, installed only when something is missing.
# shellcheck shell=bash

is_debian() {
    [ -r /etc/os-release ] && grep -qx 'ID=debian' /etc/os-release
}

# Runs a command with the rights of root: as it is, or through sudo.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "This needs the rights of root: $*. Run it as root, or install sudo." >&2
        return 1
    fi
}

# need PROGRAM PACKAGE…: installs the packages when the program is not there.
need() {
    local program=$1
    shift
    command -v "$program" >/dev/null || [ -x "/usr/sbin/$program" ] || debian_install "$@"
}

# What a Linux desktop keeps passwords in, for the tests that save keys there; without it they check nothing.
ensure_keyring() {
    [ "$(uname)" = Linux ] || return 0
    need dbus-daemon dbus-daemon
    need gnome-keyring-daemon gnome-keyring
    need secret-tool libsecret-tools
}

# What commands are confined with; without it only the other way is tested.
ensure_sandbox() {
    [ "$(uname)" = Linux ] || return 0
    need bwrap bubblewrap
}

debian_install() {
    if ! is_debian && ! command -v apt-get >/dev/null; then
        echo "Not found here, and only installed by itself on Debian: $*. Please install it and try again." >&2
        return 1
    fi
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}
