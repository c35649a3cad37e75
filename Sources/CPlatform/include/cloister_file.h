// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

// Files below a descriptor, directory listings, reflinks. Every function returns a value >= 0 or a negative errno.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    CLOISTER_O_PATH = 010000000,
    CLOISTER_O_TMPFILE = 020200000,
    CLOISTER_RESOLVE_NO_XDEV = 1,
    CLOISTER_RESOLVE_NO_MAGICLINKS = 2,
    CLOISTER_RESOLVE_NO_SYMLINKS = 4,
    CLOISTER_RESOLVE_BENEATH = 8,
};

/// openat2(2); O_CLOEXEC is added. `path` is bytes ended by NUL.
int cloister_openat2(int directory, const char *path, int flags, unsigned mode, uint64_t resolve);

struct cloister_entry {
    uint64_t inode;
    size_t name;   ///< offset of the NUL-ended name in the buffer
    size_t length; ///< its length
    uint8_t type;  ///< DT_*
};
/// Fills `bytes` by getdents64(2): the count of bytes, 0 at the end.
ssize_t cloister_read_directory(int directory, void *bytes, size_t room);
/// The entry at `offset` of such a buffer and the next one's offset; -EINVAL when it does not fit.
ssize_t cloister_directory_entry(const void *bytes, size_t count, size_t offset, struct cloister_entry *entry);

struct cloister_stat {
    uint64_t device, inode, links, size, blocks;
    uint32_t mode, uid, gid;
    int64_t mtime_seconds, ctime_seconds;
    uint32_t mtime_nanoseconds, ctime_nanoseconds;
};
int cloister_fstat(int descriptor, struct cloister_stat *stat);
int cloister_fstatat(int directory, const char *path, struct cloister_stat *stat);
/// FICLONE: `target` shares all extents of `source`.
int cloister_reflink(int target, int source);
ssize_t cloister_copy_range(int source, int64_t *source_offset, int target, int64_t *target_offset, size_t count);
/// linkat(2) of an O_TMPFILE descriptor to a name.
int cloister_link_descriptor(int descriptor, int directory, const char *name);
/// renameat2(2); `flags` RENAME_NOREPLACE is 1.
int cloister_rename(int from_directory, const char *from, int to_directory, const char *to, unsigned flags);
/// A character device that everybody may read and write.
int cloister_make_device(int directory, const char *name, uint32_t major, uint32_t minor);
int cloister_memfd(const char *name);
/// An executable file in memory with these bytes, which nobody can change any more.
int cloister_sealed_memfd(const char *name, const void *bytes, size_t count);
/// statfs(2): the magic number, or a negative errno; block counts in bytes where asked.
int64_t cloister_filesystem(int descriptor, uint64_t *total, uint64_t *available);
int cloister_flock(int descriptor);
/// An open-file-description write lock on a range of bytes, which need not exist; -EAGAIN when somebody has some of it.
int cloister_lock_range(int descriptor, int64_t start, int64_t count);
/// syncfs(2).
int cloister_sync_filesystem(int descriptor);
