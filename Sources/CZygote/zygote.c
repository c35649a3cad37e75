// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.
//
// The part of a zygote that is not Python: it waits for the spawner's requests and forks a driver for each. It never
// returns to Python in the zygote itself, so that nothing there touches memory that the drivers share.

#define _GNU_SOURCE
#include "../CPlatform/include/cloister_driver.h"
#include "../CPlatform/include/cloister_process.h"
#include "../CPlatform/include/cloister_socket.h"
#include "../CPlatform/include/cloister_zygote.h"
#include "join.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ZYGOTE_INTERFACE __attribute__((visibility("default")))

extern void PyOS_BeforeFork(void);
extern void PyOS_AfterFork_Parent(void);
extern void PyOS_AfterFork_Child(void);

enum { MAX_DESCRIPTORS = CLOISTER_ZYGOTE_FIXED_DESCRIPTORS + CLOISTER_ZYGOTE_MAX_TASKS };

static struct {
    struct cloister_zygote_setup setup;
    struct cloister_instruction instructions[CLOISTER_ZYGOTE_MAX_INSTRUCTIONS];
} received;

static int receive_setup(int socket) {
    int none = 0;
    ssize_t size = cloister_receive_descriptors(socket, &received, sizeof received, NULL, &none);
    if (size < 0) return (int)size;
    const struct cloister_zygote_setup *setup = &received.setup;
    size_t count = (size_t)setup->instructions[0] + setup->instructions[1];
    return (size_t)size == sizeof *setup + count * sizeof received.instructions[0] ? 0 : -EBADMSG;
}

static int report(int socket, struct cloister_zygote_report *report, const char *step, int pidfd) {
    if (step != NULL) strncpy(report->step, step, sizeof report->step - 1);
    ssize_t sent = cloister_send_descriptors(socket, report, sizeof *report, &pidfd, pidfd >= 0 ? 1 : 0);
    return sent == sizeof *report ? 0 : -EIO;
}

/// Tells the spawner which step failed, in the words of every other child of it, and ends.
static _Noreturn void fail_driver(int status, const char *step, int failure) {
    char message[4 + 64];
    uint32_t error = (uint32_t)-failure;
    for (int index = 0; index < 4; index++) message[index] = (char)(error >> (8 * index));
    size_t length = strnlen(step, 64);
    memcpy(message + 4, step, length);
    cloister_send(status, message, 4 + length);
    _exit(1);
}

/// Returns the status socket, which is to be closed once the interpreter is in order.
static int enter(const struct cloister_zygote_request *request, const int *descriptors, const sigset_t *mask) {
    const struct cloister_instruction *second = received.instructions + received.setup.instructions[0];
    struct cloister_driver_entry entry = {
        .control = descriptors[2],
        .input = -1,
        .output = descriptors[3],
        .errors = descriptors[4],
        .display = descriptors[5],
        .keeper = descriptors[6],
        .status = descriptors[7],
        .first_processor = request->first_processor,
        .processors = request->processors,
        .limits = {request->open_files, request->processes, request->file_bytes},
        .user = received.setup.user,
        .landlock = received.setup.landlock,
        .filters = {{received.instructions, received.setup.instructions[0]}, {second, received.setup.instructions[1]}},
    };
    const char *step = "";
    int failure = cloister_enter_driver(&entry, &step);
    if (failure < 0) fail_driver(entry.status, step, failure);
    sigprocmask(SIG_SETMASK, mask, NULL);
    cloister_send(entry.status, "R", 1);
    return entry.status;
}

static void close_all(const int *descriptors, int count) {
    for (int index = 0; index < count; index++) close(descriptors[index]);
}

/// Returns 1 in the new driver, 0 in the zygote, or a negative errno when it cannot go on.
static int serve(int socket, const struct cloister_zygote_request *request, const int *descriptors) {
    struct join join = {.holder = descriptors[0],
                        .group = descriptors[1],
                        .tasks = descriptors + CLOISTER_ZYGOTE_FIXED_DESCRIPTORS,
                        .task_count = (int)request->tasks};
    sigset_t all, before;
    sigfillset(&all);
    PyOS_BeforeFork();
    sigprocmask(SIG_SETMASK, &all, &before);
    long pid = zygote_join(&join);
    if (pid == 0) {
        int status = enter(request, descriptors, &before);
        // Where a lock of some library would stay held, if anywhere. The spawner watches for the end of it.
        PyOS_AfterFork_Child();
        close(status);
        return 1;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    PyOS_AfterFork_Parent();
    struct cloister_zygote_report answer = {.number = request->number, .pid = join.pid, .error = join.error};
    answer.kind = pid > 0 ? CLOISTER_ZYGOTE_FORKED : CLOISTER_ZYGOTE_FAILED;
    int failure = report(socket, &answer, pid > 0 ? NULL : join.step, join.pidfd);
    if (join.pidfd >= 0) close(join.pidfd);
    return failure;
}

/// Waits for one request and serves it. As `serve`, with the session's processors in place of 1.
static int next(int socket) {
    struct cloister_zygote_request request;
    int descriptors[MAX_DESCRIPTORS];
    int count = MAX_DESCRIPTORS;
    ssize_t size = cloister_receive_descriptors(socket, &request, sizeof request, descriptors, &count);
    if (size == -EINTR) return 0;
    if (size == 0) _exit(0);
    if (size < 0) return (int)size;
    int outcome = -EBADMSG;
    if (size == sizeof request && request.tasks <= CLOISTER_ZYGOTE_MAX_TASKS &&
        count == CLOISTER_ZYGOTE_FIXED_DESCRIPTORS + (int)request.tasks) {
        outcome = serve(socket, &request, descriptors);
        if (outcome == 1) return request.processors > 0 ? (int)request.processors : 1;
    }
    close_all(descriptors, count);
    return outcome;
}

/// Serves until the spawner closes the socket, which ends the process. Returns only in a new driver, with the number of
/// its processors, or with a negative errno.
ZYGOTE_INTERFACE int cloister_zygote_serve(int socket) {
    int failure = receive_setup(socket);
    if (failure < 0) return failure;
    struct cloister_zygote_report ready = {.kind = CLOISTER_ZYGOTE_READY};
    failure = report(socket, &ready, NULL, -1);
    while (failure == 0) failure = next(socket);
    return failure;
}
