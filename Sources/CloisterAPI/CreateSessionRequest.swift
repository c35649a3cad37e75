// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Body of `POST /v1/sessions`. What is absent takes the configured default.
package struct CreateSessionRequest: Codable, Sendable, Equatable {
    package var name: String?
    package var image: String?
    package var storage: WorkspaceStorage?
    package var limits: RequestedLimits?
    package var metadata: [String: String]?
    package var checkpoint: CheckpointPolicy?

    package init(
        name: String? = nil,
        image: String? = nil,
        storage: WorkspaceStorage? = nil,
        limits: RequestedLimits? = nil,
        metadata: [String: String]? = nil,
        checkpoint: CheckpointPolicy? = nil
    ) {
        self.name = name
        self.image = image
        self.storage = storage
        self.limits = limits
        self.metadata = metadata
        self.checkpoint = checkpoint
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        self.name = try container.decodeIfPresent(String.self, forKey: .name)
        self.image = try container.decodeIfPresent(String.self, forKey: .image)
        self.storage = try container.decodeIfPresent(WorkspaceStorage.self, forKey: .storage)
        self.limits = try container.decodeIfPresent(RequestedLimits.self, forKey: .limits)
        self.metadata = try container.decodeIfPresent([String: String].self, forKey: .metadata)
        self.checkpoint = try container.decodeIfPresent(CheckpointPolicy.self, forKey: .checkpoint)
        try self.validate()
    }

    private enum CodingKeys: String, CodingKey {
        case name, image, storage, limits, metadata, checkpoint
    }
}

extension CreateSessionRequest {
    package static let maximumNameLength = 128
    package static let maximumImageLength = 64
    package static let maximumMetadataEntries = 32
    package static let maximumMetadataKeyLength = 64
    package static let maximumMetadataValueLength = 1024

    private func validate() throws {
        if let name, !Self.isVisibleASCII(name, maximum: Self.maximumNameLength) {
            throw CloisterError.field("name", "must be 1 to \(Self.maximumNameLength) visible ASCII characters")
        }
        if let image, !Self.isImageName(image) {
            throw CloisterError.field(
                "image", "must be 1 to 64 of a–z, 0–9, '.', '_', '-', starting with a letter or digit")
        }
        try self.validateMetadata()
    }

    private func validateMetadata() throws {
        let metadata = self.metadata ?? [:]
        guard metadata.count <= Self.maximumMetadataEntries else {
            throw CloisterError.field("metadata", "must have at most \(Self.maximumMetadataEntries) entries")
        }
        for (key, value) in metadata {
            guard Self.isVisibleASCII(key, maximum: Self.maximumMetadataKeyLength) else {
                throw CloisterError.field("metadata", "must have keys of 1 to 64 visible ASCII characters")
            }
            guard value.utf8.count <= Self.maximumMetadataValueLength else {
                throw CloisterError.field("metadata.\(key)", "must be at most 1024 bytes")
            }
        }
    }

    private static func isVisibleASCII(_ text: String, maximum: Int) -> Bool {
        (1...maximum).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func isImageName(_ text: String) -> Bool {
        let isAlphanumeric: (UInt8) -> Bool = {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        guard let first = text.utf8.first, isAlphanumeric(first) else { return false }
        let marks = [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")]
        return text.utf8.count <= Self.maximumImageLength
            && text.utf8.allSatisfy { isAlphanumeric($0) || marks.contains($0) }
    }
}
