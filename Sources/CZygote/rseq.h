// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

#pragma once
#include <linux/types.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

extern const ptrdiff_t __rseq_offset __attribute__((weak));
extern const unsigned __rseq_size __attribute__((weak));

// The kernel forgets the registration of a process that shares memory, and so of what it forks.
static inline void zygote_register_rseq(void) {
    static const unsigned signature =
#if defined(__aarch64__)
        0xd428bc00;
#else
        0x53053053;
#endif
    if (&__rseq_size == NULL || __rseq_size == 0) return;
    syscall(SYS_rseq, (char *)__builtin_thread_pointer() + __rseq_offset, 32, 0, signature);
}
