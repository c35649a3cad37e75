// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What an event in the loop belongs to.
enum LoopToken: Equatable {
    case listener
    case signals
    /// The connection with this number.
    case daemon(UInt64)
    /// Init's socket of the session with this number, until it is ready.
    case holder(UInt64)
    /// The driver's status socket, until exec.
    case driver(UInt64)
    /// The zygote with this number.
    case zygote(UInt64)

    /// The socket, then the process, of the checkpoint with this number.
    case checkpoint(UInt64)
    /// Init's socket of the session whose driver init collects.
    case lifeline(UInt64)
    /// The status socket, until exec, of the command with this process.
    case command(UInt64)

    private static let shift: UInt64 = 56

    var rawValue: UInt64 {
        switch self {
        case .listener: 1 << Self.shift
        case .signals: 2 << Self.shift
        case .daemon(let number): 3 << Self.shift | number
        case .holder(let number): 4 << Self.shift | number
        case .driver(let number): 5 << Self.shift | number
        case .zygote(let number): 6 << Self.shift | number
        case .checkpoint(let number): 7 << Self.shift | number
        case .lifeline(let number): 8 << Self.shift | number
        case .command(let number): 9 << Self.shift | number
        }
    }

    init?(rawValue: UInt64) {
        let number = rawValue & (1 << Self.shift - 1)
        switch rawValue >> Self.shift {
        case 1: self = .listener
        case 2: self = .signals
        case 3: self = .daemon(number)
        case 4: self = .holder(number)
        case 5: self = .driver(number)
        case 6: self = .zygote(number)
        case 7: self = .checkpoint(number)
        case 8: self = .lifeline(number)
        case 9: self = .command(number)
        default: return nil
        }
    }
}
