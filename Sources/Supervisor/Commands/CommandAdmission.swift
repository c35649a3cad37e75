// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI

/// A command that has been checked, on its way to its session.
struct CommandAdmission: Sendable {
    let id: CommandID
    let request: CommandRequest
    let createdAt: Int64

    private static let shownBytes = 8 << 10

    /// As it is when it begins in this incarnation.
    func open(in session: SessionID, incarnation: Int, outOfMemoryKills: UInt64) -> OpenCommand {
        let command = Command(
            id: id, sessionID: session, number: 0, state: .running, incarnation: incarnation, argv: shownArguments,
            cwd: request.cwd, timeoutSeconds: request.timeoutSeconds, createdAt: Timestamp(milliseconds: createdAt),
            stdout: .empty, stderr: .empty)
        let open = OpenCommand(
            StoredCommand(
                command: command, deadline: request.timeoutSeconds.map { BootClock.after(seconds: $0) },
                keepsStdinOpen: request.keepsStdinOpen, outOfMemoryKills: outOfMemoryKills))
        open.specification = CommandSpecification.encode(request)
        open.stdin = request.stdin.map { Array($0.utf8) } ?? []
        return open
    }

    /// Lists would otherwise be as long as the commands are.
    private var shownArguments: [String] {
        var left = Self.shownBytes
        var shown: [String] = []
        for argument in request.argv where left > 0 {
            shown.append(String(decoding: argument.utf8.prefix(left), as: UTF8.self))
            left -= argument.utf8.count + 1
        }
        return shown
    }
}
