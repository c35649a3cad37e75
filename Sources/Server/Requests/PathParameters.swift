// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Hummingbird

extension ServerContext {
    func sessionID() throws -> SessionID {
        let text = self.parameters["id"] ?? ""
        guard let id = SessionID(String(text)) else {
            throw CloisterError(
                .sessionNotFound, "\(text.prefix(64)) is not the id of a session.",
                remedy: "Ids look like ses_<node>_<26 characters>; list the sessions with GET /v1/sessions."
            )
        }
        return id
    }

    func executionID() throws -> ExecutionID {
        let text = self.parameters["eid"] ?? ""
        guard let id = ExecutionID(String(text)) else {
            throw CloisterError(
                .executionNotFound, "\(text.prefix(64)) is not the id of an execution.",
                remedy: "Ids look like exe_<node>_<26 characters>; list them with GET /v1/sessions/{id}/executions."
            )
        }
        return id
    }

    func commandID() throws -> CommandID {
        let text = self.parameters["cid"] ?? ""
        guard let id = CommandID(String(text)) else {
            throw CloisterError(
                .commandNotFound, "\(text.prefix(64)) is not the id of a command.",
                remedy: "Ids look like cmd_<node>_<26 characters>; list them with GET /v1/sessions/{id}/commands."
            )
        }
        return id
    }
}

extension WorkspacePath {
    /// The path below `/files/` of a request. Taken from the raw target: the router folds empty components away, which
    /// must be refused here.
    static func requested(by request: Request, _ context: ServerContext) throws -> WorkspacePath {
        let prefix = "/v1/sessions/\(context.parameters["id"] ?? "")/files/"
        let path = request.uri.path
        guard path.hasPrefix(prefix) else { throw Self.invalid }
        return try Self.decoded(path.dropFirst(prefix.count))
    }

    static func decoded(_ text: some StringProtocol) throws -> WorkspacePath {
        guard let bytes = PercentEncoding.decode(text), let path = WorkspacePath(bytes: bytes), path != .root else {
            throw Self.invalid
        }
        return path
    }

    static var invalid: CloisterError {
        .invalid(
            "The path is not valid.",
            remedy: "Give a path relative to /workspace, percent-encoded, without '..', '.', empty components and NUL."
        )
    }
}
