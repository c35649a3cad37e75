// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// How an execution was brought to its end, at its deadline or because a caller asked for it.
package struct Interruption: Codable, Sendable, Equatable {
    /// The rungs of the ladder, each tried when the one before was in vain.
    package enum Rung: String, Codable, Sendable, CaseIterable {
        /// KeyboardInterrupt in the main thread.
        case keyboardInterrupt = "keyboard_interrupt"
        /// The task that a top-level `await` waited for was cancelled.
        case taskCancel = "task_cancel"
        /// KeyboardInterrupt, raised again in what caught it.
        case force
        case kill
    }

    package var rung: Rung
    /// From the first interrupt to the end.
    package var seconds: Double
    /// Stacks of all threads before the kill, as the interpreter claims them.
    @Nullable package var stacks: String?

    package init(rung: Rung, seconds: Double, stacks: String? = nil) {
        self.rung = rung
        self.seconds = seconds
        self.stacks = stacks
    }

    private enum CodingKeys: String, CodingKey {
        case rung, seconds, stacks
    }
}
