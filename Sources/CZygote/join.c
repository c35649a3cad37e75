// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.
//
// The way of a fork into a session.
//
// A zygote has threads and no capability, so it cannot enter a user namespace itself, and a copy of it that could would
// cost a second copy of its page tables. What enters is a process between the two that shares the zygote's memory and is
// alone in its thread group: it joins the session's namespaces by the right of their owner, and forks there.

#define _GNU_SOURCE
#include "join.h"

#include "rseq.h"

#include "../CPlatform/include/cloister_process.h"

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Inline, because the function around the system call must not return twice.
static inline long clone_sharing_memory(struct clone_args *arguments) {
#if defined(__x86_64__)
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(SYS_clone3), "D"(arguments), "S"(sizeof *arguments)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long number __asm__("x8") = SYS_clone3;
    register long first __asm__("x0") = (long)arguments;
    register long second __asm__("x1") = sizeof *arguments;
    __asm__ volatile("svc #0" : "+r"(first) : "r"(number), "r"(second) : "memory");
    return first;
#else
#error "clone3 is not known for this architecture"
#endif
}

static int enter_groups(const struct join *join) {
    for (int index = 0; index < join->task_count; index++) {
        if (write(join->tasks[index], "0", 1) != 1) return -errno;
    }
    return 0;
}

static _Noreturn void leave(struct join *join, const char *step, int error) {
    join->step = step;
    join->error = error;
    _exit(0);
}

// Returns in the driver alone. errno and everything else of libc belong to the zygote, which stands still meanwhile.
static __attribute__((noinline)) void run_between(struct join *join) {
    static const uint64_t kinds = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWPID;
    int failure = enter_groups(join);
    if (failure < 0) leave(join, "enter cgroup", -failure);
    failure = cloister_setns(join->holder, kinds);
    if (failure < 0) leave(join, "join the holder", -failure);
    // libc's own fork: its locks and those of libraries are in order in the copy.
    pid_t driver = fork();
    if (driver == 0) return;
    if (driver < 0) leave(join, "fork", errno);
    join->pid = driver;
    // Nobody but its parent can have collected it, so the number is still its own.
    join->pidfd = cloister_pidfd_open(driver);
    leave(join, "pidfd", join->pidfd < 0 ? -join->pidfd : 0);
}

static __attribute__((noinline)) long start_between(struct join *join) {
    struct clone_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.flags = CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_INTO_CGROUP;
    arguments.exit_signal = SIGCHLD;
    arguments.cgroup = (uint64_t)join->group;
    long pid = clone_sharing_memory(&arguments);
    if (pid != 0) return pid;
    run_between(join);
    // Keeps this frame, which the zygote will return through as well, from being given up for the call.
    __asm__ volatile("" ::: "memory");
    return 0;
}

long zygote_join(struct join *join) {
    join->step = "clone";
    join->error = 0;
    join->pid = 0;
    join->pidfd = -1;
    long pid = start_between(join);
    if (pid == 0) {
        zygote_register_rseq();
        return 0;
    }
    if (pid < 0) {
        join->error = (int)-pid;
        return -1;
    }
    while (waitpid((pid_t)pid, NULL, 0) < 0 && errno == EINTR) {
    }
    return join->error == 0 ? join->pid : -1;
}
