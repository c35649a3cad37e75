// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// First in, first out. Taken elements leave a gap at the front that is closed when it is the larger half,
/// so that both ends cost constant time on average.
struct CallQueue {
    private var storage: [(any PendingCall)?] = []
    private var head = 0

    var count: Int { storage.count - head }

    mutating func append(_ call: any PendingCall) {
        storage.append(call)
    }

    mutating func popFirst() -> (any PendingCall)? {
        guard head < storage.count else { return nil }
        let call = storage[head]
        storage[head] = nil
        head += 1
        closeGap()
        return call
    }

    private mutating func closeGap() {
        if head == storage.count {
            storage.removeAll(keepingCapacity: head <= 1024)
            head = 0
        } else if head >= 64 && head * 2 >= storage.count {
            storage.removeFirst(head)
            head = 0
        }
    }
}
