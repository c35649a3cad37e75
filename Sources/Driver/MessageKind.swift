// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What the daemon may say to the driver.
enum RequestKind: UInt8 {
    case execute = 1
    case `repeat` = 2
    case ping = 3
    case warm = 4
}

/// What the driver may say to the daemon.
package enum ReplyKind: UInt8, Sendable {
    case hello = 65
    case result = 66
    case pong = 67
    case unknown = 68
}

/// Tags of the fields in a message's body.
enum FieldTag: UInt16 {
    case code = 1
    case executionNumber = 2
    case targetNonce = 3
    case pythonVersion = 16
    case driverPID = 17
    case status = 32
    case value = 33
    case errorType = 34
    case errorMessage = 35
    case traceback = 36
    case wallNanoseconds = 37
    case exitCode = 38
    case mimeEntry = 48
}
