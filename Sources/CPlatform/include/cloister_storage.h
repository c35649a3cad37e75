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
/// 1 when nothing is charged to the quota group, as of the last commit, or there is none; else 0. To remove one that
/// something is charged to makes the kernel lose count of all of them.
int cloister_qgroup_is_empty(int directory, uint64_t subvolume);
/// 1 when the kernel has lost count, and so enforces no limit, and is not counting anew; else 0.
int cloister_quota_is_inconsistent(int directory);
/// Has the kernel count anew, in the background.
int cloister_quota_rescan(int directory);
/// The ids of subvolumes that lie directly in the subvolume `parent`, from `from` on; at most `room`.
int cloister_subvolume_children(int directory, uint64_t parent, uint64_t from, uint64_t *ids, int room);
/// Deletes a subvolume by its id; `directory` lies in the top subvolume.
int cloister_subvolume_delete_id(int directory, uint64_t id);
/// The ids of quota groups of single subvolumes, from `from` on; at most `room`.
int cloister_qgroups(int directory, uint64_t from, uint64_t *ids, int room);
/// 1 when a subvolume has this id, 0 when none has or it is deleted.
int cloister_subvolume_exists(int directory, uint64_t id);
/// Asks the file system to commit soon, so that its cleaner wakes up; does not wait.
int cloister_start_commit(int directory);
