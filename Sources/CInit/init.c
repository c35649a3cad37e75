// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.
//
// Process 1 of a session. It reaps what user code leaves behind and ends, with the whole session, when the lifeline
// on descriptor 3 closes. It runs as another user than the user code, with no capability and under a filter of its
// own, and it reads nothing that anybody in the session writes: only which process the spawner, which is not that
// process' parent, wants to know the end of.

#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIFELINE = 3 };

#if defined(__x86_64__)
#define INIT_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define INIT_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the filter does not know this architecture"
#endif

#define INIT_ALLOW(number)                                     \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1),       \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

// What the loop below calls, and nothing else; anything else ends the session.
static int init_install_filter(void) {
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, INIT_ARCHITECTURE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        INIT_ALLOW(SYS_wait4),
        INIT_ALLOW(SYS_ppoll),
        INIT_ALLOW(SYS_rt_sigreturn),
        INIT_ALLOW(SYS_read),
        INIT_ALLOW(SYS_write),
        INIT_ALLOW(SYS_exit_group),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    struct sock_fprog filter = {.len = sizeof program / sizeof program[0], .filter = program};
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter);
}

// Only there to end ppoll: the default disposition would not.
static void init_on_child(int number) { (void)number; }

static int init_prepare(sigset_t *while_waiting) {
    struct sigaction action = {.sa_handler = init_on_child, .sa_flags = SA_NOCLDSTOP};
    sigset_t blocked;
    if (sigfillset(&blocked) < 0 || sigprocmask(SIG_SETMASK, &blocked, NULL) < 0) return -1;
    if (sigaction(SIGCHLD, &action, NULL) < 0) return -1;
    *while_waiting = blocked;
    if (sigdelset(while_waiting, SIGCHLD) < 0) return -1;
    // User code shall not see into process 1.
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) return -1;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -1;
    return init_install_filter();
}

// The process whose end is told, or 0.
static int32_t init_watched;

static void init_tell(int32_t status) {
    int32_t words[2] = {init_watched, status};
    init_watched = 0;
    // The spawner asks for one end at a time, so there is always room.
    if (write(LIFELINE, words, sizeof words) != (ssize_t)sizeof words) _exit(1);
}

static void init_reap(void) {
    int status;
    pid_t pid;
    while ((pid = wait4(-1, &status, WNOHANG, NULL)) > 0) {
        if (pid == init_watched) init_tell(status);
    }
}

// Whether the lifeline still stands.
static int init_listen(void) {
    int32_t pid = 0;
    if (read(LIFELINE, &pid, sizeof pid) != (ssize_t)sizeof pid) return 0;
    init_watched = pid;
    return 1;
}

int main(void) {
    sigset_t while_waiting;
    if (init_prepare(&while_waiting) < 0) return 1;
    if (write(LIFELINE, "R", 1) != 1) return 1;
    for (;;) {
        struct pollfd lifeline = {.fd = LIFELINE, .events = POLLIN};
        const struct timespec now = {0};
        int ready = ppoll(&lifeline, 1, NULL, &while_waiting);
        // Whose end is wanted was said before that process began to run, and is heard before it is reaped.
        if (ready < 0 && errno == EINTR) ready = ppoll(&lifeline, 1, &now, NULL);
        if (ready < 0) return 1;
        if (ready > 0 && !init_listen()) return 0;
        init_reap();
    }
}
