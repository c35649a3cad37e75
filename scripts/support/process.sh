# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
# shellcheck shell=bash
# shellcheck disable=SC2154  # the caller sets the places, program_digest and ready_seconds

# The two processes of an instance. Expects instance_paths to have been called.
#
# $spawner_run_dir/ROLE.process holds "PID START-TIME DIGEST": the directory is root's, so that nothing but root decides
# which process gets a signal.

unit_of() { echo "cloister-$1-$instance.service"; }

has_systemd() { [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; }

# running_pid ROLE: the id of the live process that was started for it
running_pid() {
    local pid start rest
    read -r pid start rest 2>/dev/null <"$spawner_run_dir/$1.process" || return 1
    [ "$(started_at "$pid")" = "$start" ] || return 1
    echo "$pid"
}

# ensure_running ROLE COMMAND...: leaves a process alone that runs the same command, programs and settings
ensure_running() {
    local role=$1 pid digest recorded=$spawner_run_dir/$1.process
    shift
    digest=$(printf '%s\n' "$program_digest" "$@" | cat - "$spawner_run_dir/$role.environment" | sha256sum)
    digest=${digest%% *}
    if pid=$(running_pid "$role"); then
        [ "$(cut -d ' ' -f 3 "$recorded")" != "$digest" ] || { say "$role already runs (process $pid)"; return; }
        say "$role runs from other programs or settings: starting it again"
        # Without its spawner a daemon has no sessions, and the new spawner is another's parent.
        [ "$role" != spawner ] || end_process daemon
        end_process "$role"
    fi
    # What a killed run left: a unit without its record, a stale socket.
    forget_unit "$role"
    [ "$role" != spawner ] || rm -f "$spawner_socket"
    launch "$role" "$digest" "$@"
    say "$role started (process $(running_pid "$role" || echo '- which ended at once'))"
}

# record ROLE PID DIGEST
record() {
    printf '%s %s %s\n' "$2" "$(started_at "$2" || echo ended)" "$3" >"$spawner_run_dir/$1.process.new"
    mv "$spawner_run_dir/$1.process.new" "$spawner_run_dir/$1.process"
}

# launch ROLE DIGEST COMMAND...: starts it apart from this terminal and records it
launch() {
    printf -- '--- started %s\n' "$(date --utc +%FT%TZ)" >>"$log_dir/$1.log"
    if has_systemd; then launch_unit "$@"; else launch_plain "$@"; fi
}

launch_unit() {
    local role=$1 digest=$2 unit
    unit=$(unit_of "$role")
    shift 2
    local properties=(Type=exec "EnvironmentFile=$spawner_run_dir/$role.environment" LimitCORE=0 LimitNOFILE=524288
        TasksMax=infinity OOMPolicy=continue "StandardOutput=append:$log_dir/$role.log"
        "StandardError=append:$log_dir/$role.log")
    if [ "$role" = spawner ]; then
        properties+=(Delegate=yes KillMode=mixed)
    else
        properties+=(User=cloister Group=cloister NoNewPrivileges=yes CapabilityBoundingSet= UMask=0027)
    fi
    systemd-run --quiet --collect --unit="$unit" "${properties[@]/#/--property=}" -- "$@" >&2
    record "$role" "$(systemctl show --property=MainPID --value "$unit")" "$digest"
}

launch_plain() {
    local role=$1 digest=$2 drop=() environment
    shift 2
    if [ "$role" = daemon ]; then
        drop=(setpriv --reuid cloister --regid cloister --init-groups --inh-caps=-all --bounding-set=-all --no-new-privs)
    fi
    mapfile -t environment <"$spawner_run_dir/$role.environment"
    (
        cd /
        [ "$role" != daemon ] || umask 0027
        ulimit -c 0
        ulimit -n 524288 2>/dev/null || ulimit -n "$(ulimit -H -n)"
        # Recorded by the process itself, so that a start that is killed here leaves no stranger. setsid becomes the
        # program: a background job of a script leads no process group.
        record "$role" "$BASHPID" "$digest"
        exec setsid env -i "${environment[@]}" "${drop[@]}" "$@" </dev/null >>"$log_dir/$role.log" 2>&1 9>&-
    ) &
    local pid=$!
    # Until it has become the program, the record may still be missing.
    while [ "$(running_pid "$role" || :)" != "$pid" ] && started_at "$pid" >/dev/null; do sleep 0.02; done
}

# wait_ready ROLE COMMAND...: until COMMAND succeeds; fails with the log when the process ends or time is up
wait_ready() {
    local role=$1 start=$SECONDS shown=''
    shift
    until "$@"; do
        running_pid "$role" >/dev/null || give_up "$role" "the $role ended before it was ready"
        ((SECONDS - start < ready_seconds)) || give_up "$role" "the $role runs but was not ready within $ready_seconds s"
        if [ -z "$shown" ] && ((SECONDS - start >= 3)); then
            say "waiting until the $role is ready"
            shown=1
        fi
        sleep 0.05
    done
}

give_up() {
    say "the end of $log_dir/$1.log:"
    tail -n 20 "$log_dir/$1.log" | sed 's/^/    /' >&2
    [ -z "${last_answer-}" ] || say "its last answer: $last_answer"
    fail "$2" "the log above says why; 'scripts/instance stop $instance' clears what runs"
}

# end_process ROLE: asks it to end, kills it if it does not
end_process() {
    local pid waited
    if pid=$(running_pid "$1"); then
        kill -TERM "$pid" 2>/dev/null || :
        for ((waited = 0; waited < 200; waited++)); do
            running_pid "$1" >/dev/null || break
            sleep 0.1
        done
        if running_pid "$1" >/dev/null; then
            say "$1 does not end: killing process $pid"
            kill -KILL "$pid" 2>/dev/null || :
            while running_pid "$1" >/dev/null; do sleep 0.1; done
        fi
    fi
    forget_unit "$1"
    rm -f "$spawner_run_dir/$1.process"
}

forget_unit() {
    has_systemd || return 0
    systemctl stop "$(unit_of "$1")" 2>/dev/null || :
    systemctl reset-failed "$(unit_of "$1")" 2>/dev/null || :
}
