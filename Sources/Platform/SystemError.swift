// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

/// A failed system call: the step that made it and its errno.
package struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    package let step: String
    package let errno: Int32

    package init(_ step: String, errno: Int32) {
        self.step = step
        self.errno = errno
    }

    package var description: String { "\(step): \(Self.text(errno))" }

    package static func text(_ errno: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 128)
        let known = buffer.withUnsafeMutableBytes { room in
            guard let start = room.baseAddress else { return false }
            return strerror_r(errno, start.assumingMemoryBound(to: CChar.self), room.count) == 0
        }
        guard known else { return "errno \(errno)" }
        return String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
    }
}

/// Turns "a value >= 0 or a negative errno" into a value or an error that names the step.
@discardableResult
package func check<Value: SignedInteger>(_ step: @autoclosure () -> String, _ value: Value) throws(SystemError) -> Value
{
    guard value < 0 else { return value }
    throw SystemError(step(), errno: Int32(truncatingIfNeeded: -Int64(value)))
}

/// The same for calls in the style of POSIX: -1 and `errno`.
@discardableResult
package func checkPOSIX<Value: SignedInteger>(_ step: @autoclosure () -> String, _ value: Value) throws(SystemError)
    -> Value
{
    guard value < 0 else { return value }
    throw SystemError(step(), errno: errno)
}
