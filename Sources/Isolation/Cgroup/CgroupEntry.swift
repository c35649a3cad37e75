// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import Platform

/// How a process enters version 1 groups: by itself, through files that root opened.
///
/// `tasks` and not `cgroup.procs`, whose write waits for a grace period of several milliseconds.
enum CgroupEntry {
    static func enter(_ tasks: [CInt]) throws(SystemError) {
        for file in tasks { try checkPOSIX("enter cgroup", write(file, "0", 1)) }
    }
}
