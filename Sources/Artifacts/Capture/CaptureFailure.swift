// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import Platform

/// Why one file could not be taken.
struct CaptureFailure: Error {
    /// Nil when the file is gone, which needs no report.
    let reason: SkipReason?

    init(_ reason: SkipReason?) {
        self.reason = reason
    }

    init(_ error: SystemError) {
        reason = error.errno == ENOENT ? nil : SkipReason(errno: error.errno)
    }
}
