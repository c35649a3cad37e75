// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Sizes that both ends of the driver's socket keep to.
package enum DriverLimits {
    package static let protocolVersion: UInt8 = 1
    package static let headerBytes = 24
    /// One packet, header included.
    package static let packetBytes = 65_536
    package static let packetBodyBytes = packetBytes - headerBytes
    /// A message's body over all its packets.
    package static let messageBytes = 16 << 20
    /// A message may come in packets of any size, but not in so many that a trickle of them costs more than they hold.
    package static let packetsPerMessage = 1_024
    package static let fieldsPerMessage = 1_024
    /// Names of MIME types and of the Python version.
    package static let nameBytes = 255
    /// In one answer to an INSPECT.
    package static let variables = 1_000
    package static let matches = 1_000
    package static let columns = 200
    package static let items = 20
    package static let dimensions = 64
    /// Of an answer to an INSPECT.
    package static let previewBytes = 128 << 10
    package static let textBytes = 512 << 10
}
