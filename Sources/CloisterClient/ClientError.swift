// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CloisterAPI
import Glibc
import NIOCore

/// Why a request got no useful answer.
package enum ClientError: Error {
    /// Nobody answers on the socket.
    case unreachable(socketPath: String, reason: Reason)
    /// The daemon said no.
    case refused(ErrorBody.Content, status: Int)
    /// The connection broke in the middle.
    case interrupted(String)
    /// The answer is not what this client understands.
    case unexpectedAnswer(String)

    package enum Reason: Sendable {
        case noSocket
        case notListening
        case notAllowed
        case other(String)
    }
}

extension ClientError {
    init(transport error: any Error, socketPath: String) {
        guard let errno = Self.errno(of: error) else {
            self = .interrupted("\(error)")
            return
        }
        let reason: Reason =
            switch errno {
            case ENOENT: .noSocket
            case ECONNREFUSED: .notListening
            case EACCES, EPERM: .notAllowed
            default: .other("\(error)")
            }
        self = .unreachable(socketPath: socketPath, reason: reason)
    }

    /// Asking again may help: the daemon is restarting, or the connection was cut.
    package var isTransient: Bool {
        switch self {
        case .interrupted: true
        case .refused(_, let status): status == 503
        case .unreachable(_, let reason):
            switch reason {
            case .noSocket, .notListening: true
            case .notAllowed, .other: false
            }
        case .unexpectedAnswer: false
        }
    }

    private static func errno(of error: any Error) -> Int32? {
        (error as? IOError)?.errnoCode
    }
}

extension ClientError: CustomStringConvertible {
    /// What happened and what to do about it, for a person.
    package var description: String {
        switch self {
        case .unreachable(let path, let reason): Self.describe(reason, path: path)
        case .refused(let error, _): "\(error.message) \(error.remedy)"
        case .interrupted(let reason): "The connection to the daemon broke (\(reason)). Try again."
        case .unexpectedAnswer(let reason): "The daemon's answer makes no sense (\(reason)). Are both of one version?"
        }
    }

    private static func describe(_ reason: Reason, path: String) -> String {
        switch reason {
        case .noSocket:
            "No daemon: there is no socket at \(path). Start cloisterd, or name its socket with --socket or CLOISTER_SOCKET."
        case .notListening:
            "No daemon listens on \(path). Start cloisterd; its log says why it stopped."
        case .notAllowed:
            "You may not use \(path). Join the group that owns it (usually cloister) and log in again."
        case .other(let error):
            "The daemon cannot be reached on \(path) (\(error)). Check that cloisterd runs."
        }
    }
}
