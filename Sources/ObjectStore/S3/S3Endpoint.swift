// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A bucket's address: from keys to paths, host names and URLs.
package struct S3Endpoint: Sendable, Equatable {
    package let scheme: String
    /// With the port when it is not the scheme's own; this is what the `Host` header says and what is signed.
    package let host: String
    /// Starts every path; `/bucket` in path style, empty otherwise.
    package let base: String

    package init(_ configuration: S3Configuration) throws(ObjectStoreError) {
        let bucket = configuration.bucket
        guard Self.isBucketName(bucket) else {
            throw Self.invalid("\(bucket) is not a bucket's name", "use 3 to 63 lower-case letters, digits, - and .")
        }
        let (scheme, host) = try Self.split(
            configuration.endpoint ?? "https://s3.\(configuration.region).amazonaws.com")
        self.scheme = scheme
        switch configuration.addressing {
        case .path:
            self.host = host
            base = "/\(bucket)"
        case .virtualHost:
            self.host = "\(bucket).\(host)"
            base = ""
        }
    }

    /// Not percent-encoded.
    package func path(_ key: ObjectKey?) -> String {
        guard let key else { return base.isEmpty ? "/" : base }
        return "\(base)/\(key.text)"
    }

    /// - Parameter query: percent-encoded; may be empty.
    package func url(path: String, query: String = "") -> String {
        "\(scheme)://\(host)\(PercentEncoding.encodePath(path))\(query.isEmpty ? "" : "?")\(query)"
    }

    private static func split(_ endpoint: String) throws(ObjectStoreError) -> (scheme: String, host: String) {
        for scheme in ["https", "http"] where endpoint.hasPrefix("\(scheme)://") {
            var host = endpoint.dropFirst(scheme.utf8.count + 3)
            while host.hasSuffix("/") { host = host.dropLast() }
            guard isHost(host) else { break }
            return (scheme, withoutDefaultPort(String(host).lowercased(), scheme))
        }
        throw invalid("\(endpoint) is not an endpoint", "write http://host[:port] or https://host[:port]")
    }

    private static func withoutDefaultPort(_ host: String, _ scheme: String) -> String {
        let suffix = scheme == "https" ? ":443" : ":80"
        return host.hasSuffix(suffix) ? String(host.dropLast(suffix.utf8.count)) : host
    }

    /// A name, an IPv4 address or an IPv6 address in brackets, and a port; no path, no user, no query.
    private static func isHost(_ text: Substring) -> Bool {
        let allowed = text.utf8.allSatisfy {
            isLetterOrDigit($0) || ".-_:[]".utf8.contains($0)
        }
        return allowed && text.utf8.first.map { isLetterOrDigit($0) || $0 == UInt8(ascii: "[") } == true
    }

    private static func isBucketName(_ text: String) -> Bool {
        let allowed = text.utf8.allSatisfy { isLetterOrDigit($0) || ".-_".utf8.contains($0) }
        return allowed && (3...63).contains(text.utf8.count) && text.utf8.first.map(isLetterOrDigit) == true
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func invalid(_ message: String, _ remedy: String) -> ObjectStoreError {
        ObjectStoreError(.configuration, message, remedy: remedy)
    }
}
