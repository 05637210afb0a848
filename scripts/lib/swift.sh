# Makes Swift 6 available: the one on PATH when it is new enough, else Debian 13's in a private root in the cache folder.
# shellcheck shell=bash

# The name carries what is inside, so that a change of the recipe makes a new root.
swift_root=$cache/swift-root-trixie-1

# What entering it takes: a mount namespace, and for anyone but root the right to make one.
namespace=(--mount)
[ "$(id -u)" -eq 0 ] || namespace+=(--user --map-current-user --keep-caps)

swift_on_path() {
    command -v swift >/dev/null || return 1
    local major
    major=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\).*/\1/p' | head -1)
    [ "${major:-0}" -ge 6 ]
}

# Ready in this moment, without any set-up?
swift_ready() {
    swift_on_path || [ -d "$swift_root" ]
}

# Sets Swift up when it is not there. Safe to interrupt, and to run twice at the same time.
ensure_swift() {
    swift_ready || alone swift-root install_swift
}

install_swift() {
    ! swift_ready || return 0
    if ! is_debian; then
        echo "Atelier's app needs Swift 6 or newer: install it from swift.org so that 'swift' is on PATH, and try again." >&2
        return 1
    fi
    need debootstrap debootstrap
    if ! unshare "${namespace[@]}" true; then
        echo "This machine forbids the namespace that the private Swift root needs (see above):" \
            "install Swift 6 or newer so that 'swift' is on PATH, or try again as root." >&2
        return 1
    fi
    make_swift_root
}

# A mount namespace of its own for debootstrap: whatever it mounts is gone when it ends, however it ends.
make_swift_root() {
    local partial=$swift_root.partial mirror
    mirror=$(debian_mirror)
    as_root rm -rf --one-file-system "$partial"
    as_root unshare --mount /usr/sbin/debootstrap --variant=minbase \
        --include=swiftlang,libc6-dev,libstdc++-14-dev,ca-certificates,git trixie "$partial" ${mirror:+"$mirror"}
    as_root rm -rf "$partial/var/cache/apt" "$partial/var/lib/apt/lists"
    # Files that enter-root lays the host's over.
    as_root touch "$partial/etc/hosts" "$partial/etc/resolv.conf"
    as_root mv -T "$partial" "$swift_root"
}

# The mirror that apt uses for Debian's main archive; nothing when it can't tell, for debootstrap's own default.
debian_mirror() {
    apt-get indextargets --format "\$(ORIGIN) \$(COMPONENT) \$(REPO_URI)" 'Created-By: Packages' 2>/dev/null |
        awk '$1 == "Debian" && $2 == "main" && $3 ~ /^https?:/ { print $3; exit }'
}

# enter_swift_root PROGRAM…: becomes the program, in the private root.
enter_swift_root() {
    exec unshare "${namespace[@]}" "$checkout/scripts/lib/enter-root" "$swift_root" "$@"
}

# Becomes the program, in the system that has Swift.
exec_with_swift() {
    if swift_on_path; then
        exec "$@"
    fi
    enter_swift_root "$@"
}
