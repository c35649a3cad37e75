// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

// Giving up privileges: capabilities, securebits, ids, seccomp, Landlock. A value >= 0 or a negative errno.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Empties all five capability sets, the bounding set included, and proves it by reading them back (-EPERM if not).
int cloister_drop_capabilities(void);
/// Locks NOROOT, NO_SETUID_FIXUP, KEEP_CAPS off and NO_CAP_AMBIENT_RAISE.
int cloister_lock_securebits(void);
/// SECBIT_NO_SETUID_FIXUP: capabilities stay effective while the effective uid changes.
int cloister_keep_capabilities_across_uid(void);
int cloister_set_effective_uid(uid_t uid);
int cloister_set_ids(uid_t uid, gid_t gid);
int cloister_drop_groups(void);

struct cloister_instruction {
    uint16_t code;
    uint8_t jump_true, jump_false;
    uint32_t constant;
};
/// seccomp(SECCOMP_SET_MODE_FILTER, 0, program); needs no_new_privs.
int cloister_install_filter(const struct cloister_instruction *program, size_t count);

/// Landlock's ABI, or a negative errno where the kernel has none.
int cloister_landlock_abi(void);
/// Confines the caller: read and execute below "/", and full access below each of `writable` (NULL-ended).
int cloister_landlock_restrict(int abi, const char *const writable[]);

/// Brings `lo` of the caller's network namespace up.
int cloister_loopback_up(void);
