// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What the spawner keeps in advance for one image.
package struct PoolListing: Equatable, Sendable {
    package enum ZygoteState: UInt32, Sendable {
        /// None is wanted.
        case none = 1
        /// Imports and warms up; sessions are started by exec.
        case starting
        case ready
        /// It failed, and the next one waits for its time.
        case failed
    }

    package static let perPacket = 64

    package var image: String
    package var zygote: ZygoteState = .none
    /// Of the zygote that serves, from 1.
    package var generation: UInt32 = 0
    package var zygotePid: UInt32 = 0
    package var holders: UInt32 = 0
    package var holderTarget: UInt32 = 0
    /// Zygotes that died, hung or could not start.
    package var failures: UInt32 = 0
    /// Sessions forked from a zygote, whatever its generation.
    package var forks: UInt64 = 0
    /// Starts that began at a zygote and were finished by exec.
    package var fallbacks: UInt64 = 0
    /// The latest failure; `errno` 0 while there was none.
    package var lastFailure = SpawnerFailure(.system)

    package init(image: String) { self.image = image }

    func encode(to writer: inout LayoutWriter) {
        writer.write(image, width: SpawnerRequest.imageWidth)
        for value in [zygote.rawValue, generation, zygotePid, holders, holderTarget, failures] { writer.write(value) }
        writer.write(forks)
        writer.write(fallbacks)
        lastFailure.encode(to: &writer)
    }

    init?(from reader: inout LayoutReader) {
        guard let image = reader.readText(width: SpawnerRequest.imageWidth) else { return nil }
        self.init(image: image)
        var values: [UInt32] = []
        for _ in 0..<6 {
            guard let value: UInt32 = reader.read() else { return nil }
            values.append(value)
        }
        guard let zygote = ZygoteState(rawValue: values[0]), let forks: UInt64 = reader.read(),
            let fallbacks: UInt64 = reader.read(), let failure = SpawnerFailure(from: &reader)
        else { return nil }
        self.zygote = zygote
        (generation, zygotePid, holders) = (values[1], values[2], values[3])
        (holderTarget, failures) = (values[4], values[5])
        (self.forks, self.fallbacks, lastFailure) = (forks, fallbacks, failure)
    }
}
