// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

#define _GNU_SOURCE
#include "include/cloister_process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int result(long value) { return value < 0 ? -errno : (int)value; }

pid_t cloister_clone(uint64_t flags, int cgroup, int *pidfd) {
    struct clone_args args;
    memset(&args, 0, sizeof args);
    args.flags = flags | CLONE_PIDFD | CLONE_CLEAR_SIGHAND;
    args.pidfd = (uint64_t)(uintptr_t)pidfd;
    args.exit_signal = SIGCHLD;
    if (cgroup >= 0) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (uint64_t)cgroup;
    }
    return result(syscall(SYS_clone3, &args, sizeof args));
}

int cloister_pidfd_open(pid_t pid) { return result(syscall(SYS_pidfd_open, pid, 0)); }

int cloister_pidfd_signal(int pidfd, int signal) {
    return result(syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0));
}

int cloister_signal_group(pid_t leader, int signal) {
    return leader > 1 ? result(kill(-leader, signal)) : -ESRCH;
}

static int wait_status(const siginfo_t *info) {
    return info->si_code == CLD_EXITED ? (info->si_status & 0xff) << 8 : info->si_status & 0x7f;
}

int cloister_pidfd_reap(int pidfd, int *status) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG) < 0) return -errno;
    if (info.si_pid == 0) return 0;
    *status = wait_status(&info);
    return 1;
}

int cloister_pidfd_is_child(int pidfd) {
    siginfo_t info;
    return waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG | WNOWAIT) == 0 ? 1 : 0;
}

pid_t cloister_reap_any(int *status) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG) < 0) return -errno;
    if (info.si_pid != 0) *status = wait_status(&info);
    return info.si_pid;
}

int cloister_execveat(int descriptor, const char *path, char *const argv[], char *const envp[], int flags) {
    return result(syscall(SYS_execveat, descriptor, path, argv, envp, flags));
}

int cloister_setns(int descriptor, uint64_t kinds) { return result(setns(descriptor, (int)kinds)); }
int cloister_unshare(uint64_t kinds) { return result(unshare((int)kinds)); }

int cloister_close_range(unsigned first, unsigned last, unsigned flags) {
    return result(syscall(SYS_close_range, first, last, flags));
}

int cloister_place_descriptor(int source, int target) { return result(dup3(source, target, O_CLOEXEC)); }

int cloister_processor_count(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) < 0) return -errno;
    return CPU_COUNT(&set);
}

int cloister_set_affinity(unsigned first, unsigned count) {
    cpu_set_t have, want;
    if (sched_getaffinity(0, sizeof have, &have) < 0) return -errno;
    unsigned total = (unsigned)CPU_COUNT(&have);
    if (total == 0 || count >= total) return 0;
    CPU_ZERO(&want);
    unsigned position = 0;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &have)) continue;
        if ((position + total - first % total) % total < count) CPU_SET(cpu, &want);
        position++;
    }
    return result(sched_setaffinity(0, sizeof want, &want));
}

int cloister_set_child_subreaper(void) { return result(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)); }
int cloister_set_dumpable(int dumpable) { return result(prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0)); }
int cloister_set_no_new_privs(void) { return result(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); }
int cloister_set_name(const char *name) { return result(prctl(PR_SET_NAME, name, 0, 0, 0)); }

int cloister_join_session_keyring(void) {
    return syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 ? -errno : 0;
}

int cloister_lower_rlimit(int resource, uint64_t value) {
    _Static_assert((int)CLOISTER_RLIMIT_NICE == (int)RLIMIT_NICE, "the kernel's numbers");
    struct rlimit limit;
    if (getrlimit(resource, &limit) < 0) return -errno;
    if (value < limit.rlim_max) limit.rlim_max = value;
    limit.rlim_cur = limit.rlim_max;
    return result(setrlimit(resource, &limit));
}

int cloister_raise_open_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return -errno;
    limit.rlim_cur = limit.rlim_max;
    return result(setrlimit(RLIMIT_NOFILE, &limit));
}

int cloister_reset_signals(void) {
    // The kernel's structure, all zero: the default. libc keeps 32 and 33 to itself, but they are inherited as well.
    static const unsigned long defaults[4];
    sigset_t none;
    for (int number = 1; number < _NSIG; number++) {
        if (number == SIGKILL || number == SIGSTOP) continue;
        if (syscall(SYS_rt_sigaction, number, defaults, NULL, _NSIG / 8) < 0) return -errno;
    }
    sigemptyset(&none);
    return result(sigprocmask(SIG_SETMASK, &none, NULL));
}

int cloister_wait_readable(int descriptor, int milliseconds) {
    struct pollfd wanted = {.fd = descriptor, .events = POLLIN};
    return result(poll(&wanted, 1, milliseconds));
}

int64_t cloister_core_limit(void) {
    struct rlimit limit, raised = {1, 1};
    if (getrlimit(RLIMIT_CORE, &limit) < 0) return -errno;
    if (limit.rlim_max == 0 && setrlimit(RLIMIT_CORE, &raised) == 0) return 1;
    return limit.rlim_max > INT32_MAX ? INT32_MAX : (int64_t)limit.rlim_max;
}

void cloister_exit(int code) { _exit(code); }
