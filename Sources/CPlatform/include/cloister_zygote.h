// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

// What the spawner and a zygote say to each other over a SOCK_SEQPACKET socket. Both are of one build.
#pragma once
#include <stdint.h>

enum {
    CLOISTER_ZYGOTE_SOCKET = 6,
    CLOISTER_ZYGOTE_LIBRARY = 7,
    CLOISTER_ZYGOTE_MAX_TASKS = 8,
    CLOISTER_ZYGOTE_STEP = 44,
    /// The most instructions that both filters together have.
    CLOISTER_ZYGOTE_MAX_INSTRUCTIONS = 8192,
};

/// The first packet to a zygote; the instructions of both filters follow in it.
struct cloister_zygote_setup {
    /// The user's id inside a session.
    uint32_t user;
    int32_t landlock;
    uint32_t instructions[2];
};

/// One driver. Descriptors: holder's pidfd, directory of the running tree's group, control, stdout, stderr, display,
/// keeper, status, then `tasks` files of version 1 groups.
struct cloister_zygote_request {
    uint64_t number;
    uint64_t open_files, processes, file_bytes;
    uint32_t first_processor, processors;
    uint32_t tasks, reserved;
};
enum { CLOISTER_ZYGOTE_FIXED_DESCRIPTORS = 8 };

enum cloister_zygote_kind {
    /// Imports are done; requests are served.
    CLOISTER_ZYGOTE_READY = 1,
    /// The driver's process is there. Its pidfd comes along.
    CLOISTER_ZYGOTE_FORKED = 2,
    CLOISTER_ZYGOTE_FAILED = 3,
};

struct cloister_zygote_report {
    uint64_t number;
    uint32_t kind;
    /// In the spawner's pid namespace.
    int32_t pid;
    int32_t error;
    char step[CLOISTER_ZYGOTE_STEP];
};
