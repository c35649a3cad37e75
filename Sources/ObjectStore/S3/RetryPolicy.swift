// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// When to try again: full jitter, so that many clients do not come back together.
package struct RetryPolicy: Sendable {
    package let attempts: Int
    package let baseMilliseconds: Int64
    package let capMilliseconds: Int64

    package init(attempts: Int, baseMilliseconds: Int64 = 100, capMilliseconds: Int64 = 5_000) {
        self.attempts = max(1, attempts)
        self.baseMilliseconds = baseMilliseconds
        self.capMilliseconds = capMilliseconds
    }

    /// Anything from nothing to `base · 2^(attempt − 1)`, never more than the cap. `attempt` counts from 1.
    package func delay(
        afterAttempt attempt: Int, using generator: inout some RandomNumberGenerator
    ) -> Duration {
        let doublings = min(max(attempt - 1, 0), 30)
        let ceiling = min(capMilliseconds, baseMilliseconds << Int64(doublings))
        return .milliseconds(Int64.random(in: 0...max(0, ceiling), using: &generator))
    }

    package func delay(afterAttempt attempt: Int) -> Duration {
        var generator = SystemRandomNumberGenerator()
        return delay(afterAttempt: attempt, using: &generator)
    }
}
