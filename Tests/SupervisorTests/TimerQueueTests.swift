// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Supervisor
import Testing

@Suite struct TimerQueueTests {
    @Test func firesInOrderOfDeadlineThenOfInsertion() {
        var queue = TimerQueue<String>()
        _ = queue.insert(at: 30, "c")
        _ = queue.insert(at: 10, "a")
        _ = queue.insert(at: 20, "b1")
        _ = queue.insert(at: 20, "b2")
        #expect(queue.earliest == 10)
        let early = queue.popDue(at: 9)
        #expect(early == nil)
        var fired: [String] = []
        while let action = queue.popDue(at: 20) { fired.append(action) }
        #expect(fired == ["a", "b1", "b2"])
        #expect(queue.earliest == 30)
    }

    @Test func cancelledTimersAreForgotten() {
        var queue = TimerQueue<Int>()
        let ids = (0..<100).map { queue.insert(at: UInt64($0 % 7), $0) }
        for (index, id) in ids.enumerated() where index % 2 == 0 {
            let first = queue.cancel(id)
            let second = queue.cancel(id)
            #expect(first && !second)
        }
        var fired: [Int] = []
        while let number = queue.popDue(at: .max) { fired.append(number) }
        #expect(fired.count == 50)
        #expect(fired.allSatisfy { $0 % 2 == 1 })
        #expect(queue.earliest == nil)
    }
}
