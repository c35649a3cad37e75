// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

#define _GNU_SOURCE
#include "include/cloister_mount.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

static int result(long value) { return value < 0 ? -errno : (int)value; }

static int fs_config(int context, unsigned command, const char *key, const char *value) {
    return result(syscall(SYS_fsconfig, context, command, key, value, 0));
}

static int configure(int context, const char *const options[]) {
    for (; options[0] != NULL; options += 2) {
        int empty = options[1][0] == '\0';
        int failure = fs_config(context, empty ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING, options[0],
                                empty ? NULL : options[1]);
        if (failure < 0) return failure;
    }
    return fs_config(context, FSCONFIG_CMD_CREATE, NULL, NULL);
}

int cloister_make_mount(const char *type, const char *const options[], uint64_t attributes) {
    int context = result(syscall(SYS_fsopen, type, FSOPEN_CLOEXEC));
    if (context < 0) return context;
    int mounted = configure(context, options);
    if (mounted >= 0) mounted = result(syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, attributes));
    close(context);
    return mounted;
}

int cloister_open_tree(int directory, const char *path, unsigned flags) {
    return result(syscall(SYS_open_tree, directory, path, flags | OPEN_TREE_CLOEXEC));
}

int cloister_move_mount(int mount, int directory, const char *path) {
    unsigned flags = MOVE_MOUNT_F_EMPTY_PATH | (path[0] == '\0' ? MOVE_MOUNT_T_EMPTY_PATH : 0);
    return result(syscall(SYS_move_mount, mount, "", directory, path, flags));
}

int cloister_mount_setattr(int mount, unsigned flags, uint64_t set, int userns) {
    struct mount_attr attributes = {.attr_set = set};
    if (userns >= 0) {
        attributes.attr_set |= MOUNT_ATTR_IDMAP;
        attributes.userns_fd = (uint64_t)userns;
    }
    return result(syscall(SYS_mount_setattr, mount, "", flags | AT_EMPTY_PATH, &attributes, sizeof attributes));
}

int cloister_make_slave(const char *path) { return result(mount("none", path, NULL, MS_REC | MS_SLAVE, NULL)); }

int cloister_pivot_into_current_directory(void) {
    if (syscall(SYS_pivot_root, ".", ".") < 0) return -errno;
    // The old root now lies over the new one, and goes with all that is mounted below it. Once: a second time would take
    // the new root, where no user namespace holds it fast.
    if (umount2(".", MNT_DETACH) < 0) return -errno;
    return result(chdir("/"));
}
