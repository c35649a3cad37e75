// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

#pragma once
#include <sys/types.h>

struct join {
    /// The pidfd of the holder's init, and the directory of the running tree's group in the version 2 tree.
    int holder, group;
    /// `tasks` files of version 1 groups.
    const int *tasks;
    int task_count;

    // What came of it. Written by a process that shares this memory.
    pid_t pid;
    int pidfd, error;
    const char *step;
};

/// Forks the caller into the session. Returns 0 in the new process, and its pid or -1 (`step`, `error`) in the zygote.
/// The caller must own the holder's user namespace, and have its signals blocked.
long zygote_join(struct join *join);
