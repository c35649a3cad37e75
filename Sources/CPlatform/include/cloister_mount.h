// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

// The mount API by descriptors. Every function returns a value >= 0 or a negative errno.
#pragma once
#include <stdint.h>

enum {
    CLOISTER_OPEN_TREE_CLONE = 1,
    CLOISTER_AT_RECURSIVE = 0x8000,
    CLOISTER_AT_EMPTY_PATH = 0x1000,
    CLOISTER_MOUNT_RDONLY = 0x1,
    CLOISTER_MOUNT_NOSUID = 0x2,
    CLOISTER_MOUNT_NODEV = 0x4,
    CLOISTER_MOUNT_NOEXEC = 0x8,
    CLOISTER_MOUNT_NOSYMFOLLOW = 0x200000,
};

/// A detached file system of type `type` as a CLOEXEC descriptor, from alternating key, value strings ended by NULL
/// (an empty value sets a flag). `attributes` are CLOISTER_MOUNT_*.
int cloister_make_mount(const char *type, const char *const options[], uint64_t attributes);
/// open_tree(2): `flags` are CLOISTER_OPEN_TREE_CLONE, _AT_RECURSIVE, _AT_EMPTY_PATH. The descriptor is CLOEXEC.
int cloister_open_tree(int directory, const char *path, unsigned flags);
/// Attaches the detached mount `mount` at `path` below `directory` (an empty path: onto the directory itself).
int cloister_move_mount(int mount, int directory, const char *path);
/// mount_setattr(2) on a detached mount: `set` attributes; id-mapped through `userns` unless it is -1.
int cloister_mount_setattr(int mount, unsigned flags, uint64_t set, int userns);
/// Mounts of the host still reach the caller, its own reach nobody.
int cloister_make_slave(const char *path);
int cloister_pivot_into_current_directory(void);
