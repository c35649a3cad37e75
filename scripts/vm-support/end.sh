#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

# Runs the guest's command, notes its status and switches the machine off: end.sh RUN-DIRECTORY. The two consoles are
# the host's standard output and error.
run=$1
for console in /dev/tty1 /dev/tty2; do stty -F "$console" raw -echo; done
/usr/bin/setsid --wait bash "$run/command" </dev/null >/dev/tty1 2>/dev/tty2
echo "$?" >"$run/status.new"
mv "$run/status.new" "$run/status"
sync
exec "$run/busybox" poweroff -f
