// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// One line of the spawner's list of sessions.
package struct SessionListing: Equatable, Sendable {
    package enum State: UInt32, Sendable {
        case starting = 1
        case live
        /// The driver process has ended.
        case ended
        /// Being killed, or waiting for its last resources to go.
        case stopping
    }

    package static let perPacket = 200

    package let key: SessionKey
    package let incarnation: UInt32
    package let state: State
    package let image: String
    /// CLOCK_BOOTTIME, nanoseconds.
    package let created: UInt64

    package init(key: SessionKey, incarnation: UInt32, state: State, image: String, created: UInt64) {
        self.key = key
        self.incarnation = incarnation
        self.state = state
        self.image = image
        self.created = created
    }

    func encode(to writer: inout LayoutWriter) {
        writer.write(key)
        writer.write(incarnation)
        writer.write(state.rawValue)
        writer.write(image, width: SpawnerRequest.imageWidth)
        writer.write(created)
    }

    init?(from reader: inout LayoutReader) {
        guard let key = reader.readKey(), let incarnation: UInt32 = reader.read(), let state: UInt32 = reader.read(),
            let state = State(rawValue: state), let image = reader.readText(width: SpawnerRequest.imageWidth),
            let created: UInt64 = reader.read()
        else { return nil }
        self.init(key: key, incarnation: incarnation, state: state, image: image, created: created)
    }
}
