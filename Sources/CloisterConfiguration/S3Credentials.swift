// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

/// Keys of the object store. From the environment or a file of their own, never from the configuration.
package struct S3Credentials: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    package var accessKeyID: String
    package var secretAccessKey: String
    package var sessionToken: String?

    package init(accessKeyID: String, secretAccessKey: String, sessionToken: String?) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }

    /// Neither logs nor error messages show the secret.
    package var description: String { "S3Credentials(\(accessKeyID))" }
    package var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }

    /// Takes the keys from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; without them from the file
    /// of the configuration, and without that from the one that AWS_SHARED_CREDENTIALS_FILE names.
    package static func load(
        _ settings: S3Settings,
        environment: [String: String]
    ) throws(ConfigurationError) -> S3Credentials {
        if let credentials = try fromVariables(environment) { return credentials }
        let file = settings.credentialsFile ?? present(environment["AWS_SHARED_CREDENTIALS_FILE"])
        guard let file else { throw missing() }
        return try fromFile(file)
    }

    private static func fromVariables(_ environment: [String: String]) throws(ConfigurationError) -> S3Credentials? {
        let id = present(environment["AWS_ACCESS_KEY_ID"])
        let secret = present(environment["AWS_SECRET_ACCESS_KEY"])
        guard id != nil || secret != nil else { return nil }
        guard let id, let secret else {
            throw ConfigurationError(
                .credentials, file: "environment", "only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set",
                remedy: "set both, or neither and name a credentials file")
        }
        let token = present(environment["AWS_SESSION_TOKEN"])
        return S3Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token)
    }

    private static func fromFile(_ path: String) throws(ConfigurationError) -> S3Credentials {
        try requirePrivate(path)
        let profile = CredentialsFile(try readText(path, limit: 64 << 10)).defaultProfile
        guard let id = profile["aws_access_key_id"], let secret = profile["aws_secret_access_key"] else {
            throw ConfigurationError(
                .credentials, file: path, "the profile [default] lacks aws_access_key_id or aws_secret_access_key",
                remedy: "write both below [default]")
        }
        return S3Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: profile["aws_session_token"])
    }

    private static func requirePrivate(_ path: String) throws(ConfigurationError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .unreadable(path, errno) }
        guard status.st_mode & 0o007 == 0 else {
            throw ConfigurationError(
                .credentials, file: path, "every user of this host can read the secret",
                remedy: "chmod 0600 the file, and replace the secret if others may have read it")
        }
    }

    private static func missing() -> ConfigurationError {
        ConfigurationError(
            .credentials, file: "environment", "there are no keys for the object store",
            remedy: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a file with "
                + "object_store.s3.credentials_file")
    }

    private static func present(_ value: String?) -> String? {
        value.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// The format of `~/.aws/credentials`: profiles in brackets, `key = value` lines, comments after `#` or `;`.
private struct CredentialsFile {
    /// What stands below `[default]`.
    private(set) var defaultProfile: [String: String] = [:]

    init(_ text: String) {
        var isDefault = false
        for line in text.split(whereSeparator: \.isNewline).map(trimmed) {
            if line.hasPrefix("[") {
                isDefault = line == "[default]"
            } else if isDefault, !line.hasPrefix("#"), !line.hasPrefix(";"), let equals = line.firstIndex(of: "=") {
                let value = trimmed(line[line.index(after: equals)...])
                defaultProfile[trimmed(line[..<equals])] = value.isEmpty ? nil : value
            }
        }
    }
}

private func trimmed(_ text: some StringProtocol) -> String {
    let start = text.drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
}
