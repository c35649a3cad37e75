// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A command apart from its descriptors.
package struct CommandDescription: Equatable, Sendable {
    /// The daemon's number for it, unique within the session.
    package let number: UInt32
    /// Of the incarnation that it belongs to.
    package let incarnation: UInt32
    /// Set once its process has ended.
    package let ended: ProcessStatus?

    package init(number: UInt32, incarnation: UInt32, ended: ProcessStatus?) {
        self.number = number
        self.incarnation = incarnation
        self.ended = ended
    }

    func encode(to writer: inout LayoutWriter) {
        writer.write(number)
        writer.write(incarnation)
        writer.write(UInt32(ended == nil ? 0 : 1))
        (ended ?? .exited(code: 0)).encode(to: &writer)
    }

    init?(from reader: inout LayoutReader) {
        guard let number: UInt32 = reader.read(), let incarnation: UInt32 = reader.read(),
            let hasEnded: UInt32 = reader.read(), hasEnded <= 1, let status = ProcessStatus(from: &reader)
        else { return nil }
        self.init(number: number, incarnation: incarnation, ended: hasEnded == 1 ? status : nil)
    }
}
