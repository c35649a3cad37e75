// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Platform

/// epoll(7) for one thread.
struct EventLoop {
    private let epoll: Descriptor

    init() throws(SystemError) { epoll = Descriptor(owning: try check("epoll_create", cloister_epoll_create())) }

    func add(_ descriptor: Descriptor, _ token: LoopToken) throws(SystemError) {
        try check(
            "epoll_ctl",
            cloister_epoll_set(epoll.number, descriptor.number, UInt32(CLOISTER_POLL_IN), token.rawValue, 0))
    }

    func remove(_ descriptor: Descriptor) { _ = cloister_epoll_set(epoll.number, descriptor.number, 0, 0, 0) }

    func wait(milliseconds: CInt) throws(SystemError) -> [LoopToken] {
        var events = [cloister_event](repeating: cloister_event(), count: 64)
        let count = try check("epoll_wait", cloister_epoll_wait(epoll.number, &events, 64, milliseconds))
        return events.prefix(Int(count)).compactMap { LoopToken(rawValue: $0.token) }
    }
}
