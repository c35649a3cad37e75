// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

#define _GNU_SOURCE
#include "include/cloister_socket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83
#endif

static int result(long value) { return value < 0 ? -errno : (int)value; }

int cloister_peer_credentials(int socket, struct cloister_peer *peer) {
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) < 0) return -errno;
    peer->pid = credentials.pid;
    peer->uid = credentials.uid;
    peer->gid = credentials.gid;
    return 0;
}

int cloister_socket_pair(int type, int *first, int *second) {
    int ends[2];
    if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) < 0) return -errno;
    int on = 1;
    if (ioctl(ends[0], FIONBIO, &on) < 0) {
        int failure = -errno;
        close(ends[0]);
        close(ends[1]);
        return failure;
    }
    *first = ends[0];
    *second = ends[1];
    return 0;
}

static int set_option(int socket, int option, int value) {
    return result(setsockopt(socket, SOL_SOCKET, option, &value, sizeof value));
}

int cloister_socket_buffers(int socket, int bytes) {
    if (set_option(socket, SO_SNDBUFFORCE, bytes) < 0) set_option(socket, SO_SNDBUF, bytes);
    if (set_option(socket, SO_RCVBUFFORCE, bytes) < 0) set_option(socket, SO_RCVBUF, bytes);
    return 0;
}

int cloister_refuse_descriptors(int socket) { return set_option(socket, SO_PASSRIGHTS, 0); }
int cloister_set_peek_offset(int socket, int offset) { return set_option(socket, SO_PEEK_OFF, offset); }

int cloister_peek_offset(int socket) {
    int value = 0;
    socklen_t size = sizeof value;
    if (getsockopt(socket, SOL_SOCKET, SO_PEEK_OFF, &value, &size) < 0) return -errno;
    return value;
}

int cloister_readable_bytes(int descriptor) {
    int count = 0;
    return ioctl(descriptor, FIONREAD, &count) < 0 ? -errno : count;
}

static int address_of(const char *path, struct sockaddr_un *address) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof address->sun_path) return -ENAMETOOLONG;
    memcpy(address->sun_path, path, strlen(path));
    return 0;
}

static int with_address(const char *path, int (*act)(int, const struct sockaddr *, socklen_t), int type) {
    struct sockaddr_un address;
    int failure = address_of(path, &address);
    if (failure < 0) return failure;
    int descriptor = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    if (act(descriptor, (const struct sockaddr *)&address, sizeof address) < 0) {
        failure = -errno;
        close(descriptor);
        return failure;
    }
    return descriptor;
}

int cloister_listen_seqpacket(const char *path) {
    int descriptor = with_address(path, bind, SOCK_SEQPACKET | SOCK_NONBLOCK);
    if (descriptor >= 0 && listen(descriptor, 16) < 0) {
        int failure = -errno;
        close(descriptor);
        return failure;
    }
    return descriptor;
}

int cloister_connect_seqpacket(const char *path) { return with_address(path, connect, SOCK_SEQPACKET); }
int cloister_accept(int socket) { return result(accept4(socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)); }

int cloister_pass_credentials(int socket) { return set_option(socket, SO_PASSCRED, 1); }

ssize_t cloister_receive_with_credentials(int socket, void *bytes, size_t room, pid_t *pid) {
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(struct ucred))];
    } control;
    struct iovec vector = {.iov_base = bytes, .iov_len = room};
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
    ssize_t received = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (received < 0) return -errno;
    *pid = 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_CREDENTIALS) continue;
        struct ucred credentials;
        memcpy(&credentials, CMSG_DATA(header), sizeof credentials);
        *pid = credentials.pid;
    }
    return received;
}

ssize_t cloister_send_descriptors(int socket, const void *bytes, size_t count, const int *descriptors, int number) {
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int) * CLOISTER_MAX_PASSED)];
    } control;
    struct iovec vector = {.iov_base = (void *)bytes, .iov_len = count};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    if (number < 0 || number > CLOISTER_MAX_PASSED) return -EINVAL;
    if (number > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.room;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)number);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)number);
        memcpy(CMSG_DATA(header), descriptors, sizeof(int) * (size_t)number);
    }
    ssize_t sent = sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
}

ssize_t cloister_receive_descriptors(int socket, void *bytes, size_t room, int *descriptors, int *number) {
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int) * CLOISTER_MAX_PASSED)];
    } control;
    struct iovec vector = {.iov_base = bytes, .iov_len = room};
    struct msghdr message = {
        .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
    ssize_t received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (received < 0) return -errno;
    int kept = 0, cut = (message.msg_flags & (MSG_CTRUNC | MSG_TRUNC)) != 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        int passed[CLOISTER_MAX_PASSED];
        size_t size = header->cmsg_len - CMSG_LEN(0);
        memcpy(passed, CMSG_DATA(header), size);
        for (size_t index = 0; index < size / sizeof(int); index++) {
            if (kept < *number) descriptors[kept++] = passed[index];
            else { close(passed[index]); cut = 1; }
        }
    }
    if (cut) {
        while (kept > 0) close(descriptors[--kept]);
        received = -EMSGSIZE;
    }
    *number = kept;
    return received;
}

ssize_t cloister_send(int socket, const void *bytes, size_t count) {
    ssize_t sent = send(socket, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
}

ssize_t cloister_receive(int socket, void *bytes, size_t room, int peek) {
    ssize_t received = recv(socket, bytes, room, MSG_DONTWAIT | (peek ? MSG_PEEK : 0));
    return received < 0 ? -errno : received;
}

int cloister_shutdown(int socket) { return result(shutdown(socket, SHUT_RDWR)); }
int cloister_shutdown_writing(int socket) { return result(shutdown(socket, SHUT_WR)); }
int cloister_shutdown_reading(int socket) { return result(shutdown(socket, SHUT_RD)); }
