// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Blocking
import Driver
import Glibc
import Platform
import SpawnerProtocol
import Synchronization

/// The driver's end of an incarnation's sockets, on a thread of its own. Does what the first word of the code says.
final class FakeDriver: Sendable {
    private struct State {
        var isInterrupted = false
        var isReleased = false
        var last: (nonce: [UInt8], body: [UInt8])?
        var isOver = false
    }

    private let control: Descriptor
    private let stdout: Descriptor
    private let stderr: Descriptor
    private let workspace: String
    private let state = Mutex(State())
    private let whenEnded: @Sendable (ProcessStatus) -> Void
    /// Codes in the order in which they came.
    var codes: [String] { received.withLock { $0 } }
    private let received = Mutex<[String]>([])
    /// How often it was asked to warm up.
    let warmUps = Atomic<Int>(0)

    init(
        control: Descriptor, stdout: Descriptor, stderr: Descriptor, workspace: String,
        whenEnded: @escaping @Sendable (ProcessStatus) -> Void
    ) throws {
        self.control = control
        self.stdout = stdout
        self.stderr = stderr
        self.workspace = workspace
        self.whenEnded = whenEnded
        _ = try PoolThread(name: "fake-driver") { [self] in serve() }
    }

    func interrupt() { state.withLock { $0.isInterrupted = true } }
    func release() { state.withLock { $0.isReleased = true } }

    /// What SIGKILL from the spawner does.
    func kill() {
        state.withLock { $0.isOver = true }
        closeAll()
    }

    private func closeAll() {
        for socket in [control, stdout, stderr] { shutdown(socket.number, CInt(SHUT_RDWR)) }
    }

    private func end(_ status: ProcessStatus) {
        guard !state.withLock({ $0.isOver }) else { return }
        closeAll()
        whenEnded(status)
    }

    private func send(_ packet: [UInt8]) {
        _ = Glibc.send(control.number, packet, packet.count, CInt(MSG_NOSIGNAL))
    }

    private func serve() {
        var hello = Packet(kind: 65, nonce: [UInt8](repeating: 0, count: 16))
        hello.add(16, Array("3.fake".utf8))
        hello.add(17, [2, 0, 0, 0])
        send(hello.bytes)
        var buffer = [UInt8](repeating: 0, count: 70_000)
        var pending: [UInt8] = []
        while true {
            let count = recv(control.number, &buffer, buffer.count, 0)
            guard count >= 24 else { return }
            pending += buffer[24..<count]
            guard buffer[2] == 0 else { continue }
            handle(kind: buffer[1], nonce: Array(buffer[8..<24]), Packet.fields(pending))
            pending = []
        }
    }

    private func handle(kind: UInt8, nonce: [UInt8], _ fields: [UInt16: [UInt8]]) {
        switch kind {
        case 1:
            let code = String(decoding: fields[1] ?? [], as: UTF8.self)
            received.withLock { $0.append(code) }
            perform(code, nonce)
        case 2:
            let last = state.withLock { $0.last }
            guard let last, last.nonce == fields[3] else { return send(Packet(kind: 68, nonce: nonce).bytes) }
            send(Packet(kind: 66, nonce: nonce, body: last.body).bytes)
        default:
            if kind == 4 { warmUps.add(1, ordering: .relaxed) }
            send(Packet(kind: 67, nonce: nonce).bytes)
        }
    }

    private func answer(_ nonce: [UInt8], status: UInt8 = 0, value: String? = nil, error: (String, String)? = nil) {
        var packet = Packet(kind: 66, nonce: nonce)
        packet.add(32, [status])
        if let value { packet.add(33, Array(value.utf8)) }
        if let error {
            packet.add(34, Array(error.0.utf8))
            packet.add(35, Array(error.1.utf8))
        }
        let body = packet.body
        state.withLock { $0.last = (nonce, body) }
        send(packet.bytes)
    }

    private func perform(_ code: String, _ nonce: [UInt8]) {
        let words = code.split(separator: " ", maxSplits: 2).map(String.init)
        let rest = words.dropFirst().joined(separator: " ")
        state.withLock { ($0.isInterrupted, $0.isReleased) = (false, false) }
        switch words.first ?? "" {
        case "print":
            writeAll(Array(rest.utf8), to: stdout)
            answer(nonce)
        case "error":
            writeAll(Array(rest.utf8), to: stderr)
            answer(nonce)
        case "wait": answer(nonce, status: wait(forRelease: false) ? 2 : 0)
        case "hold": wait(forRelease: true) ? answer(nonce, status: 2) : answer(nonce, value: "held")
        case "deaf": while !state.withLock({ $0.isOver }) { usleep(1_000) }
        case "raise": answer(nonce, status: 1, error: (words[1], words.count > 2 ? words[2] : ""))
        case "exit": end(.exited(code: UInt8(rest) ?? 0))
        case "signal": end(.signaled(number: UInt8(rest) ?? 0))
        case "closes": shutdown(control.number, CInt(SHUT_RDWR))
        case "garbage": send([1, 2, 3])
        case "twice":
            answer(nonce)
            answer(nonce)
        case "file":
            mkdir("\(workspace)/artifacts", 0o755)
            close(creat("\(workspace)/artifacts/\(rest)", 0o644))
            answer(nonce)
        default: answer(nonce, value: rest)
        }
    }

    /// True when an interrupt ended it.
    private func wait(forRelease: Bool) -> Bool {
        while true {
            let (isInterrupted, isReleased, isOver) = state.withLock { ($0.isInterrupted, $0.isReleased, $0.isOver) }
            if isInterrupted { return true }
            if isReleased && forRelease || isOver { return false }
            usleep(500)
        }
    }
}

/// A packet of the driver's protocol.
private struct Packet {
    let kind: UInt8
    let nonce: [UInt8]
    var body: [UInt8] = []

    mutating func add(_ tag: UInt16, _ value: [UInt8]) {
        body += Self.little(tag) + [0, 0] + Self.little(UInt32(value.count)) + value
    }

    var bytes: [UInt8] { [1, kind, 0, 0] + Self.little(UInt32(body.count)) + nonce + body }

    static func fields(_ body: [UInt8]) -> [UInt16: [UInt8]] {
        var fields: [UInt16: [UInt8]] = [:]
        var rest = body[...]
        while rest.count >= 8 {
            let head = Array(rest.prefix(8))
            let count = head[4...7].reversed().reduce(0) { $0 << 8 | Int($1) }
            fields[UInt16(head[1]) << 8 | UInt16(head[0])] = Array(rest.dropFirst(8).prefix(count))
            rest = rest.dropFirst(8 + count)
        }
        return fields
    }

    private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
