// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CloisterAPI

/// What `cloister-exec` reads: a header of five words, little-endian, then strings, each ended by a NUL: the directory, the
/// arguments, the variables.
package enum CommandSpecification {
    private static let version: UInt32 = 1

    package static func encode(_ request: CommandRequest) -> [UInt8] {
        let variables = request.env.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var text: [UInt8] = []
        for string in [request.cwd] + request.argv + variables { text += Array(string.utf8) + [0] }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20 + text.count)
        for word in [
            version, UInt32(clamping: request.argv.count), UInt32(clamping: variables.count),
            UInt32(clamping: text.count), 0,
        ] { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
        return bytes + text
    }
}

/// Why it executed nothing.
package struct CommandFailure: Codable, Equatable, Sendable {
    package enum Step: Int32, Codable, Sendable {
        case specification = 1
        case directory, program
    }

    package var step: Step
    package var errno: Int32

    /// From its two words; nil for others.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == 8 else { return nil }
        let words = bytes.withUnsafeBytes { bytes in
            (
                Int32(littleEndian: bytes.loadUnaligned(as: Int32.self)),
                Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: Int32.self))
            )
        }
        guard let step = Step(rawValue: words.0), words.1 > 0 else { return nil }
        (self.step, errno) = (step, words.1)
    }

    package init(step: Step, errno: Int32) {
        self.step = step
        self.errno = errno
    }
}
