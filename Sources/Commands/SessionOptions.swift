// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import ArgumentParser
import CloisterAPI
import CloisterClient

/// Which session to use.
struct SessionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Use the session with this id.", valueName: "id"))
    var session: SessionID?
    @Option(help: "Use the session with this name; exec makes it when there is none.")
    var name: String?

    init() {}

    func validate() throws {
        guard self.session == nil || self.name == nil else {
            throw ValidationError("Give --session or --name, not both.")
        }
    }

    /// The session that was named, made if there is none of this name; or one for this once.
    func use<Value>(
        _ client: CloisterClient,
        _ limits: LimitOptions,
        _ body: (SessionID) async throws -> Value
    ) async throws -> Value {
        if let id = self.session { return try await body(id) }
        if let name = self.name {
            let found = try await client.session(named: name)?.id
            let id = if let found { found } else { try await client.createSession(limits.request(name: name)).id }
            return try await body(id)
        }
        let session = try await client.createSession(limits.request(name: nil)).id
        do {
            let value = try await body(session)
            try await client.deleteSession(session)
            return value
        } catch {
            try? await client.deleteSession(session)
            throw error
        }
    }

    /// The session that was named, which must exist.
    func existing(_ client: CloisterClient) async throws -> SessionID {
        if let session { return session }
        guard let name else { throw Failure("Say which session: --session ID or --name NAME.") }
        guard let found = try await client.session(named: name) else {
            throw Failure("There is no session named \(name). List them with: cloister session list")
        }
        return found.id
    }
}

extension Identifier: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(argument)
    }
}
