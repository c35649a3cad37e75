# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
# shellcheck shell=bash

# What every script needs; source it after `set -euo pipefail`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
program=${0##*/}
export root

say() { printf '[%s] %s\n' "$program" "$*" >&2; }

# fail MESSAGE [WHAT TO DO]
fail() {
    printf '[%s] error: %s\n' "$program" "$1" >&2
    [ $# -lt 2 ] || printf '[%s]   what to do: %s\n' "$program" "$2" >&2
    exit 1
}

need_root() { [ "$(id -u)" = 0 ] || fail "this needs root" "run it with: sudo env \"PATH=\$PATH\" make …"; }

# instance_paths NAME: sets the places of an instance
instance_paths() {
    local suffix=
    [[ $1 =~ ^[a-z0-9][a-z0-9-]{0,31}$ ]] ||
        fail "'$1' is no instance name" "use 1 to 32 characters of a-z, 0-9 and -, not starting with -"
    [ "$1" = default ] || suffix=-$1
    instance=$1
    state_dir=/var/lib/cloister$suffix
    log_dir=/var/log/cloister$suffix
    daemon_run_dir=/run/cloister$suffix
    spawner_run_dir=/run/cloister-spawner$suffix
    api_socket=$daemon_run_dir/api.sock
    spawner_socket=$spawner_run_dir/spawner.sock
    pool_file=$state_dir/pool.img
    pool_dir=$state_dir/pool
    export instance state_dir log_dir daemon_run_dir spawner_run_dir api_socket spawner_socket pool_file pool_dir
}

# with_lock FILE: waits until this process alone holds FILE, saying so if it has to
with_lock() {
    mkdir -p "$(dirname "$1")"
    exec 9>"$1"
    flock --nonblock 9 && return
    say "waiting for another run that holds $1"
    flock 9
}

# started_at PID: the kernel's start time of a process, which tells it from a later one with the same id
started_at() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    stat=${stat##*) }
    # shellcheck disable=SC2086
    set -- $stat
    [ "$1" != Z ] && printf '%s\n' "${20}"
}
