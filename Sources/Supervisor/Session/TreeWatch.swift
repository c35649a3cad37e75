// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Platform

/// Tells when the last process of an incarnation is gone.
final class TreeWatch: ReactorSource {
    private let cgroup: SessionCgroup
    private let whenEmpty: () -> Void
    private var isDone = false

    /// `whenEmpty` is called once, on the reactor's thread.
    init(_ cgroup: SessionCgroup, whenEmpty: @escaping () -> Void) {
        self.cgroup = cgroup
        self.whenEmpty = whenEmpty
    }

    func turn(_ readiness: PollEvents, scratch: UnsafeMutableRawBufferPointer) -> Bool {
        guard !isDone, !cgroup.isPopulated else { return false }
        isDone = true
        whenEmpty()
        return false
    }
}
