// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A spawner's answer to one request, or an event that nobody asked for (`requestID` 0).
package struct SpawnerReply: Equatable, Sendable {
    package enum Body: Equatable, Sendable {
        /// The descriptors of `roles` come with the packet, in this order.
        case incarnation(IncarnationDescription, roles: [DescriptorRole])
        case done
        case sessions([SessionListing])
        case statistics(SpawnerStatistics)
        case failure(SpawnerFailure)
        /// The driver process has ended.
        case driverEnded(incarnation: UInt32, status: ProcessStatus)
        case pools([PoolListing])
        /// The checkpoint is where a kill of the running tree does not reach it.
        case checkpointKept(UInt32)
        /// Its process has ended.
        case checkpointGone(UInt32)
        /// The descriptors of `roles` come with the packet, in this order.
        case command(CommandDescription, roles: [DescriptorRole])
        /// A command's process has ended.
        case commandEnded(UInt32, status: ProcessStatus)
    }

    package static let version: UInt32 = 1
    package static let maximumSize = 16 * 1024

    package let requestID: UInt64
    package let key: SessionKey
    package let body: Body

    package init(requestID: UInt64, key: SessionKey, body: Body) {
        self.requestID = requestID
        self.key = key
        self.body = body
    }

    package func encoded() -> [UInt8] {
        var writer = LayoutWriter(capacity: 256)
        writer.write(Self.version)
        writer.write(code)
        writer.write(requestID)
        writer.write(key)
        switch body {
        case .incarnation(let description, let roles):
            description.encode(to: &writer)
            Self.write(roles, to: &writer)
        case .done: break
        case .sessions(let listings):
            writer.write(UInt32(truncatingIfNeeded: listings.count))
            for listing in listings { listing.encode(to: &writer) }
        case .statistics(let statistics): statistics.encode(to: &writer)
        case .failure(let failure): failure.encode(to: &writer)
        case .driverEnded(let incarnation, let status):
            writer.write(incarnation)
            status.encode(to: &writer)
        case .checkpointKept(let number), .checkpointGone(let number): writer.write(number)
        case .command(let description, let roles):
            description.encode(to: &writer)
            Self.write(roles, to: &writer)
        case .commandEnded(let number, let status):
            writer.write(number)
            status.encode(to: &writer)
        case .pools(let listings):
            writer.write(UInt32(truncatingIfNeeded: listings.count))
            for listing in listings { listing.encode(to: &writer) }
        }
        return writer.bytes
    }

    private static func write(_ roles: [DescriptorRole], to writer: inout LayoutWriter) {
        writer.write(UInt32(truncatingIfNeeded: roles.count))
        for role in roles { writer.write(role.rawValue) }
    }

    private var code: UInt32 {
        switch body {
        case .incarnation: 1
        case .done: 2
        case .sessions: 3
        case .statistics: 4
        case .failure: 5
        case .driverEnded: 6
        case .pools: 7
        case .checkpointKept: 8
        case .checkpointGone: 9
        case .command: 10
        case .commandEnded: 11
        }
    }

    package init?(bytes: ArraySlice<UInt8>) {
        var reader = LayoutReader(bytes)
        guard reader.read(UInt32.self) == Self.version, let code: UInt32 = reader.read(),
            let requestID: UInt64 = reader.read(), let key = reader.readKey(),
            let body = Self.body(code, from: &reader), reader.isAtEnd
        else { return nil }
        self.init(requestID: requestID, key: key, body: body)
    }

    private static func body(_ code: UInt32, from reader: inout LayoutReader) -> Body? {
        switch code {
        case 1:
            guard let description = IncarnationDescription(from: &reader), let roles = roles(from: &reader) else {
                return nil
            }
            return .incarnation(description, roles: roles)
        case 2: return .done
        case 3:
            guard let count: UInt32 = reader.read(), count <= SessionListing.perPacket else { return nil }
            var listings: [SessionListing] = []
            for _ in 0..<count {
                guard let listing = SessionListing(from: &reader) else { return nil }
                listings.append(listing)
            }
            return .sessions(listings)
        case 4: return SpawnerStatistics(from: &reader).map(Body.statistics)
        case 5: return SpawnerFailure(from: &reader).map(Body.failure)
        case 6:
            guard let incarnation: UInt32 = reader.read(), let status = ProcessStatus(from: &reader) else { return nil }
            return .driverEnded(incarnation: incarnation, status: status)
        case 7: return pools(from: &reader).map(Body.pools)
        case 8: return reader.read(UInt32.self).map(Body.checkpointKept)
        case 9: return reader.read(UInt32.self).map(Body.checkpointGone)
        case 10:
            guard let description = CommandDescription(from: &reader), let roles = roles(from: &reader) else {
                return nil
            }
            return .command(description, roles: roles)
        case 11:
            guard let number: UInt32 = reader.read(), let status = ProcessStatus(from: &reader) else { return nil }
            return .commandEnded(number, status: status)
        default: return nil
        }
    }

    private static func pools(from reader: inout LayoutReader) -> [PoolListing]? {
        guard let count: UInt32 = reader.read(), count <= PoolListing.perPacket else { return nil }
        var listings: [PoolListing] = []
        for _ in 0..<count {
            guard let listing = PoolListing(from: &reader) else { return nil }
            listings.append(listing)
        }
        return listings
    }

    private static func roles(from reader: inout LayoutReader) -> [DescriptorRole]? {
        guard let count: UInt32 = reader.read(), count <= DescriptorRole.allCases.count else { return nil }
        var roles: [DescriptorRole] = []
        for _ in 0..<count {
            guard let value: UInt8 = reader.read(), let role = DescriptorRole(rawValue: value) else { return nil }
            roles.append(role)
        }
        return roles
    }
}
