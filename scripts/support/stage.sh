# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
# shellcheck shell=bash

# What test stages share. Sourced from the repository's root, inside scripts/test.

tools=$PWD/.build-venv/bin
failures=0

# check NAME COMMAND...: a check that counts as one test
check() {
    local name=$1
    shift
    if "$@"; then record passed "$name"; else
        record failed "$name" "$1 found problems"
        failures=$((failures + 1))
    fi
}

# record passed|failed|skipped NAME [REASON]
record() {
    printf '%s\t%s\t%s\n' "$1" "$2" "${3-}" >>"$CLOISTER_RESULTS/$CLOISTER_STAGE.list"
    [ "$1" != failed ] || printf 'FAILED: %s: %s\n' "$2" "${3-}" >&2
    [ "$1" != skipped ] || printf 'skipped: %s: %s\n' "$2" "${3-}" >&2
}

# python_suite DIRECTORY [PYTEST-ARGUMENT...]
python_suite() {
    local directory=$1 name
    shift
    name=$(basename "$directory")
    printf -- '--- %s\n' "$directory" >&2
    "$tools/pytest" "$directory" --junitxml="$CLOISTER_RESULTS/$CLOISTER_STAGE-$name.xml" "$@" ||
        failures=$((failures + 1))
}

# python_suites: every directory of Tests with Python tests that no other stage has
python_suites() {
    local directory
    for directory in Tests/*/; do
        directory=${directory%/}
        case ${directory#Tests/} in driver | images | vm) continue ;; esac
        [ -z "$(find "$directory" -name 'test_*.py' -print -quit)" ] || echo "$directory"
    done
}

# use_gateway: starts the S3 gateway once for all stages and sets the environment of its clients
use_gateway() {
    [ -e "$CLOISTER_GATEWAY/env" ] || scripts/radosgw start "$CLOISTER_GATEWAY"
    # shellcheck source=/dev/null
    . "$CLOISTER_GATEWAY/env"
}

end_stage() { exit $((failures > 0)); }
