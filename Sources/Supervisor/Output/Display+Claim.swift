// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Driver

extension Display {
    /// What a session has shown. A bundle that cannot be read is shown as such: its event has a number by now.
    init(_ frame: [UInt8], stdoutOffset: Int64, stderrOffset: Int64) {
        guard let claim = try? DisplayClaim(frame: frame) else {
            self.init(
                kind: .show, data: ["text/plain": "<display that cannot be read>"], stdoutOffset: stdoutOffset,
                stderrOffset: stderrOffset)
            return
        }
        self.init(
            kind: Kind(claim.kind), data: claim.dataByType,
            metadata: claim.metadata.map { JSONValue.object($0) } ?? [:], displayID: claim.id, wait: claim.waits,
            stdoutOffset: stdoutOffset, stderrOffset: stderrOffset)
    }
}

extension Display.Kind {
    fileprivate init(_ kind: DisplayClaim.Kind) {
        self =
            switch kind {
            case .show: .show
            case .update: .update
            case .clear: .clear
            }
    }
}

extension DisplayClaim {
    fileprivate var dataByType: [String: String] {
        mimeEntries.reduce(into: [:]) { $0[$1.type] = $1.text }
    }
}

extension LogProgress {
    /// All displays of a log. Blocks for as long as the disk does.
    func displays() throws -> [Display] {
        var reader = LogReader(file: file)
        var displays: [Display] = []
        while let entry = try reader.next(limit: length) {
            guard case .display(let frame, let stdout, let stderr) = entry else { continue }
            displays.append(Display(frame, stdoutOffset: stdout, stderrOffset: stderr))
        }
        return displays
    }
}
