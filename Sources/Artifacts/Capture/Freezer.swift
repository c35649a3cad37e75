// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Stops and restarts a session's processes. Both calls block.
package struct Freezer: Sendable {
    /// Returns when every process stands still; throws when that took longer than about 250 ms.
    package let freeze: @Sendable () throws -> Void
    /// Called once for every `freeze` that returned, whatever happens in between.
    package let thaw: @Sendable () -> Void

    package init(freeze: @escaping @Sendable () throws -> Void, thaw: @escaping @Sendable () -> Void) {
        self.freeze = freeze
        self.thaw = thaw
    }

    /// For a session without processes.
    package static let none = Freezer(freeze: {}, thaw: {})
}
