// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.
//
// Where Python's small objects live. CPython maps each arena of 1 MiB by itself, between other mappings, so that hardly
// two make a huge page. In one region they do, and a fork copies a few entries where it copied thousands.

#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

// As in CPython's headers (3.11 to 3.14).
typedef struct {
    void *context;
    void *(*allocate)(void *context, size_t size);
    void (*release)(void *context, void *memory, size_t size);
} PyObjectArenaAllocator;
extern void PyObject_SetArenaAllocator(PyObjectArenaAllocator *allocator);

enum { MOST_RELEASED = 512 };
static const size_t region_size = (size_t)256 << 20, huge = (size_t)2 << 20;

// Changed under the interpreter's lock alone.
static char *next, *start, *end;
static char *released[MOST_RELEASED];
static size_t released_size;
static int released_count;

static void *allocate(void *context, size_t size) {
    (void)context;
    if (released_count > 0 && size == released_size) return released[--released_count];
    if ((size_t)(end - next) >= size) {
        char *memory = next;
        next += size;
        return memory;
    }
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

static void release(void *context, void *memory, size_t size) {
    (void)context;
    char *place = memory;
    // What was mapped before the region was there goes the way it came.
    if (place < start || place >= end) {
        munmap(memory, size);
        return;
    }
    madvise(memory, size, MADV_DONTNEED);
    if (released_count == 0) released_size = size;
    if (size == released_size && released_count < MOST_RELEASED) released[released_count++] = place;
}

/// From now on new arenas lie side by side. To be called before the imports.
__attribute__((visibility("default"))) int cloister_zygote_arenas(void) {
    if (start != NULL) return 0;
    void *memory = mmap(NULL, region_size + huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return -errno;
    uintptr_t first = ((uintptr_t)memory + huge - 1) & ~(huge - 1);
    start = next = (char *)first;
    end = start + region_size;
    PyObjectArenaAllocator allocator = {NULL, allocate, release};
    PyObject_SetArenaAllocator(&allocator);
    return 0;
}
