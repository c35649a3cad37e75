// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

/// A thread of a pool or of an event loop, running one closure from its start to its end.
package struct PoolThread: Sendable {
    /// 1 MiB: SQLite, OpenSSL and JSON coding stay far below it.
    private static let stackBytes = 1 << 20

    private let handle: pthread_t

    package init(name: String, _ body: @escaping @Sendable () -> Void) throws(BlockingPoolError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, Self.stackBytes)
        defer { pthread_attr_destroy(&attributes) }

        let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
        var handle = pthread_t()
        let code = pthread_create(&handle, &attributes, runThread, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw .cannotStartThread(pool: name, errno: code)
        }
        self.handle = handle
    }

    /// Waits for the end of the thread. To be called once.
    package func join() {
        pthread_join(handle, nil)
    }
}

private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
    // Signals belong to the threads that the runtime prepared for them.
    var all = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, nil)
    nameThisThread(start.name)
    start.body()
    return nil
}

/// For `top -H` and debuggers only: a thread without a name works as well. glibc's own call is hidden from Swift.
private func nameThisThread(_ name: String) {
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    let bytes = Array(name.utf8.prefix(15))
    _ = write(file, bytes, bytes.count)
    close(file)
}
