// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

#define _GNU_SOURCE
#include "include/cloister_driver.h"

#include "include/cloister_process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRY(name, call)                        \
    do {                                       \
        *step = (name);                        \
        int outcome = (call);                  \
        if (outcome < 0) return outcome;       \
    } while (0)

static int posix(long value) { return value < 0 ? -errno : (int)value; }

/// To a number that no target has.
static int move_high(int *descriptor) {
    int copy = fcntl(*descriptor, F_DUPFD_CLOEXEC, 200);
    if (copy < 0) return -errno;
    *descriptor = copy;
    return 0;
}

static int move_if_present(int *descriptor) { return *descriptor < 0 ? 0 : move_high(descriptor); }

/// To its place; where there is none, the place is empty.
static int put(int descriptor, int place) {
    if (descriptor >= 0) return posix(dup2(descriptor, place));
    return cloister_close_range((unsigned)place, (unsigned)place, 0);
}

static int arrange_descriptors(struct cloister_driver_entry *entry, const char **step) {
    TRY("dup control", move_high(&entry->control));
    TRY("dup stdin", move_if_present(&entry->input));
    TRY("dup stdout", move_high(&entry->output));
    TRY("dup stderr", move_high(&entry->errors));
    TRY("dup display", move_if_present(&entry->display));
    TRY("dup keeper", move_if_present(&entry->keeper));
    TRY("dup status", move_high(&entry->status));
    int input = entry->input;
    if (input < 0) TRY("open /dev/null", input = posix(open("/dev/null", O_RDONLY | O_CLOEXEC)));
    TRY("place status", cloister_place_descriptor(entry->status, CLOISTER_DRIVER_STATUS));
    entry->status = CLOISTER_DRIVER_STATUS;
    TRY("dup2 stdin", posix(dup2(input, 0)));
    TRY("dup2 stdout", posix(dup2(entry->output, 1)));
    TRY("dup2 stderr", posix(dup2(entry->errors, 2)));
    TRY("dup2 control", posix(dup2(entry->control, 3)));
    TRY("dup2 display", put(entry->display, 4));
    TRY("dup2 keeper", put(entry->keeper, 5));
    TRY("close_range", cloister_close_range(CLOISTER_DRIVER_STATUS + 1, UINT_MAX, 0));
    return 0;
}

int cloister_lower_fixed_limits(const char **step) {
    // At exactly 1 the kernel starts no core_pattern handler.
    TRY("limit of core dumps", cloister_lower_rlimit(CLOISTER_RLIMIT_CORE, 1));
    TRY("limit of locked memory", cloister_lower_rlimit(CLOISTER_RLIMIT_MEMLOCK, 64 * 1024));
    TRY("limit of message queues", cloister_lower_rlimit(CLOISTER_RLIMIT_MSGQUEUE, 0));
    TRY("limit of signals", cloister_lower_rlimit(CLOISTER_RLIMIT_SIGPENDING, 1024));
    TRY("limit of real-time priority", cloister_lower_rlimit(CLOISTER_RLIMIT_RTPRIO, 0));
    TRY("limit of niceness", cloister_lower_rlimit(CLOISTER_RLIMIT_NICE, 0));
    TRY("limit of the stack", cloister_lower_rlimit(CLOISTER_RLIMIT_STACK, 8 << 20));
    return 0;
}

static int apply_limits(const struct cloister_driver_limits *limits, const char **step) {
    TRY("limit of open files", cloister_lower_rlimit(CLOISTER_RLIMIT_NOFILE, limits->open_files));
    TRY("limit of processes", cloister_lower_rlimit(CLOISTER_RLIMIT_NPROC, limits->processes));
    TRY("limit of file size", cloister_lower_rlimit(CLOISTER_RLIMIT_FSIZE, limits->file_bytes));
    return cloister_lower_fixed_limits(step);
}

static int give_up_privileges(const struct cloister_driver_entry *entry, const char **step) {
    static const char *const writable[] = {"/workspace", "/tmp", "/dev", NULL};
    TRY("set ids of the user", cloister_set_ids(entry->user, entry->user));
    TRY("session keyring", cloister_join_session_keyring());
    TRY("securebits", cloister_lock_securebits());
    TRY("drop capabilities", cloister_drop_capabilities());
    TRY("chdir", posix(chdir("/workspace")));
    TRY("no_new_privs", cloister_set_no_new_privs());
    if (entry->landlock > 0) TRY("landlock", cloister_landlock_restrict(entry->landlock, writable));
    // A change of ids took it away; what has executed anew would have it again.
    TRY("dumpable", cloister_set_dumpable(1));
    return 0;
}

int cloister_enter_driver(struct cloister_driver_entry *entry, const char **step) {
    TRY("setsid", posix(setsid()));
    umask(022);
    TRY("affinity", cloister_set_affinity(entry->first_processor, entry->processors));
    // Rooted at the running tree's group, so that /proc/self/cgroup tells nothing.
    TRY("cgroup namespace", cloister_unshare(CLOISTER_CLONE_NEWCGROUP));
    int failure = arrange_descriptors(entry, step);
    if (failure == 0) failure = apply_limits(&entry->limits, step);
    if (failure == 0) failure = give_up_privileges(entry, step);
    // The filters come last: after them there is nothing but execve, or the interpreter that runs already.
    for (size_t index = 0; failure == 0 && index < CLOISTER_DRIVER_FILTERS; index++) {
        *step = "seccomp";
        failure = cloister_install_filter(entry->filters[index].instructions, entry->filters[index].count);
    }
    return failure;
}
