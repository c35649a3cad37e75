// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform

/// Resource limits of user code that depend on the session. Each is only ever lowered.
package struct DriverLimits: Equatable {
    package var openFiles: UInt64
    package var processes: UInt64
    package var fileBytes: UInt64

    package init(openFiles: UInt64, processes: UInt64, fileBytes: UInt64) {
        self.openFiles = openFiles
        self.processes = processes
        self.fileBytes = fileBytes
    }

    var native: cloister_driver_limits {
        cloister_driver_limits(open_files: openFiles, processes: processes, file_bytes: fileBytes)
    }
}
