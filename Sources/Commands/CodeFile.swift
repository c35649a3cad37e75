// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Glibc
import NIOCore

/// Code from outside the command line.
enum CodeFile {
    static func read(_ path: String) throws -> String {
        try self.read(LocalFile(reading: path), named: path)
    }

    static func readStandardInput() throws -> String {
        try self.read(LocalFile(descriptor: STDIN_FILENO), named: "standard input")
    }

    private static func read(_ file: LocalFile, named name: String) throws -> String {
        var bytes: [UInt8] = []
        while let chunk = try file.read() {
            bytes += Array(chunk.readableBytesView)
            guard bytes.count <= ExecuteRequest.maximumCodeBytes else {
                throw Failure("\(name) has more than 8 MiB of code.", exitCode: Failure.execFailed)
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure("\(name) is not UTF-8 text.", exitCode: Failure.execFailed)
        }
        return text
    }
}
