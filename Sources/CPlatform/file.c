// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

#define _GNU_SOURCE
#include "include/cloister_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

static int result(long value) { return value < 0 ? -errno : (int)value; }

int cloister_openat2(int directory, const char *path, int flags, unsigned mode, uint64_t resolve) {
    struct open_how how = {.flags = (uint64_t)(unsigned)flags | O_CLOEXEC, .mode = mode, .resolve = resolve};
    return result(syscall(SYS_openat2, directory, path, &how, sizeof how));
}

struct kernel_entry {
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
};

ssize_t cloister_read_directory(int directory, void *bytes, size_t room) {
    ssize_t count = syscall(SYS_getdents64, directory, bytes, room);
    return count < 0 ? -errno : count;
}

ssize_t cloister_directory_entry(const void *bytes, size_t count, size_t offset, struct cloister_entry *entry) {
    struct kernel_entry head;
    size_t start = offsetof(struct kernel_entry, name);
    if (offset > count || count - offset < start) return -EINVAL;
    memcpy(&head, (const char *)bytes + offset, start);
    if (head.length <= start || head.length > count - offset) return -EINVAL;
    entry->inode = head.inode;
    entry->type = head.type;
    entry->name = offset + start;
    entry->length = strnlen((const char *)bytes + entry->name, head.length - start);
    if (entry->length == head.length - start) return -EINVAL;
    return (ssize_t)(offset + head.length);
}

static int fill(struct cloister_stat *out, int failed, const struct stat *in) {
    if (failed) return -errno;
    *out = (struct cloister_stat){
        .device = in->st_dev,
        .inode = in->st_ino,
        .links = in->st_nlink,
        .size = (uint64_t)in->st_size,
        .blocks = (uint64_t)in->st_blocks,
        .mode = in->st_mode,
        .uid = in->st_uid,
        .gid = in->st_gid,
        .mtime_seconds = in->st_mtim.tv_sec,
        .ctime_seconds = in->st_ctim.tv_sec,
        .mtime_nanoseconds = (uint32_t)in->st_mtim.tv_nsec,
        .ctime_nanoseconds = (uint32_t)in->st_ctim.tv_nsec,
    };
    return 0;
}

int cloister_fstat(int descriptor, struct cloister_stat *out) {
    struct stat in;
    return fill(out, fstat(descriptor, &in) < 0, &in);
}

int cloister_fstatat(int directory, const char *path, struct cloister_stat *out) {
    struct stat in;
    return fill(out, fstatat(directory, path, &in, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0, &in);
}

int cloister_reflink(int target, int source) { return result(ioctl(target, FICLONE, source)); }

ssize_t cloister_copy_range(int source, int64_t *source_offset, int target, int64_t *target_offset, size_t count) {
    ssize_t copied = copy_file_range(source, source_offset, target, target_offset, count, 0);
    return copied < 0 ? -errno : copied;
}

int cloister_link_descriptor(int descriptor, int directory, const char *name) {
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    return result(linkat(AT_FDCWD, path, directory, name, AT_SYMLINK_FOLLOW));
}

int cloister_rename(int from_directory, const char *from, int to_directory, const char *to, unsigned flags) {
    return result(syscall(SYS_renameat2, from_directory, from, to_directory, to, flags));
}

int cloister_memfd(const char *name) { return result(memfd_create(name, MFD_CLOEXEC)); }

int cloister_sealed_memfd(const char *name, const void *bytes, size_t count) {
    // Kernels before 6.3 do not know MFD_EXEC, and have it always.
    int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | 0x10u);
    if (descriptor < 0) descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0) return -errno;
    ssize_t written = write(descriptor, bytes, count);
    int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    if (written == (ssize_t)count && fchmod(descriptor, 0555) == 0 && fcntl(descriptor, F_ADD_SEALS, seals) == 0) return descriptor;
    int failure = written >= 0 && written < (ssize_t)count ? -ENOSPC : -errno;
    close(descriptor);
    return failure;
}

int64_t cloister_filesystem(int descriptor, uint64_t *total, uint64_t *available) {
    struct statfs in;
    if (fstatfs(descriptor, &in) < 0) return -errno;
    *total = (uint64_t)in.f_blocks * (uint64_t)in.f_bsize;
    *available = (uint64_t)in.f_bavail * (uint64_t)in.f_bsize;
    return in.f_type;
}

int cloister_flock(int descriptor) { return result(flock(descriptor, LOCK_EX | LOCK_NB)); }

int cloister_sync_filesystem(int descriptor) { return result(syncfs(descriptor)); }

int cloister_lock_range(int descriptor, int64_t start, int64_t count) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = count};
    return result(fcntl(descriptor, F_OFD_SETLK, &lock));
}

int cloister_make_device(int directory, const char *name, uint32_t major, uint32_t minor) {
    if (mknodat(directory, name, S_IFCHR | 0666, makedev(major, minor)) < 0) return -errno;
    return result(fchmodat(directory, name, 0666, 0));
}
