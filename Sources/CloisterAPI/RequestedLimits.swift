// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The limits that a caller asks for; absent ones take the configured default. Sizes in bytes.
package struct RequestedLimits: Codable, Sendable, Equatable {
    package var memoryBytes: Int64?
    package var cpus: Double?
    package var pids: Int?
    package var workspaceBytes: Int64?
    package var tmpBytes: Int64?

    package init(
        memoryBytes: Int64? = nil,
        cpus: Double? = nil,
        pids: Int? = nil,
        workspaceBytes: Int64? = nil,
        tmpBytes: Int64? = nil
    ) {
        self.memoryBytes = memoryBytes
        self.cpus = cpus
        self.pids = pids
        self.workspaceBytes = workspaceBytes
        self.tmpBytes = tmpBytes
    }

    /// Every given limit is positive; the ceilings are the configuration's business.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        self.memoryBytes = try Self.positive(.memoryBytes, in: container)
        self.cpus = try Self.positive(.cpus, in: container)
        self.pids = try Self.positive(.pids, in: container)
        self.workspaceBytes = try Self.positive(.workspaceBytes, in: container)
        self.tmpBytes = try Self.positive(.tmpBytes, in: container)
    }

    private static func positive<Number: Numeric & Comparable & Decodable>(
        _ key: CodingKeys,
        in container: KeyedDecodingContainer<CodingKeys>
    ) throws -> Number? {
        guard let value = try container.number(Number.self, forKey: key) else { return nil }
        guard value > 0 else { throw CloisterError.field("limits.\(key.rawValue)", "must be greater than zero") }
        return value
    }

    private enum CodingKeys: String, CodingKey {
        case memoryBytes = "memory_bytes"
        case cpus, pids
        case workspaceBytes = "workspace_bytes"
        case tmpBytes = "tmp_bytes"
    }
}
