// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Why the socket cannot be opened.
package enum ListeningSocketError: Error, CustomStringConvertible {
    case path(String, String)
    case directory(String, String)
    case locked(String)
    case group(String, String)

    package var description: String {
        switch self {
        case .path(let path, let problem):
            "The socket path \(path) \(problem). Set [daemon] socket in the configuration to another path."
        case .directory(let path, let problem):
            "The socket's directory \(path) \(problem). Make it with mode 0750 and the daemon's user as its owner."
        case .group(let name, let problem):
            "The group \(name) \(problem). Make it and put the daemon's user into it, or leave [daemon] group out."
        case .locked(let path):
            "Another daemon holds \(path). Stop it first, or give this one an instance name of its own."
        }
    }
}
