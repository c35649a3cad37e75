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
    case inspect = 6
}

/// What the driver may say to the daemon.
package enum ReplyKind: UInt8, Sendable {
    case hello = 65
    case result = 66
    case pong = 67
    case unknown = 68
    case checkpointed = 69
    case inspected = 70
}

/// Tags of the fields in a message's body.
enum FieldTag: UInt16 {
    case code = 1
    case executionNumber = 2
    case targetNonce = 3
    case standardInput = 4
    case checkpointNumber = 5
    case checkpointForced = 6
    case inspectionKind = 7
    case cursor = 8
    case limit = 9
    case milliseconds = 10
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
    case isMissing = 96
    case isCut = 97
    case total = 98
    case hasMore = 99
    case variable = 100
    case match = 101
    case matchStart = 102
    case matchEnd = 103
    case variableName = 112
    case variableKind = 113
    case variableType = 114
    case length = 115
    case shape = 116
    case dtype = 117
    case byteCount = 118
    case preview = 119
    case isPreviewCut = 120
    case column = 121
    case item = 122
    case head = 123
    case signature = 124
    case documentation = 125
    case source = 126
    case moduleVersion = 127
    case file = 128

    /// Tags that a message may have more than once.
    static let repeatable: Set<FieldTag> = [.mimeEntry, .frame, .variable, .match, .column, .item]
}
