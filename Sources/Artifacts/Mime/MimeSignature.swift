// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Types that the first bytes of a file prove. Nothing is parsed beyond them.
enum MimeSignature: CaseIterable {
    case png, jpeg, gif, webp, tiffLittle, tiffBig, pdf, zip, gzip, bzip2, xz, zstd, parquet, arrow, hdf5, sqlite

    /// The signature that the bytes begin with.
    init?(start: [UInt8]) {
        guard let match = Self.allCases.first(where: { $0.matches(start) }) else { return nil }
        self = match
    }

    var type: String {
        switch self {
        case .png: "image/png"
        case .jpeg: "image/jpeg"
        case .gif: "image/gif"
        case .webp: "image/webp"
        case .tiffLittle, .tiffBig: "image/tiff"
        case .pdf: "application/pdf"
        case .zip: "application/zip"
        case .gzip: "application/gzip"
        case .bzip2: "application/x-bzip2"
        case .xz: "application/x-xz"
        case .zstd: "application/zstd"
        case .parquet: "application/vnd.apache.parquet"
        case .arrow: "application/vnd.apache.arrow.file"
        case .hdf5: "application/x-hdf5"
        case .sqlite: "application/vnd.sqlite3"
        }
    }

    /// Formats that others are made of (`.xlsx` is a ZIP), so that the name knows better.
    var isContainer: Bool {
        switch self {
        case .zip, .gzip, .bzip2, .xz, .zstd, .hdf5, .sqlite, .tiffLittle, .tiffBig: true
        default: false
        }
    }

    private func matches(_ start: [UInt8]) -> Bool {
        switch self {
        case .webp: start.starts(with: "RIFF".utf8) && start.dropFirst(8).starts(with: "WEBP".utf8)
        default: start.starts(with: bytes)
        }
    }

    private var bytes: [UInt8] {
        switch self {
        case .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        case .jpeg: [0xFF, 0xD8, 0xFF]
        case .gif: Array("GIF8".utf8)
        case .webp: Array("RIFF".utf8)
        case .tiffLittle: [0x49, 0x49, 0x2A, 0x00]
        case .tiffBig: [0x4D, 0x4D, 0x00, 0x2A]
        case .pdf: Array("%PDF-".utf8)
        case .zip: [0x50, 0x4B, 0x03, 0x04]
        case .gzip: [0x1F, 0x8B]
        case .bzip2: Array("BZh".utf8)
        case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
        case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
        case .parquet: Array("PAR1".utf8)
        case .arrow: Array("ARROW1".utf8)
        case .hdf5: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
        case .sqlite: Array("SQLite format 3\0".utf8)
        }
    }
}
