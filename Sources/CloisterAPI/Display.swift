// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Something that an execution shows beside its text, as Jupyter's `display_data`, `update_display_data` and
/// `clear_output`.
package struct Display: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case show
        /// In place of what was shown under the same id.
        case update
        /// What was shown so far is to go.
        case clear
    }

    package var kind: Kind
    /// MIME type to text; binary types in base64, JSON types as JSON text.
    package var data: [String: String]
    package var metadata: [String: JSONValue]
    @Nullable package var displayID: String?
    /// Clearing waits until something else comes.
    package var wait: Bool
    /// Bytes of each stream that had been written before.
    package var stdoutOffset: Int64
    package var stderrOffset: Int64

    package init(
        kind: Kind, data: [String: String] = [:], metadata: [String: JSONValue] = [:], displayID: String? = nil,
        wait: Bool = false, stdoutOffset: Int64, stderrOffset: Int64
    ) {
        self.kind = kind
        self.data = data
        self.metadata = metadata
        self.displayID = displayID
        self.wait = wait
        self.stdoutOffset = stdoutOffset
        self.stderrOffset = stderrOffset
    }

    private enum CodingKeys: String, CodingKey {
        case kind, data, metadata, wait
        case displayID = "display_id"
        case stdoutOffset = "stdout_offset"
        case stderrOffset = "stderr_offset"
    }
}
