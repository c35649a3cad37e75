// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

// Processes: clone3, pidfd, exec, wait status, affinity. Every function returns a value >= 0 or a negative errno.
#pragma once
#include <stdint.h>
#include <sys/types.h>

enum {
    CLOISTER_CLONE_FILES = 0x400,
    CLOISTER_CLONE_NEWNS = 0x20000,
    CLOISTER_CLONE_NEWCGROUP = 0x2000000,
    CLOISTER_CLONE_NEWUTS = 0x4000000,
    CLOISTER_CLONE_NEWIPC = 0x8000000,
    CLOISTER_CLONE_NEWUSER = 0x10000000,
    CLOISTER_CLONE_NEWPID = 0x20000000,
    CLOISTER_CLONE_NEWNET = 0x40000000,
};

/// clone3(2) with fork semantics (no CLONE_VM). The child's signal handlers are cleared; exit signal SIGCHLD.
/// `cgroup` is a cgroup v2 directory to be born into, or -1. On success `*pidfd` is the child's pidfd (CLOEXEC).
/// Only for a single-threaded caller: no atfork handler runs.
pid_t cloister_clone(uint64_t flags, int cgroup, int *pidfd);
int cloister_pidfd_open(pid_t pid);
int cloister_pidfd_signal(int pidfd, int signal);
/// Signals the process group of a child that leads one and has not been reaped: its number is nobody else's so long.
int cloister_signal_group(pid_t leader, int signal);
/// Reaps the child behind `pidfd`: 1 and `*status` (code << 8 or signal) when it has ended, 0 when it has not.
int cloister_pidfd_reap(int pidfd, int *status);
/// 1 when the process behind `pidfd` is a child that has not been reaped, else 0.
int cloister_pidfd_is_child(int pidfd);
/// waitid(P_ALL, WNOHANG): the pid reaped, or 0. `*status` as above.
pid_t cloister_reap_any(int *status);
int cloister_execveat(int descriptor, const char *path, char *const argv[], char *const envp[], int flags);
int cloister_setns(int descriptor, uint64_t kinds);
int cloister_unshare(uint64_t kinds);
int cloister_close_range(unsigned first, unsigned last, unsigned flags);
enum { CLOISTER_CLOSE_RANGE_UNSHARE = 2, CLOISTER_CLOSE_RANGE_CLOEXEC = 4 };
/// dup3(2) with O_CLOEXEC.
int cloister_place_descriptor(int source, int target);
/// Sets the caller's affinity to `count` processors, the first being number `first` of its present set (wraps around).
int cloister_set_affinity(unsigned first, unsigned count);
int cloister_processor_count(void);
int cloister_set_child_subreaper(void);
int cloister_set_dumpable(int dumpable);
int cloister_set_no_new_privs(void);
int cloister_set_name(const char *name);
int cloister_join_session_keyring(void);
enum {
    CLOISTER_RLIMIT_FSIZE = 1,
    CLOISTER_RLIMIT_STACK = 3,
    CLOISTER_RLIMIT_CORE = 4,
    CLOISTER_RLIMIT_NPROC = 6,
    CLOISTER_RLIMIT_NOFILE = 7,
    CLOISTER_RLIMIT_MEMLOCK = 8,
    CLOISTER_RLIMIT_SIGPENDING = 11,
    CLOISTER_RLIMIT_MSGQUEUE = 12,
    CLOISTER_RLIMIT_NICE = 13,
    CLOISTER_RLIMIT_RTPRIO = 14,
};
/// Sets both limits to `value`, or to the present hard limit where that is lower.
int cloister_lower_rlimit(int resource, uint64_t value);
/// Raises the soft limit of open files to the hard one.
int cloister_raise_open_files(void);
/// Every signal's default and an empty mask. What a process ignores is inherited through clone3 and exec alike, also
/// from whoever started the spawner.
int cloister_reset_signals(void);
/// Waits until the descriptor is readable: 1, or 0 when the milliseconds are over.
int cloister_wait_readable(int descriptor, int milliseconds);
/// The hard limit of core dumps, raised to 1 if it is 0 and that may be done.
int64_t cloister_core_limit(void);
_Noreturn void cloister_exit(int code);
