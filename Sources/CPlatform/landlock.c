// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

// Own declarations: the headers of Debian 12 end at ABI 1.
#define _GNU_SOURCE
#include "include/cloister_privilege.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446, PATH_BENEATH = 1, VERSION_FLAG = 1 };

struct ruleset {
    uint64_t fs, net, scoped;
};
struct __attribute__((packed)) path_beneath {
    uint64_t allowed;
    int32_t parent;
};

static const uint64_t execute_and_read = 0x1 | 0x4 | 0x8;

/// Every file-system right the ABI knows: 13 at first, then REFER, TRUNCATE, IOCTL_DEV.
static uint64_t rights_of(int abi) {
    uint64_t rights = 0x1fff;
    if (abi >= 2) rights |= 1 << 13;
    if (abi >= 3) rights |= 1 << 14;
    if (abi >= 5) rights |= 1 << 15;
    return rights;
}

static int add_rule(int ruleset, const char *path, uint64_t rights) {
    struct path_beneath rule = {.allowed = rights, .parent = open(path, O_PATH | O_CLOEXEC)};
    if (rule.parent < 0) return -errno;
    long failed = syscall(ADD_RULE, ruleset, PATH_BENEATH, &rule, 0);
    int failure = failed < 0 ? -errno : 0;
    close(rule.parent);
    return failure;
}

int cloister_landlock_abi(void) {
    long abi = syscall(CREATE_RULESET, NULL, 0, VERSION_FLAG);
    return abi < 0 ? -errno : (int)abi;
}

int cloister_landlock_restrict(int abi, const char *const writable[]) {
    struct ruleset attributes = {.fs = rights_of(abi)};
    // ABI 6: no abstract socket and no signal across the domain's border.
    size_t size = sizeof attributes.fs;
    if (abi >= 6) {
        attributes.scoped = 3;
        size = sizeof attributes;
    }
    int ruleset = (int)syscall(CREATE_RULESET, &attributes, size, 0);
    if (ruleset < 0) return -errno;
    int failure = add_rule(ruleset, "/", execute_and_read);
    for (; failure == 0 && *writable != NULL; writable++) failure = add_rule(ruleset, *writable, rights_of(abi));
    if (failure == 0 && syscall(RESTRICT_SELF, ruleset, 0) < 0) failure = -errno;
    close(ruleset);
    return failure;
}
