// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

#define _GNU_SOURCE
#include "include/cloister_storage.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int result(long value) { return value < 0 ? -errno : (int)value; }

static int attach(int control, int file, int *index) {
    struct loop_config config = {.fd = (uint32_t)file};
    config.info.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR;
    int number = ioctl(control, LOOP_CTL_GET_FREE);
    if (number < 0) return -errno;
    char path[32];
    snprintf(path, sizeof path, "/dev/loop%d", number);
    int device = open(path, O_RDONLY | O_CLOEXEC);
    if (device < 0) return -errno;
    if (ioctl(device, LOOP_CONFIGURE, &config) < 0) {
        int failure = -errno;
        close(device);
        return failure;
    }
    *index = number;
    return device;
}

int cloister_loop_attach(int file, int *index) {
    int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
    if (control < 0) return -errno;
    // Another process may take the free device first: EBUSY.
    int device = -EBUSY;
    for (int attempt = 0; attempt < 32 && device == -EBUSY; attempt++) device = attach(control, file, index);
    close(control);
    return device;
}

int64_t cloister_backing_device(int descriptor) {
    struct stat status;
    if (fstat(descriptor, &status) < 0) return -errno;
    if (S_ISBLK(status.st_mode)) return (int64_t)status.st_rdev;
    struct btrfs_ioctl_dev_info_args info;
    for (uint64_t device = 1; device < 16; device++) {
        memset(&info, 0, sizeof info);
        info.devid = device;
        if (ioctl(descriptor, BTRFS_IOC_DEV_INFO, &info) < 0) continue;
        if (stat((const char *)info.path, &status) < 0) return -errno;
        return (int64_t)status.st_rdev;
    }
    return -ENODEV;
}

int cloister_subvolume_create(int directory, const char *name) {
    struct btrfs_ioctl_vol_args_v2 arguments;
    memset(&arguments, 0, sizeof arguments);
    if (strlen(name) > BTRFS_SUBVOL_NAME_MAX) return -ENAMETOOLONG;
    strcpy(arguments.name, name);
    return result(ioctl(directory, BTRFS_IOC_SUBVOL_CREATE_V2, &arguments));
}

int cloister_subvolume_delete(int directory, const char *name) {
    struct btrfs_ioctl_vol_args arguments;
    memset(&arguments, 0, sizeof arguments);
    if (strlen(name) > BTRFS_PATH_NAME_MAX) return -ENAMETOOLONG;
    strcpy(arguments.name, name);
    return result(ioctl(directory, BTRFS_IOC_SNAP_DESTROY, &arguments));
}

int64_t cloister_subvolume_id(int directory) {
    struct btrfs_ioctl_ino_lookup_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.objectid = BTRFS_FIRST_FREE_OBJECTID;
    if (ioctl(directory, BTRFS_IOC_INO_LOOKUP, &arguments) < 0) return -errno;
    return (int64_t)arguments.treeid;
}

int cloister_qgroup_limit(int directory, uint64_t subvolume, uint64_t bytes) {
    struct btrfs_ioctl_qgroup_limit_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.qgroupid = subvolume;
    arguments.lim.flags = BTRFS_QGROUP_LIMIT_MAX_RFER;
    arguments.lim.max_rfer = bytes;
    return result(ioctl(directory, BTRFS_IOC_QGROUP_LIMIT, &arguments));
}

int cloister_qgroup_remove(int directory, uint64_t subvolume) {
    struct btrfs_ioctl_qgroup_create_args arguments = {.create = 0, .qgroupid = subvolume};
    return result(ioctl(directory, BTRFS_IOC_QGROUP_CREATE, &arguments));
}

int cloister_start_commit(int directory) {
    uint64_t transaction = 0;
    return result(ioctl(directory, BTRFS_IOC_START_SYNC, &transaction));
}

/// Offsets of the keys (object, type, offset >= from) of a tree, in order.
static int search(int directory, uint64_t tree, uint64_t object, uint32_t type, uint64_t from, uint64_t *offsets, int room) {
    struct btrfs_ioctl_search_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.key.tree_id = tree;
    arguments.key.min_objectid = arguments.key.max_objectid = object;
    arguments.key.min_type = arguments.key.max_type = type;
    arguments.key.min_offset = from;
    arguments.key.max_offset = arguments.key.max_transid = UINT64_MAX;
    arguments.key.nr_items = (uint32_t)room;
    if (ioctl(directory, BTRFS_IOC_TREE_SEARCH, &arguments) < 0) return -errno;
    size_t position = 0;
    int found = 0;
    for (uint32_t item = 0; item < arguments.key.nr_items && found < room; item++) {
        struct btrfs_ioctl_search_header header;
        if (position + sizeof header > sizeof arguments.buf) return -EIO;
        memcpy(&header, arguments.buf + position, sizeof header);
        offsets[found++] = header.offset;
        position += sizeof header + header.len;
    }
    return found;
}

int cloister_subvolume_children(int directory, uint64_t parent, uint64_t from, uint64_t *ids, int room) {
    return search(directory, BTRFS_ROOT_TREE_OBJECTID, parent, BTRFS_ROOT_REF_KEY, from, ids, room);
}

int cloister_subvolume_exists(int directory, uint64_t id) {
    uint64_t offset;
    // A deletion takes the reference to the parent away; the item of the root itself waits for the cleaner.
    return search(directory, BTRFS_ROOT_TREE_OBJECTID, id, BTRFS_ROOT_BACKREF_KEY, 0, &offset, 1);
}

int cloister_qgroups(int directory, uint64_t from, uint64_t *ids, int room) {
    return search(directory, BTRFS_QUOTA_TREE_OBJECTID, 0, BTRFS_QGROUP_INFO_KEY, from, ids, room);
}

/// The beginning of one item of the quota tree: its length that was read, 0 when there is none.
static int quota_item(int directory, uint32_t type, uint64_t offset, void *bytes, size_t room) {
    struct btrfs_ioctl_search_args arguments;
    struct btrfs_ioctl_search_header header;
    memset(&arguments, 0, sizeof arguments);
    arguments.key.tree_id = BTRFS_QUOTA_TREE_OBJECTID;
    arguments.key.min_type = arguments.key.max_type = type;
    arguments.key.min_offset = arguments.key.max_offset = offset;
    arguments.key.max_transid = UINT64_MAX;
    arguments.key.nr_items = 1;
    if (ioctl(directory, BTRFS_IOC_TREE_SEARCH, &arguments) < 0) return -errno;
    if (arguments.key.nr_items == 0) return 0;
    memcpy(&header, arguments.buf, sizeof header);
    size_t length = header.len < room ? header.len : room;
    memcpy(bytes, arguments.buf + sizeof header, length);
    return (int)length;
}

int cloister_qgroup_is_empty(int directory, uint64_t subvolume) {
    struct btrfs_qgroup_info_item item;
    int length = quota_item(directory, BTRFS_QGROUP_INFO_KEY, subvolume, &item, sizeof item);
    if (length < 0) return length;
    return length < (int)sizeof item || (item.rfer == 0 && item.excl == 0);
}

int cloister_quota_is_inconsistent(int directory) {
    struct btrfs_qgroup_status_item item;
    const size_t needed = offsetof(struct btrfs_qgroup_status_item, flags) + sizeof item.flags;
    int length = quota_item(directory, BTRFS_QGROUP_STATUS_KEY, 0, &item, sizeof item);
    if (length < 0) return length;
    if ((size_t)length < needed) return 0;
    uint64_t flags = le64toh(item.flags);
    return (flags & BTRFS_QGROUP_STATUS_FLAG_INCONSISTENT) != 0 && (flags & BTRFS_QGROUP_STATUS_FLAG_RESCAN) == 0;
}

int cloister_quota_rescan(int directory) {
    struct btrfs_ioctl_quota_rescan_args arguments = {0};
    return result(ioctl(directory, BTRFS_IOC_QUOTA_RESCAN, &arguments));
}

int cloister_subvolume_delete_id(int directory, uint64_t id) {
    struct btrfs_ioctl_vol_args_v2 arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.flags = BTRFS_SUBVOL_SPEC_BY_ID;
    arguments.subvolid = id;
    return result(ioctl(directory, BTRFS_IOC_SNAP_DESTROY_V2, &arguments));
}
