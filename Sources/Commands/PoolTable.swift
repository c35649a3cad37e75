// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI

/// What is kept in advance: one line an image.
enum PoolTable {
    static func text(_ pools: [ImagePool]) -> String {
        var table = Table(
            ("POOL", .left), ("READY", .right), ("MEMORY", .right), ("HOLDERS", .right), ("ZYGOTE", .left),
            ("GENERATION", .right), ("FORKS", .right), ("FALLBACKS", .right), ("FAILURES", .right),
            ("LAST FAILURE", .left)
        )
        for pool in pools {
            table.add([
                pool.image, "\(pool.ready)/\(pool.readyTarget)", Text.bytes(pool.readyBytes),
                "\(pool.holders)/\(pool.holderTarget)", pool.zygote.rawValue, String(pool.generation),
                String(pool.forks), String(pool.fallbacks), String(pool.zygoteFailures + pool.readyFailures),
                pool.lastFailure ?? "-",
            ])
        }
        return table.text
    }
}

extension ImagePool {
    /// Whether anything is kept for the image, or was meant to be.
    var isUsed: Bool {
        self.readyTarget > 0 || self.holderTarget > 0 || self.zygote != .none || self.lastFailure != nil
    }
}
