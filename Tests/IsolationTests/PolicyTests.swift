// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc
import Testing

/// The compiled filters, run for calls of x86-64.
@Suite("System-call policy")
struct PolicyTests {
    typealias Call = FilterInterpreter.Call
    typealias Verdict = FilterPair.Verdict

    let filters: FilterPair

    init() throws { filters = try FilterPair() }

    @Test("Every number has a verdict that the kernel knows, and most are refused")
    func everyNumber() {
        var allowed = 0
        for number in UInt32(0)..<(1 << 16) {
            let verdict = filters.verdict(Call(number: number))
            #expect(verdict != .invalid)
            if verdict == .allowed { allowed += 1 }
        }
        #expect((180...260).contains(allowed), "\(allowed) calls")
    }

    @Test("Unknown calls do not exist", arguments: [470, 600, 999, 0x3fff_ffff] as [UInt32])
    func unknown(_ number: UInt32) { #expect(filters.verdict(Call(number: number)) == .errno(ENOSYS)) }

    @Test("Other architectures and x32 are killed")
    func foreign() {
        for number in UInt32(0)..<1024 {
            #expect(filters.verdict(Call(number: number, architecture: 0x4000_0003)) == .killed)
            #expect(filters.verdict(Call(number: number, architecture: 0xc000_00b7)) == .killed)
            #expect(filters.verdict(Call(number: number | 0x4000_0000)) == .killed)
        }
    }

    @Test(
        "Calls by number",
        arguments: [
            // read, write, execve, openat, openat2, mseal
            (0, .allowed), (1, .allowed), (59, .allowed), (257, .allowed), (437, .allowed), (462, .allowed),
            // ptrace, process_vm_readv, bpf, perf_event_open
            (101, .errno(EPERM)), (310, .errno(EPERM)), (321, .errno(EPERM)), (298, .errno(EPERM)),
            // unshare, setns, mount, pivot_root
            (272, .errno(EPERM)), (308, .errno(EPERM)), (165, .errno(EPERM)), (155, .errno(EPERM)),
            // keyctl, add_key, open_by_handle_at, name_to_handle_at
            (250, .errno(EPERM)), (248, .errno(EPERM)), (304, .errno(EPERM)), (303, .errno(EPERM)),
            // setuid, capset, seccomp, setxattr
            (105, .errno(EPERM)), (126, .errno(EPERM)), (317, .errno(EPERM)), (188, .errno(EPERM)),
            // clone3, io_uring_setup, userfaultfd, fsopen
            (435, .errno(ENOSYS)), (425, .errno(ENOSYS)), (323, .errno(ENOSYS)), (430, .errno(ENOSYS)),
            // open_tree, pidfd_getfd, landlock_create_ruleset, splice
            (428, .errno(ENOSYS)), (438, .errno(ENOSYS)), (444, .errno(ENOSYS)), (275, .errno(ENOSYS)),
            // sync, syncfs
            (162, .errno(0)), (306, .errno(0)),
        ] as [(UInt32, Verdict)])
    func byNumber(_ number: UInt32, _ expected: Verdict) { #expect(filters.verdict(Call(number: number)) == expected) }

    @Test("clone makes processes and threads but no namespace, whatever the upper half says")
    func clone() {
        #expect(filters.verdict(Call(number: 56, arguments: [17])) == .allowed)
        #expect(filters.verdict(Call(number: 56, arguments: [0x3d0f00])) == .allowed)
        for shift in [17, 25, 26, 27, 28, 29, 30] as [UInt64] {
            #expect(filters.verdict(Call(number: 56, arguments: [1 << shift])) == .errno(EPERM))
            #expect(filters.verdict(Call(number: 56, arguments: [1 << shift | 1 << 40])) == .errno(EPERM))
        }
    }

    @Test("Only local and internet sockets")
    func sockets() {
        for family in UInt64(0)..<64 {
            let expected: Verdict = [1, 2, 10].contains(family) ? .allowed : .errno(EAFNOSUPPORT)
            #expect(filters.verdict(Call(number: 41, arguments: [family, 1, 0])) == expected)
        }
        #expect(filters.verdict(Call(number: 41, arguments: [1 << 32 | 38, 5, 0])) == .errno(EAFNOSUPPORT))
        #expect(filters.verdict(Call(number: 53, arguments: [1, 1, 0])) == .allowed)
        #expect(filters.verdict(Call(number: 53, arguments: [40, 1, 0])) == .errno(EAFNOSUPPORT))
    }

    @Test("Only a family's own protocol, TCP and UDP")
    func protocols() {
        for number in UInt64(0)..<300 {
            let expected: Verdict = [0, 6, 17].contains(number) ? .allowed : .errno(EPROTONOSUPPORT)
            #expect(filters.verdict(Call(number: 41, arguments: [2, 1, number])) == expected)
        }
        #expect(filters.verdict(Call(number: 54, arguments: [3, 17, 100])) == .errno(ENOPROTOOPT))
    }

    @Test("Lingering is pretended, watching files does not exist")
    func sharedObjects() {
        #expect(filters.verdict(Call(number: 54, arguments: [3, 1, 13])) == .errno(0))
        #expect(filters.verdict(Call(number: 254)) == .errno(ENOSYS))
        #expect(filters.verdict(Call(number: 294)) == .errno(ENOSYS))
    }

    @Test("Terminal injection is refused, with junk above bit 31 too")
    func ioctls() {
        for junk in [0, 1 << 32] as [UInt64] {
            #expect(filters.verdict(Call(number: 16, arguments: [0, 0x5412 | junk])) == .errno(ENOTTY))
            #expect(filters.verdict(Call(number: 16, arguments: [0, 0x541c | junk])) == .errno(ENOTTY))
        }
        #expect(filters.verdict(Call(number: 16, arguments: [0, 0x5401])) == .allowed)
    }

    @Test("Out-of-band data, kernel TLS, core limits, huge shared memory")
    func arguments() {
        #expect(filters.verdict(Call(number: 44, arguments: [3, 0, 0, 1])) == .errno(EOPNOTSUPP))
        #expect(filters.verdict(Call(number: 44, arguments: [3, 0, 0, 0x4000])) == .allowed)
        #expect(filters.verdict(Call(number: 54, arguments: [3, 6, 31])) == .errno(ENOPROTOOPT))
        #expect(filters.verdict(Call(number: 54, arguments: [3, 6, 1])) == .allowed)
        #expect(filters.verdict(Call(number: 302, arguments: [0, 4, 0x1000])) == .errno(EPERM))
        #expect(filters.verdict(Call(number: 302, arguments: [0, 4, 0])) == .allowed)
        #expect(filters.verdict(Call(number: 302, arguments: [0, 7, 0x1000])) == .allowed)
        #expect(filters.verdict(Call(number: 29, arguments: [0, 4096, 0o4000])) == .errno(EPERM))
    }

    @Test("Devices cannot be made, pipes and sockets can")
    func nodes() {
        #expect(filters.verdict(Call(number: 133, arguments: [0, 0o010600])) == .allowed)
        #expect(filters.verdict(Call(number: 133, arguments: [0, 0o140600])) == .allowed)
        #expect(filters.verdict(Call(number: 133, arguments: [0, 0o020600])) == .errno(EPERM))
        #expect(filters.verdict(Call(number: 259, arguments: [0, 0, 0o060600])) == .errno(EPERM))
    }

    @Test("Leases, owners and signals of descriptors are refused; prctl gives nothing")
    func options() {
        for command in [8, 10, 1024, 1026] as [UInt64] {
            #expect(filters.verdict(Call(number: 72, arguments: [3, command])) == .errno(EINVAL))
        }
        for option in [8, 22, 26, 28, 35, 47, 62] as [UInt64] {
            #expect(filters.verdict(Call(number: 157, arguments: [option])) == .errno(EINVAL))
        }
        #expect(filters.verdict(Call(number: 157, arguments: [15])) == .allowed)
    }

    @Test("Only the second filter can be loaded under the first, and nothing after it")
    func loading() {
        #expect(filters.first.run(Call(number: 317, arguments: [1, 0])) == FilterPair.allow)
        #expect(filters.verdict(Call(number: 317, arguments: [1, 0])) == .errno(EPERM))
        #expect(filters.verdict(Call(number: 317, arguments: [1, 8])) == .errno(EPERM))
    }
}
