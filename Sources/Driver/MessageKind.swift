// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What the daemon may say to the driver.
enum RequestKind: UInt8 {
    case execute = 1
    case `repeat` = 2
    case ping = 3
    case warm = 4
    case checkpoint = 5
}

/// What the driver may say to the daemon.
package enum ReplyKind: UInt8, Sendable {
    case hello = 65
    case result = 66
    case pong = 67
    case unknown = 68
    case checkpointed = 69
}

/// Tags of the fields in a message's body.
enum FieldTag: UInt16 {
    case code = 1
    case executionNumber = 2
    case targetNonce = 3
    case standardInput = 4
    case checkpointNumber = 5
    case checkpointForced = 6
    case pythonVersion = 16
    case driverPID = 17
    case status = 32
    case value = 33
    case errorType = 34
    case errorMessage = 35
    case traceback = 36
    case wallNanoseconds = 37
    case exitCode = 38
    case valueMetadata = 39
    case interruptedBy = 41
    case mimeEntry = 48
    case frame = 49
    case displayKind = 64
    case displayMetadata = 65
    case displayID = 66
    case displayWaits = 67
    case checkpointOutcome = 80
    case checkpointReason = 81
}
