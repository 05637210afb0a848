# How scripts report: one line for each step that ran, and the end of its log when it failed.
# shellcheck shell=bash

# Ends the script with one sentence for the person who ran it.
die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# step NAME COMMAND…: runs the command in a subshell, its output in a log of its own.
# Not for use in a condition (if, ||): bash would then ignore a failure inside the command.
step() {
    local name=$1 log status start=$SECONDS
    shift
    log=$logs/$(basename "$0")-$(printf %s "$name" | tr -cs 'A-Za-z0-9\n' '-').log
    [ ! -t 1 ] || printf '…      %s' "$name"
    set +e
    (
        set -e
        "$@"
    ) >"$log" 2>&1 </dev/null
    status=$?
    set -e
    [ ! -t 1 ] || printf '\r\033[K'
    if [ "$status" -eq 0 ]; then
        printf 'ok     %s (%s s)\n' "$name" $((SECONDS - start))
        return
    fi
    printf 'FAILED %s (%s s)\n' "$name" $((SECONDS - start))
    tail -n 80 "$log" | sed 's/^/       /'
    printf '%s failed with status %s; its full output is in %s\n' "$name" "$status" "$log" >&2
    exit 1
}
