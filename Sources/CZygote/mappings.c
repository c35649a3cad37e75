// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.
//
// Fewer mappings. A fork copies each with its ties to the file and to other processes, for over a microsecond, and a
// library has five: headers, code, constants, what only its loading has written, and its variables. The first three are
// one stretch of the file, and so are the last two; alike in their rights, the kernel joins them. Nothing is given away
// by that: whoever runs in a driver has its whole memory in hand.

#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

struct mapping {
    uintptr_t start, end;
    uint64_t offset;
    unsigned long inode;
    char device[16], rights[5];
};

static bool parse(const char *line, struct mapping *mapping) {
    return sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s %" SCNx64 " %15s %lu", &mapping->start, &mapping->end,
                  mapping->rights, &mapping->offset, mapping->device, &mapping->inode) == 6;
}

static bool continues(const struct mapping *one, const struct mapping *next) {
    return next->inode != 0 && next->inode == one->inode && strcmp(next->device, one->device) == 0 &&
           next->start == one->end && next->offset == one->offset + (one->end - one->start);
}

static int give(const struct mapping *mapping, int rights) {
    return mprotect((void *)mapping->start, mapping->end - mapping->start, rights) < 0 ? -errno : 0;
}

/// Constants next to code become code, what is read-only in front of variables becomes one of them.
static int join_pair(const struct mapping *one, const struct mapping *next) {
    bool reads = strcmp(one->rights, "r--p") == 0;
    if (reads && strcmp(next->rights, "r-xp") == 0) return give(one, PROT_READ | PROT_EXEC);
    if (strcmp(one->rights, "r-xp") == 0 && strcmp(next->rights, "r--p") == 0) return give(next, PROT_READ | PROT_EXEC);
    if (reads && strcmp(next->rights, "rw-p") == 0) return give(one, PROT_READ | PROT_WRITE);
    return 0;
}

/// To be called once everything is loaded.
__attribute__((visibility("default"))) int cloister_zygote_join_mappings(void) {
    FILE *maps = fopen("/proc/self/maps", "re");
    if (maps == NULL) return -errno;
    struct mapping one = {0}, next;
    char line[512];
    int outcome = 0;
    while (fgets(line, sizeof line, maps) != NULL) {
        if (!parse(line, &next)) continue;
        // One that refuses, from a file system without execution say, costs no other its place.
        int failure = continues(&one, &next) ? join_pair(&one, &next) : 0;
        if (failure < 0) outcome = failure;
        one = next;
    }
    fclose(maps);
    return outcome;
}
