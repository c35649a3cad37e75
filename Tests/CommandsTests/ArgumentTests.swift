// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import ArgumentParser
import Commands
import Testing

@Suite struct ArgumentTests {
    @Test(arguments: [
        ["status"], ["status", "--json"], ["exec", "1+1"], ["exec", "--file", "x.py"], ["exec", "-"],
        ["exec", "--name", "a", "--memory", "1G", "1"], ["run", "x.py", "--timeout", "3"],
        ["session", "create", "--metadata", "a=b"], ["session", "list"], ["files", "ls", "--name", "a"],
        ["files", "put", "--name", "a", "x"], ["artifacts", "get", "00", "-"],
        ["session", "delete", "ses_n_aaaaaaaaaaaaaaaaaaaaaaaaaa"], ["command", "--", "ls", "-l"],
        ["command", "--name", "a", "--cwd", "/tmp", "--env", "A=b=c", "--env", "B=", "--timeout", "3", "--", "x"],
    ])
    func understands(_ arguments: [String]) throws {
        _ = try CloisterCommand.parseAsRoot(arguments)
    }

    @Test(arguments: [
        ["exec"], ["exec", "1", "--file", "x"], ["exec", "--session", "nonsense", "1"],
        ["exec", "--name", "a", "--session", "ses_n_aaaaaaaaaaaaaaaaaaaaaaaaaa", "1"], ["run"], ["status", "x"],
        ["session", "create", "--memory", "lots"], ["session", "delete", "x"],
        ["command"], ["command", "ls"], ["command", "--env", "A", "--", "ls"],
    ])
    func refuses(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try CloisterCommand.parseAsRoot(arguments) }
    }
}
