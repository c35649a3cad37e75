#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

# The guest's first process: boot.sh RUN-DIRECTORY. Its root is the host's, read-only; it puts a writable layer in the
# guest's memory over it, mounts what a Linux has, and becomes systemd or the command.
#
# The run directory holds: busybox, command, modprobe, shares (a directory a line), systemd (if it is wanted).
set -eu
run=$1
top=/mnt
new=$top/root
kernel=$("$run/busybox" uname -r)

do_() { "$run/busybox" "$@"; }

make_root() {
    do_ mount -t proc proc /proc
    do_ mount -t tmpfs -o mode=755 tmpfs "$top"
    do_ mkdir "$top/upper" "$top/work" "$new"
    do_ insmod "/usr/lib/uml/modules/$kernel/kernel/fs/overlayfs/overlay.ko"
    do_ mount -t overlay -o "lowerdir=/,upperdir=$top/upper,workdir=$top/work" overlay "$new"
}

mount_kernel_filesystems() {
    do_ mkdir -p "$new/proc" "$new/sys" "$new/dev" "$new/run" "$new/tmp" "$new/lib/modules/$kernel"
    do_ mount -t proc proc "$new/proc"
    do_ mount -t sysfs sysfs "$new/sys"
    do_ mount -t cgroup2 -o nsdelegate,memory_recursiveprot cgroup2 "$new/sys/fs/cgroup"
    do_ mount -t devtmpfs -o mode=755 devtmpfs "$new/dev"
    do_ mkdir -p "$new/dev/pts" "$new/dev/shm" "$new/dev/mqueue"
    # Opening it loads the module.
    [ -e "$new/dev/loop-control" ] || do_ mknod -m 660 "$new/dev/loop-control" c 10 237
    do_ mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts "$new/dev/pts"
    do_ mount -t tmpfs -o mode=1777 tmpfs "$new/dev/shm"
    do_ mount -t mqueue mqueue "$new/dev/mqueue"
    do_ mount -t tmpfs -o mode=755 tmpfs "$new/run"
    do_ mount -t tmpfs -o mode=1777 tmpfs "$new/tmp"
    do_ mount --bind "/usr/lib/uml/modules/$kernel" "$new/lib/modules/$kernel"
    echo "$run/modprobe" >"$new/proc/sys/kernel/modprobe"
}

mount_shares() {
    while read -r directory; do
        do_ mkdir -p "$new$directory"
        do_ mount -t hostfs -o "$directory" hostfs "$new$directory"
    done <"$run/shares"
}

settle() {
    do_ ip link set lo up
    do_ hostname vm
    echo vm >"$new/etc/hostname"
    # These tell programs that they are in a container.
    do_ rm -f "$new/.dockerenv" "$new/run/.containerenv"
}

# The host's enabled units are not the guest's business, nor is anything about devices and first boots.
prepare_systemd() {
    units=$new/etc/systemd/system
    do_ rm -rf "$units"
    do_ mkdir -p "$units" "$new/etc/systemd/journald.conf.d"
    for link in "$new"/lib/systemd/system/sysinit.target.wants/* "$new"/lib/systemd/system/sockets.target.wants/* \
        "$new"/lib/systemd/system/local-fs.target.wants/* "$new"/lib/systemd/system/timers.target.wants/*; do
        name=${link##*/}
        case $name in
        *journald*.socket | systemd-journald.service | dbus.socket | systemd-tmpfiles-setup* | '*') ;;
        *) do_ ln -s /dev/null "$units/$name" ;;
        esac
    done
    echo 0123456789abcdef0123456789abcdef >"$new/etc/machine-id"
    printf '[Journal]\nStorage=volatile\nForwardToConsole=no\n' >"$new/etc/systemd/journald.conf.d/vm.conf"
    printf '[Unit]\nRequires=basic.target\nAfter=basic.target\n[Service]\nType=exec\nDelegate=yes\n%s\n%s\n' \
        "ExecStart=$run/busybox sh $run/end.sh $run" TimeoutStartSec=infinity >"$units/vm-command.service"
    printf '[Unit]\nRequires=vm-command.service\n' >"$units/vm.target"
}

make_root
mount_kernel_filesystems
mount_shares
settle
cd "$new"
if [ -e "$run/systemd" ]; then
    prepare_systemd
    set -- /lib/systemd/systemd --unit=vm.target --show-status=no --log-target=journal --crash-shell=no
else
    set -- "$run/busybox" sh "$run/end.sh" "$run"
fi
do_ umount /proc
do_ mkdir -p mnt
do_ pivot_root . mnt
exec "$run/busybox" chroot . "$@" </dev/console >/dev/console 2>&1
