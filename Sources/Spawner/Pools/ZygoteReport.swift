// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform

/// What a zygote says.
struct ZygoteReport {
    enum Kind: UInt32 {
        case ready = 1
        case forked
        case failed
    }

    static let size = MemoryLayout<cloister_zygote_report>.size

    let number: UInt64
    let kind: Kind
    let pid: Int32
    let error: Int32
    let step: String

    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count == Self.size else { return nil }
        let native = bytes.withUnsafeBytes { $0.loadUnaligned(as: cloister_zygote_report.self) }
        guard let kind = Kind(rawValue: native.kind) else { return nil }
        self.kind = kind
        number = native.number
        pid = native.pid
        error = native.error
        step = withUnsafeBytes(of: native.step) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
