// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

// The last part of a driver's way into its session, and of a command's. It is C because it runs in two places: in a
// child of the spawner, which then executes a program, and in a fork of a Python that is running already, where there
// is no Swift.
#pragma once
#include "cloister_privilege.h"

#include <stddef.h>
#include <stdint.h>

enum { CLOISTER_DRIVER_STATUS = 6, CLOISTER_DRIVER_FILTERS = 2 };

struct cloister_filter {
    const struct cloister_instruction *instructions;
    size_t count;
};

struct cloister_driver_limits {
    uint64_t open_files, processes, file_bytes;
};

struct cloister_driver_entry {
    /// Descriptors as they are before they get their places. `status` becomes CLOISTER_DRIVER_STATUS on the way.
    /// Without an input it is /dev/null; a command has neither display nor keeper: -1.
    int control, input, output, errors, display, keeper, status;
    uint32_t first_processor, processors;
    struct cloister_driver_limits limits;
    /// The user's id inside.
    uint32_t user;
    /// Landlock's ABI, 0 where the kernel has none.
    int landlock;
    struct cloister_filter filters[CLOISTER_DRIVER_FILTERS];
};

/// A process that is in its cgroup and in the session's namespaces, but the cgroup's own, gives up everything and
/// gets what a driver has: descriptors 0 input, 1 and 2 output, 3 control, 4 display, 5 keeper, 6 status (close-on-exec)
/// and no other; the session's ids, limits, affinity; no capability; both filters. Returns 0, or a negative errno and the step.
int cloister_enter_driver(struct cloister_driver_entry *entry, const char **step);

/// Limits that do not depend on the session. Each is only ever lowered.
int cloister_lower_fixed_limits(const char **step);
