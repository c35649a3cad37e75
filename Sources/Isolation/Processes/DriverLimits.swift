// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Platform

/// Resource limits of user code. Each is only ever lowered.
package struct DriverLimits {
    package var openFiles: UInt64
    package var processes: UInt64
    package var fileBytes: UInt64

    package init(openFiles: UInt64, processes: UInt64, fileBytes: UInt64) {
        self.openFiles = openFiles
        self.processes = processes
        self.fileBytes = fileBytes
    }

    func apply() throws(SystemError) {
        // At exactly 1 the kernel starts no core_pattern handler.
        try lower(CLOISTER_RLIMIT_CORE, to: 1)
        try lower(CLOISTER_RLIMIT_NOFILE, to: openFiles)
        try lower(CLOISTER_RLIMIT_NPROC, to: processes)
        try lower(CLOISTER_RLIMIT_FSIZE, to: fileBytes)
        try lower(CLOISTER_RLIMIT_MEMLOCK, to: 64 * 1024)
        try lower(CLOISTER_RLIMIT_MSGQUEUE, to: 0)
        try lower(CLOISTER_RLIMIT_SIGPENDING, to: 1024)
        try lower(CLOISTER_RLIMIT_RTPRIO, to: 0)
        try lower(CLOISTER_RLIMIT_NICE, to: 0)
        try lower(CLOISTER_RLIMIT_STACK, to: 8 << 20)
    }

    private func lower(_ resource: Int, to value: UInt64) throws(SystemError) {
        try check("setrlimit \(resource)", cloister_lower_rlimit(CInt(resource), value))
    }
}
