// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// How a process ended, as the kernel tells its parent.
package enum ProcessStatus: Equatable, Sendable {
    case exited(code: UInt8)
    case signaled(number: UInt8)

    /// From the code in bits 8 to 15 and the signal in bits 0 to 6.
    package init(waitStatus: Int32) {
        let signal = UInt8(truncatingIfNeeded: waitStatus & 0x7f)
        self = signal == 0 ? .exited(code: UInt8(truncatingIfNeeded: waitStatus >> 8)) : .signaled(number: signal)
    }

    func encode(to writer: inout LayoutWriter) {
        switch self {
        case .exited(let code):
            writer.write(UInt16(0))
            writer.write(UInt16(code))
        case .signaled(let number):
            writer.write(UInt16(1))
            writer.write(UInt16(number))
        }
    }

    init?(from reader: inout LayoutReader) {
        guard let kind: UInt16 = reader.read(), let value: UInt16 = reader.read(), let byte = UInt8(exactly: value)
        else {
            return nil
        }
        switch kind {
        case 0: self = .exited(code: byte)
        case 1: self = .signaled(number: byte)
        default: return nil
        }
    }
}
