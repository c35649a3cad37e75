// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

// Loop devices and btrfs subvolumes with quota groups. A value >= 0 or a negative errno.
#pragma once
#include <stdint.h>

/// Attaches the file read-only to a free loop device that detaches itself after its last user; returns a descriptor
/// of the device and its number in `*index`.
int cloister_loop_attach(int file, int *index);
/// The device number (makedev) of a block device or, for a btrfs directory, of its first member device.
int64_t cloister_backing_device(int descriptor);
int cloister_subvolume_create(int directory, const char *name);
int cloister_subvolume_delete(int directory, const char *name);
/// The id of the subvolume that `directory` lies in.
int64_t cloister_subvolume_id(int directory);
/// Limits the referenced bytes of the subvolume's quota group.
int cloister_qgroup_limit(int directory, uint64_t subvolume, uint64_t bytes);
int cloister_qgroup_remove(int directory, uint64_t subvolume);
/// Asks the file system to commit soon, so that its cleaner wakes up; does not wait.
int cloister_start_commit(int directory);
