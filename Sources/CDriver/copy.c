// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.
//
// A fork of the driver that is nobody's child but init's. As a child of the driver it would be in the way of user code
// that waits for its own children.
//
// What forks is a process between the two that shares the driver's memory, so that the page tables are copied once, and
// that ends at once. It has no exit signal: only who asks for such children hears of it.

#define _GNU_SOURCE
#include "../CZygote/rseq.h"

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define COPY_INTERFACE __attribute__((visibility("default")))

extern void PyOS_BeforeFork(void);
extern void PyOS_AfterFork_Parent(void);
extern void PyOS_AfterFork_Child(void);

/// Written by a process that shares this memory.
struct copy {
    int error;
};

// Inline, because the function around the system call must not return twice. clone3(2) is refused in sessions.
static inline long copy_clone_sharing_memory(void) {
    const unsigned long flags = CLONE_VM | CLONE_VFORK | CLONE_FILES;
#if defined(__x86_64__)
    long result;
    register long child __asm__("r10") = 0;
    register long tls __asm__("r8") = 0;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(SYS_clone), "D"(flags), "S"(0), "d"(0), "r"(child), "r"(tls)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long number __asm__("x8") = SYS_clone;
    register long first __asm__("x0") = (long)flags;
    register long second __asm__("x1") = 0;
    register long third __asm__("x2") = 0;
    register long fourth __asm__("x3") = 0;
    register long fifth __asm__("x4") = 0;
    __asm__ volatile("svc #0"
                     : "+r"(first)
                     : "r"(number), "r"(second), "r"(third), "r"(fourth), "r"(fifth)
                     : "memory");
    return first;
#else
#error "clone is not known for this architecture"
#endif
}

// Returns in the copy alone. errno and everything else of libc belong to the driver, which stands still meanwhile.
static __attribute__((noinline)) void copy_run_between(struct copy *copy) {
    pid_t pid = fork();
    if (pid == 0) return;
    copy->error = pid < 0 ? errno : 0;
    _exit(0);
}

static __attribute__((noinline)) long copy_start_between(struct copy *copy) {
    long pid = copy_clone_sharing_memory();
    if (pid != 0) return pid;
    copy_run_between(copy);
    // Keeps this frame, which the driver will return through as well, from being given up for the call.
    __asm__ volatile("" ::: "memory");
    return 0;
}

/// 0 in the copy, 1 in the caller, or a negative errno. To be called with the interpreter's lock held.
COPY_INTERFACE int cloister_driver_copy(void) {
    struct copy copy = {.error = 0};
    sigset_t all, before;
    sigfillset(&all);
    PyOS_BeforeFork();
    sigprocmask(SIG_SETMASK, &all, &before);
    long pid = copy_start_between(&copy);
    if (pid == 0) {
        zygote_register_rseq();
        sigprocmask(SIG_SETMASK, &before, NULL);
        PyOS_AfterFork_Child();
        return 0;
    }
    while (pid > 0 && waitpid((pid_t)pid, NULL, __WALL) < 0 && errno == EINTR) {
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    PyOS_AfterFork_Parent();
    if (pid < 0) return (int)pid;
    return copy.error == 0 ? 1 : -copy.error;
}
