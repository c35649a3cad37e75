// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Media types by the end of a file's name.
package struct MimeTable: Sendable {
    private struct Rule {
        let type: String
        let weight: Int
    }

    /// Lower-case suffixes with their first dot, and whole names.
    private var rules: [[UInt8]: Rule] = [:]

    /// The table of shared-mime-info (`weight:type:glob`, see its specification of globs2) over the built-in one.
    package init(globs: String = "") {
        for (suffix, type) in Self.builtIn { add("*.\(suffix)", type, weight: 0) }
        for line in globs.split(separator: "\n") where !line.hasPrefix("#") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count >= 3, let weight = Int(fields[0]) else { continue }
            add(fields[2], String(fields[1]), weight: weight)
        }
    }

    /// The longest suffix wins, as in `archive.tar.gz`.
    package func type(name: [UInt8]) -> String? {
        let name = name.map(Self.lowercased)
        if let rule = rules[name] { return rule.type }
        for index in name.indices where name[index] == UInt8(ascii: ".") {
            if let rule = rules[Array(name[index...])] { return rule.type }
        }
        return nil
    }

    private mutating func add(_ glob: some StringProtocol, _ type: String, weight: Int) {
        let isSuffix = glob.hasPrefix("*.")
        let text = isSuffix ? glob.dropFirst() : glob[...]
        guard !text.contains(where: { "*?[".contains($0) }), !text.isEmpty else { return }
        let key = text.utf8.map(Self.lowercased)
        if let known = rules[key], known.weight >= weight, known.weight > 0 { return }
        rules[key] = Rule(type: type, weight: weight)
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 32 : byte
    }

    /// What data work leaves behind, for hosts without shared-mime-info.
    private static let builtIn: [(suffix: String, type: String)] = [
        ("csv", "text/csv"), ("tsv", "text/tab-separated-values"), ("txt", "text/plain"), ("log", "text/x-log"),
        ("md", "text/markdown"), ("json", "application/json"), ("geojson", "application/geo+json"),
        ("jsonl", "application/jsonl"), ("ndjson", "application/x-ndjson"), ("xml", "application/xml"),
        ("yaml", "application/yaml"), ("html", "text/html"), ("htm", "text/html"), ("css", "text/css"),
        ("js", "text/javascript"), ("py", "text/x-python"), ("ipynb", "application/x-ipynb+json"),
        ("png", "image/png"), ("jpg", "image/jpeg"), ("jpeg", "image/jpeg"), ("gif", "image/gif"),
        ("svg", "image/svg+xml"), ("webp", "image/webp"), ("tif", "image/tiff"), ("tiff", "image/tiff"),
        ("bmp", "image/bmp"), ("pdf", "application/pdf"), ("zip", "application/zip"), ("gz", "application/gzip"),
        ("tar", "application/x-tar"), ("xz", "application/x-xz"), ("bz2", "application/x-bzip2"),
        ("zst", "application/zstd"), ("parquet", "application/vnd.apache.parquet"),
        ("arrow", "application/vnd.apache.arrow.file"), ("feather", "application/vnd.apache.arrow.file"),
        ("npy", "application/x-npy"), ("npz", "application/x-npz"), ("pkl", "application/x-pickle"),
        ("h5", "application/x-hdf5"), ("sqlite", "application/vnd.sqlite3"), ("gpkg", "application/geopackage+sqlite3"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("mp4", "video/mp4"), ("webm", "video/webm"), ("mp3", "audio/mpeg"), ("wav", "audio/x-wav"),
    ]
}
