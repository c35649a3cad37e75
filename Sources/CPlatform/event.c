// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

#define _GNU_SOURCE
#include "include/cloister_socket.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

static int result(long value) { return value < 0 ? -errno : (int)value; }

int cloister_epoll_create(void) { return result(epoll_create1(EPOLL_CLOEXEC)); }

int cloister_epoll_set(int epoll, int descriptor, uint32_t events, uint64_t token, int change) {
    uint32_t plain = events & ~(uint32_t)CLOISTER_POLL_EDGE;
    struct epoll_event event = {.events = plain | ((events & CLOISTER_POLL_EDGE) != 0 ? EPOLLET : 0), .data.u64 = token};
    int operation = events == 0 ? EPOLL_CTL_DEL : change ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    return result(epoll_ctl(epoll, operation, descriptor, &event));
}

int cloister_epoll_wait(int epoll, struct cloister_event *events, int room, int timeout) {
    struct epoll_event ready[64];
    int count = epoll_wait(epoll, ready, room > 64 ? 64 : room, timeout);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int index = 0; index < count; index++) {
        events[index].token = ready[index].data.u64;
        events[index].events = ready[index].events;
    }
    return count;
}

int cloister_eventfd(void) { return result(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

int cloister_signalfd(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) return -errno;
    return result(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

int cloister_signalfd_read(int descriptor) {
    struct signalfd_siginfo info;
    ssize_t count = read(descriptor, &info, sizeof info);
    if (count < 0) return errno == EAGAIN ? 0 : -errno;
    return count == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

int cloister_oom_eventfd(int control, int oom_control, int eventfd) {
    char line[32];
    int length = snprintf(line, sizeof line, "%d %d", eventfd, oom_control);
    return write(control, line, (size_t)length) < 0 ? -errno : 0;
}
