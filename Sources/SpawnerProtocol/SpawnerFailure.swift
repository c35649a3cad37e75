// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Why a request was not carried out.
package struct SpawnerFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: UInt32, Sendable {
        /// A step of the set-up failed: `step` and `errno` say which and how.
        case system = 1
        case badRequest, noSuchSession, sessionExists, noSuchImage, ceilingExceeded, tooManySessions, busy, noDriver
        case storageRefused, noSuchCheckpoint, noSuchCommand
    }

    package static let stepWidth = 64

    package let code: Code
    /// The failed step, or the field of the request that was refused.
    package let step: String
    package let errno: Int32

    package init(_ code: Code, step: String = "", errno: Int32 = 0) {
        self.code = code
        self.step = step
        self.errno = errno
    }

    package var description: String { "\(code) \(step) errno \(errno)" }

    func encode(to writer: inout LayoutWriter) {
        writer.write(code.rawValue)
        writer.write(errno)
        writer.write(
            String(step.unicodeScalars.filter { $0.isASCII && $0.value >= 0x20 && $0.value < 0x7f }),
            width: Self.stepWidth)
    }

    init?(from reader: inout LayoutReader) {
        guard let code: UInt32 = reader.read(), let code = Code(rawValue: code), let errno: Int32 = reader.read(),
            let step = reader.readText(width: Self.stepWidth)
        else { return nil }
        self.init(code, step: step, errno: errno)
    }
}
