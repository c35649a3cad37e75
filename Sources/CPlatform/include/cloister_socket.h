// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

// Sockets, descriptor passing, epoll. Every function returns a value >= 0 or a negative errno.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { CLOISTER_MAX_PASSED = 32 };

struct cloister_peer {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};

/// SO_PEERCRED of a connected AF_UNIX socket.
int cloister_peer_credentials(int socket, struct cloister_peer *peer);
/// A connected AF_UNIX pair, CLOEXEC; `type` is SOCK_STREAM or SOCK_SEQPACKET. The first end is non-blocking.
int cloister_socket_pair(int type, int *first, int *second);
/// Largest send and receive buffers, beyond the system's ceiling where privileges allow.
int cloister_socket_buffers(int socket, int bytes);
/// SO_PASSRIGHTS=0: the peer cannot send descriptors (kernel 6.16; -ENOPROTOOPT before).
int cloister_refuse_descriptors(int socket);
int cloister_set_peek_offset(int socket, int offset);
int cloister_peek_offset(int socket);
/// Bytes waiting in the receive queue (FIONREAD).
int cloister_readable_bytes(int descriptor);
int cloister_listen_seqpacket(const char *path);
int cloister_connect_seqpacket(const char *path);
int cloister_accept(int socket);
/// Has the kernel add the sender's credentials to each packet.
int cloister_pass_credentials(int socket);
/// One packet, non-blocking. `*pid` is its sender's in the caller's pid namespace, 0 if the kernel did not say.
/// Descriptors that come along are closed.
ssize_t cloister_receive_with_credentials(int socket, void *bytes, size_t room, pid_t *pid);
/// One packet with up to CLOISTER_MAX_PASSED descriptors, non-blocking, no SIGPIPE.
ssize_t cloister_send_descriptors(int socket, const void *bytes, size_t count, const int *descriptors, int number);
/// One packet. `*number` holds the room and then what came; -EMSGSIZE if the packet or its descriptors were cut off
/// (all received descriptors are closed then). MSG_CMSG_CLOEXEC.
ssize_t cloister_receive_descriptors(int socket, void *bytes, size_t room, int *descriptors, int *number);
ssize_t cloister_send(int socket, const void *bytes, size_t count);
/// recv(2) with MSG_DONTWAIT and `peek` (MSG_PEEK) or MSG_TRUNC semantics for packets (the packet's real length).
ssize_t cloister_receive(int socket, void *bytes, size_t room, int peek);
int cloister_shutdown(int socket);
/// The peer reads the end of the stream, whoever else has this end.
int cloister_shutdown_writing(int socket);
/// The peer can send nothing.
int cloister_shutdown_reading(int socket);

enum { CLOISTER_POLL_IN = 1, CLOISTER_POLL_OUT = 4, CLOISTER_POLL_HANGUP = 16, CLOISTER_POLL_ERROR = 8 };
enum { CLOISTER_POLL_EDGE = 1 << 30 };
struct cloister_event {
    uint64_t token;
    uint32_t events;
};
int cloister_epoll_create(void);
/// Adds, changes (`change` 1) or, with events 0, removes a descriptor.
int cloister_epoll_set(int epoll, int descriptor, uint32_t events, uint64_t token, int change);
/// Up to `room` (at most 64) events; `timeout` in milliseconds, -1 for ever. EINTR gives 0.
int cloister_epoll_wait(int epoll, struct cloister_event *events, int room, int timeout);
int cloister_eventfd(void);
/// A signalfd for SIGCHLD, SIGTERM, SIGINT and SIGHUP, which it also blocks; SIGPIPE is ignored.
int cloister_signalfd(void);
/// The next signal's number, or 0.
int cloister_signalfd_read(int descriptor);
/// Sends `bytes` to a v1 memory group's event_control so that `eventfd` fires on OOM.
int cloister_oom_eventfd(int control, int oom_control, int eventfd);
