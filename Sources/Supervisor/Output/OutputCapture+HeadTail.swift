// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CloisterAPI
import FoundationEssentials

extension OutputCapture {
    package static let empty = OutputCapture(text: "", bytes: 0, truncated: 0, encoding: .utf8)

    /// Head and tail as text where they are text, else as base64.
    package init(_ output: HeadTail) {
        guard output.omitted > 0 else {
            self.init(output.firstBytes + output.lastBytes, total: output.total)
            return
        }
        let head = output.firstBytes.prefix(UTF8Boundary.lengthOfWholeCharacters(output.firstBytes))
        let last = output.lastBytes
        self.init(head + last.dropFirst(UTF8Boundary.lengthOfBrokenStart(last)), total: output.total)
    }

    private init(_ bytes: some Collection<UInt8>, total: Int64) {
        let truncated = max(0, total &- Int64(bytes.count))
        if let text = String(validating: bytes, as: UTF8.self) {
            self.init(text: text, bytes: total, truncated: truncated, encoding: .utf8)
        } else {
            let text = Data(bytes).base64EncodedString()
            self.init(text: text, bytes: total, truncated: truncated, encoding: .base64)
        }
    }
}
