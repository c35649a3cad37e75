// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import FoundationEssentials

/// An execution's row. Times are milliseconds since 1970 in UTC, `boottime` values are nanoseconds of CLOCK_BOOTTIME.
package struct ExecutionRecord: Sendable, Equatable {
    package enum State: String, Sendable {
        case queued, running, finished
    }

    /// `exe_<node>_<26 base32>`.
    package var id: String
    package var sessionID: String
    /// 1-based within the session; allotted by the store.
    package var number: Int64
    package var incarnation: Int64
    /// The 16 bytes that tie the driver's answer to the request.
    package var nonce: [UInt8]
    package var state: State
    /// Lower-case hex.
    package var codeSHA256: String
    /// Kept until the session is deleted.
    package var code: String?
    /// Kept until the execution has finished.
    package var stdin: String?
    package var timeoutMilliseconds: Int64
    /// What happens then, in the supervisor's words.
    package var onTimeout: String
    package var createdAt: Int64
    package var start: ExecutionStart?
    package var finishedAt: Int64?
    /// The terminal status, set with the result.
    package var status: String?
    /// The result as the supervisor encoded it.
    package var result: Data?
    /// Which idempotent request made it; unique when set.
    package var idempotency: String?

    package init(
        id: String,
        sessionID: String,
        incarnation: Int64,
        nonce: [UInt8],
        codeSHA256: String,
        code: String?,
        stdin: String? = nil,
        timeoutMilliseconds: Int64,
        onTimeout: String = "interrupt",
        createdAt: Int64,
        start: ExecutionStart? = nil,
        idempotency: String? = nil
    ) {
        self.id = id
        self.sessionID = sessionID
        self.number = 0
        self.incarnation = incarnation
        self.nonce = nonce
        self.state = start == nil ? .queued : .running
        self.codeSHA256 = codeSHA256
        self.code = code
        self.stdin = stdin
        self.timeoutMilliseconds = timeoutMilliseconds
        self.onTimeout = onTimeout
        self.createdAt = createdAt
        self.start = start
        self.finishedAt = nil
        self.status = nil
        self.result = nil
        self.idempotency = idempotency
    }
}

/// When an execution began and when it must end. Boot-time clocks count through suspend and mean nothing after a
/// reboot, which the boot id tells.
package struct ExecutionStart: Sendable, Equatable {
    package var startedAt: Int64
    package var bootID: String
    package var startedBoottime: Int64
    package var deadlineBoottime: Int64

    package init(startedAt: Int64, bootID: String, startedBoottime: Int64, deadlineBoottime: Int64) {
        self.startedAt = startedAt
        self.bootID = bootID
        self.startedBoottime = startedBoottime
        self.deadlineBoottime = deadlineBoottime
    }
}

/// How an execution ended.
package struct ExecutionFinish: Sendable, Equatable {
    package var status: String
    package var finishedAt: Int64
    package var incarnation: Int64
    package var result: Data

    package init(status: String, finishedAt: Int64, incarnation: Int64, result: Data) {
        self.status = status
        self.finishedAt = finishedAt
        self.incarnation = incarnation
        self.result = result
    }
}
