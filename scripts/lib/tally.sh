# How many test cases ran, over all the runners: read from their own lines.
# shellcheck shell=bash

tally_passed=0
tally_failed=0
tally_skipped=0

# count_tests LOG: adds what cargo-nextest, Swift Testing and Python's unittest say in it.
count_tests() {
    local passed failed skipped
    read -r passed failed skipped < <(sed 's/\x1b\[[0-9;]*m//g' "$1" | awk '
        function before(word,   i) {
            for (i = 2; i <= NF; i++) if ($i ~ "^" word) return $(i - 1) + 0
            return 0
        }
        /^ *Summary \[/ {
            passed += before("passed")
            failed += before("failed") + before("timed")
            skipped += before("skipped")
        }
        /^[^ ]+ Test run with / { next }
        /^[^ ]+ Test .* passed after [0-9.]+ seconds/ { passed++ }
        /^[^ ]+ Test .* failed after [0-9.]+ seconds/ { failed++ }
        /^[^ ]+ Test [^"]* skipped/ || /^[^ ]+ Test "[^"]*" skipped/ { skipped++ }
        /^Ran [0-9]+ tests? in / { ran = $2 }
        /^OK$/ { passed += ran }
        /^FAILED \(/ { gsub(/[^0-9]+/, " "); failed += $1 + $2; passed += ran - $1 - $2 }
        END { print passed + 0, failed + 0, skipped + 0 }')
    tally_passed=$((tally_passed + passed))
    tally_failed=$((tally_failed + failed))
    tally_skipped=$((tally_skipped + skipped))
}
