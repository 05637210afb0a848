# How many test cases ran, over all the runners: read from their own lines.
# shellcheck shell=bash

tally_passed=0
tally_failed=0

# count_tests LOG: adds what cargo-nextest, Swift Testing and Python's unittest say in it.
count_tests() {
    local passed failed
    read -r passed failed < <(sed 's/\x1b\[[0-9;]*m//g' "$1" | awk '
        function before(word,   i) {
            for (i = 2; i <= NF; i++) if ($i ~ "^" word) return $(i - 1) + 0
            return 0
        }
        /^ *Summary \[/ { passed += before("passed"); failed += before("failed") + before("timed") }
        /^. Test .* passed after / && !/^. Test run with / { passed++ }
        /^. Test .* failed after / && !/^. Test run with / { failed++ }
        /^Ran [0-9]+ tests? in / { ran = $2 }
        /^OK$/ { passed += ran }
        /^FAILED \(/ { gsub(/[^0-9]+/, " "); bad = $1 + $2; failed += bad; passed += ran - bad }
        END { print passed + 0, failed + 0 }')
    tally_passed=$((tally_passed + passed))
    tally_failed=$((tally_failed + failed))
}
