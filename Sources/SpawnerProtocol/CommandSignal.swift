// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The signals that a command may be sent, by the kernel's numbers.
package enum CommandSignal: UInt32, CaseIterable, Sendable {
    case hangup = 1
    case interrupt = 2
    case quit = 3
    case kill = 9
    case user1 = 10
    case user2 = 12
    case terminate = 15
    case proceed = 18
    case stop = 19
    case terminalStop = 20
    case windowChange = 28
}
