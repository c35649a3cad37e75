// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Isolation
import Platform
import Testing

@Suite("Reports of children")
struct ReportTests {
    @Test("Ready, failed and nonsense")
    func decode() {
        #expect(ChildReport(bytes: [0x52]) == .ready)
        #expect(ChildReport(bytes: [1, 0, 0, 0] + Array("mount".utf8)) == .failed(SystemError("mount", errno: 1)))
        #expect(ChildReport(bytes: []) == nil)
        #expect(ChildReport(bytes: [1, 0, 0, 0]) == nil)
    }

    @Test("Blocks of cpuinfo lose their number only")
    func cpuinfo() {
        let blocks = ProcView.processorBlocks(from: "processor\t: 0\nmodel\t: x\n\nprocessor\t: 1\nmodel\t: y\n\n")
        #expect(blocks == ["model\t: x\n", "model\t: y\n"])
    }

    @Test("A session's map has no root on either side")
    func identity() {
        let identity = SessionIdentity(initOutside: 100_000, userOutside: 100_001)
        #expect(identity.map == "999 100000 1\n1000 100001 1\n")
    }
}
