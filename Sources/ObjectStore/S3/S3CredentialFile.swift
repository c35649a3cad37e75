// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// The form of `~/.aws/credentials`: `[profile]` lines and `name = value` lines.
package enum S3CredentialFile {
    package static func parse(_ text: String, profile: String, path: String) throws(ObjectStoreError) -> S3Credentials {
        let values = values(of: profile, in: text)
        guard let key = values["aws_access_key_id"], let secret = values["aws_secret_access_key"] else {
            throw ObjectStoreError(
                .configuration, "the S3 credentials file \(path) has no complete profile \(profile)",
                remedy: "give [\(profile)] an aws_access_key_id and an aws_secret_access_key line")
        }
        return S3Credentials(accessKeyID: key, secretAccessKey: secret, sessionToken: values["aws_session_token"])
    }

    private static func values(of profile: String, in text: String) -> [String: String] {
        var values: [String: String] = [:]
        var isInProfile = false
        for line in text.split(whereSeparator: \.isNewline).map(trimmed) {
            if line.hasPrefix("[") {
                isInProfile = line == "[\(profile)]"
            } else if isInProfile, !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") {
                let value = trimmed(line[line.index(after: equals)...])
                if !value.isEmpty { values[trimmed(line[..<equals]).lowercased()] = value }
            }
        }
        return values
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
