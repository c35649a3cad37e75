// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

// Preloaded into user-mode Linux 6.1 (linux.uml), so that it runs on processors with AMX or AVX-512.
//
// It keeps 2,696 bytes of extended register state per task and saves none of the AVX-512 registers in signal frames:
//
// - The host takes PTRACE_SETREGSET(NT_X86_XSTATE) only for the processor's whole area, which AMX makes larger than
//   that. Here the area is always exchanged whole; the parts that the guest has no room for get their initial state,
//   in which they always are, since the guest never asks for AMX.
// - A guest program that used AVX-512 registers would find them changed by its signal handlers. So the CPUID
//   instruction is made to fault in the guest's processes and answered here without these features.
//
// The guest kernel calls these functions from one thread, so static buffers are enough.

#define _GNU_SOURCE
#include <cpuid.h>
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define AREA_SIZE (32 * 1024)
// The XSAVE header begins here with the bit map of components that are not in their initial state.
#define COMPONENTS 512
#define AMX_COMPONENTS (UINT64_C(3) << 17)
#define ARCH_SET_CPUID 0x1012
#define CPUID_INSTRUCTION 0xa20f

static unsigned char area[AREA_SIZE] __attribute__((aligned(64)));
static size_t area_used;
// The request that let the current task run, which must be repeated after a CPUID was answered.
static long last_resume = -1;

static long host_ptrace(long request, pid_t task, void *address, void *data) {
    return syscall(SYS_ptrace, request, (long)task, address, data);
}

static long host_state(long request, pid_t task, size_t size) {
    struct iovec all = {area, size};
    long result = host_ptrace(request, task, (void *)(long)NT_X86_XSTATE, &all);
    if (result == 0 && request == PTRACE_GETREGSET) area_used = all.iov_len;
    return result;
}

static long get_state(pid_t task, struct iovec *wanted) {
    if (host_state(PTRACE_GETREGSET, task, AREA_SIZE) < 0) return -1;
    if (wanted->iov_len > area_used) wanted->iov_len = area_used;
    memcpy(wanted->iov_base, area, wanted->iov_len);
    return 0;
}

static long set_state(pid_t task, const struct iovec *given) {
    if (area_used == 0 && host_state(PTRACE_GETREGSET, task, AREA_SIZE) < 0) return -1;
    size_t size = given->iov_len < area_used ? given->iov_len : area_used;
    memcpy(area, given->iov_base, size);
    memset(area + size, 0, area_used - size);
    if (size < area_used && size >= COMPONENTS + sizeof(uint64_t)) {
        uint64_t components;
        memcpy(&components, area + COMPONENTS, sizeof components);
        components &= ~AMX_COMPONENTS;
        memcpy(area + COMPONENTS, &components, sizeof components);
    }
    return host_state(PTRACE_SETREGSET, task, area_used);
}

static int is_resume(long request) {
    return request == PTRACE_CONT || request == PTRACE_SYSCALL || request == PTRACE_SINGLESTEP ||
           request == PTRACE_SYSEMU || request == PTRACE_SYSEMU_SINGLESTEP;
}

// Replaces the C library's function of this name; peeks return the word, as there.
long ptrace(enum __ptrace_request given_request, ...) {
    long request = given_request;
    va_list rest;
    va_start(rest, given_request);
    pid_t task = va_arg(rest, pid_t);
    void *address = va_arg(rest, void *);
    void *data = va_arg(rest, void *);
    va_end(rest);

    if ((long)address == NT_X86_XSTATE && request == PTRACE_GETREGSET) return get_state(task, data);
    if ((long)address == NT_X86_XSTATE && request == PTRACE_SETREGSET) return set_state(task, data);
    if (request == PTRACE_PEEKTEXT || request == PTRACE_PEEKDATA || request == PTRACE_PEEKUSER) {
        long word = 0;
        if (host_ptrace(request, task, address, &word) < 0) return -1;
        errno = 0;
        return word;
    }
    // Called by each new process of the guest about itself; what it forks inherits the setting.
    if (request == PTRACE_TRACEME) syscall(SYS_arch_prctl, ARCH_SET_CPUID, 0L);
    if (is_resume(request)) last_resume = request;
    return host_ptrace(request, task, address, data);
}

static void hide_wide_vectors(uint32_t leaf, uint32_t subleaf, unsigned *a, unsigned *b, unsigned *c, unsigned *d) {
    if (leaf != 7) return;
    if (subleaf == 0) {
        // AVX512F, DQ, IFMA, PF, ER, CD, BW, VL.
        *b &= ~(1u << 16 | 1u << 17 | 1u << 21 | 1u << 26 | 1u << 27 | 1u << 28 | 1u << 30 | 1u << 31);
        // AVX512 VBMI, VBMI2, VNNI, BITALG, VPOPCNTDQ.
        *c &= ~(1u << 1 | 1u << 6 | 1u << 11 | 1u << 12 | 1u << 14);
        // AVX512 4VNNIW, 4FMAPS, VP2INTERSECT; AMX BF16; AVX512 FP16; AMX TILE, INT8.
        *d &= ~(1u << 2 | 1u << 3 | 1u << 8 | 1u << 22 | 1u << 23 | 1u << 24 | 1u << 25);
    } else if (subleaf == 1) {
        // AVX512 BF16, AMX FP16; AMX COMPLEX, AVX10.
        *a &= ~(1u << 5 | 1u << 21);
        *d &= ~(1u << 8 | 1u << 19);
    }
}

// Whether the stop was a faulting CPUID, which is then answered and the task let go on.
static int answer_cpuid(pid_t task) {
    siginfo_t cause;
    struct user_regs_struct registers;
    long word = 0;
    if (host_ptrace(PTRACE_GETSIGINFO, task, NULL, &cause) < 0 || cause.si_code != SI_KERNEL) return 0;
    if (host_ptrace(PTRACE_GETREGS, task, NULL, &registers) < 0) return 0;
    if (host_ptrace(PTRACE_PEEKTEXT, task, (void *)registers.rip, &word) < 0) return 0;
    if ((word & 0xffff) != CPUID_INSTRUCTION) return 0;

    unsigned a, b, c, d;
    uint32_t leaf = (uint32_t)registers.rax, subleaf = (uint32_t)registers.rcx;
    __cpuid_count(leaf, subleaf, a, b, c, d);
    hide_wide_vectors(leaf, subleaf, &a, &b, &c, &d);
    registers.rax = a;
    registers.rbx = b;
    registers.rcx = c;
    registers.rdx = d;
    registers.rip += 2;
    return host_ptrace(PTRACE_SETREGS, task, NULL, &registers) == 0 && host_ptrace(last_resume, task, NULL, NULL) == 0;
}

// Replaces the C library's function of this name; the guest kernel never sees the stops that are answered here.
pid_t waitpid(pid_t task, int *status, int options) {
    for (;;) {
        int seen = 0;
        pid_t result = (pid_t)syscall(SYS_wait4, (long)task, &seen, (long)options, 0L);
        int is_fault = result > 0 && task > 0 && WIFSTOPPED(seen) && WSTOPSIG(seen) == SIGSEGV;
        if (is_fault && last_resume >= 0 && answer_cpuid(result)) continue;
        if (status != NULL && result > 0) *status = seen;
        return result;
    }
}
