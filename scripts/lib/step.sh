# How scripts run what takes time: one line for each step that ran, and the end of its log when it failed.
# shellcheck shell=bash

# Ends the script with one sentence for the person who ran it.
die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# alone NAME COMMAND…: runs the command while no other script of this cache folder runs one under this name.
# Whatever the command leaves running holds the lock too.
alone() {
    local lock=$cache/$1.lock
    shift
    if command -v flock >/dev/null; then
        (
            flock 9
            "$@"
        ) 9>"$lock"
    else
        "$@"
    fi
}

# step NAME COMMAND…: runs the command in a subshell, its output in a log of its own. With `quiet` set, what went well
# within two seconds is not worth a line.
# Not for use in a condition (if, ||): bash would then ignore a failure inside the command.
step() {
    local name=$1 status start=$SECONDS
    shift
    step_log=$logs/$(basename "$0")-$(printf %s "$name" | tr -cs 'A-Za-z0-9\n' '-').log
    [ ! -t 1 ] || printf '…      %s' "$name"
    set +e
    (
        set -e
        "$@"
    ) >"$step_log" 2>&1 </dev/null
    status=$?
    set -e
    [ ! -t 1 ] || printf '\r\033[K'
    if [ "$status" -eq 0 ]; then
        if [ -z "${quiet-}" ] || [ $((SECONDS - start)) -gt 2 ]; then
            printf 'ok     %s (%s s)\n' "$name" $((SECONDS - start))
        fi
        return
    fi
    printf 'FAILED %s (%s s)\n' "$name" $((SECONDS - start))
    # A Swift test that failed is told where it failed, not at the end.
    { grep '^✘' "$step_log" | head -n 20 || true; } | sed 's/^/       /'
    tail -n 80 "$step_log" | sed 's/^/       /'
    printf '%s failed with status %s; its full output is in %s\n' "$name" "$status" "$step_log"
    exit "$status"
}
