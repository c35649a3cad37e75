// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

/// The second filter, loaded last: allows everything, and gives what it refuses an honest errno. Of two filters that
/// refuse a call, the one loaded last names the error.
enum RefusedSyscalls {
    /// EPERM: the caller is told that it may not.
    static let notPermitted: [(purpose: String, names: String)] = [
        ("namespaces and mounts", "unshare setns mount umount2 pivot_root chroot"),
        ("kernel programs and tracing", "bpf perf_event_open ptrace process_vm_readv process_vm_writev seccomp"),
        ("keyrings, which no namespace covers", "keyctl add_key request_key"),
        (
            "identity",
            "setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups capset"
        ),
        ("placement of memory", "mbind set_mempolicy get_mempolicy migrate_pages move_pages mlockall"),
        ("scheduling classes", "sched_setscheduler sched_setparam sched_setattr ioprio_set"),
        (
            "extended attributes",
            "setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr"
        ),
        ("files by handle", "open_by_handle_at name_to_handle_at"),
        (
            "the machine",
            """
            kexec_load kexec_file_load init_module finit_module delete_module reboot swapon swapoff acct quotactl
            quotactl_fd syslog sethostname setdomainname clock_settime settimeofday adjtimex clock_adjtime iopl ioperm
            vhangup
            """
        ),
    ]

    /// Success that does nothing: one session must not flush the host's disks.
    static let pretended = ["sync", "syncfs"]

    static let conditional: [SyscallRule] =
        AllowedSyscalls.namespaceFlags.map { .refuse("clone", EPERM, .masked(argument: 0, mask: $0, value: $0)) }
        + (0..<11).filter { ![1, 2, 10].contains($0) }.map {
            .refuse("socket", EAFNOSUPPORT, .equals32(argument: 0, $0))
        }
        + [.refuse("socket", EAFNOSUPPORT, .greater(argument: 0, than: 10))]
        + AllowedSyscalls.families.flatMap { family -> [SyscallRule] in
            (1...16).filter { $0 != 6 }.map {
                .refuse("socket", EPROTONOSUPPORT, .equals32(argument: 0, family), .equals32(argument: 2, $0))
            } + [.refuse("socket", EPROTONOSUPPORT, .equals32(argument: 0, family), .greater(argument: 2, than: 17))]
        }
        // socketpair knows AF_UNIX only.
        + [.refuse("socketpair", EAFNOSUPPORT, .greater(argument: 0, than: 1))]
        // Out-of-band data on AF_UNIX: CVE-2025-38236.
        + [("sendto", 3), ("sendmsg", 2), ("sendmmsg", 3), ("recvfrom", 3), ("recvmsg", 2), ("recvmmsg", 3)].map {
            .refuse($0, EOPNOTSUPP, .masked(argument: $1, mask: 1, value: 1))
        }
        // TCP_ULP opens kernel TLS and ESP.
        + [.refuse("setsockopt", ENOPROTOOPT, .equals32(argument: 1, 6), .equals32(argument: 2, 31))]
        // UDP_ENCAP makes a socket an ESP tunnel's end.
        + [.refuse("setsockopt", ENOPROTOOPT, .equals32(argument: 1, 17), .equals32(argument: 2, 100))]
        // SO_LINGER: whoever drops the last reference of a lingering socket waits in close(2), and that can be the
        // spawner, for a socket that was sent to it. Pretended, because servers set it without need.
        + [.refuse("setsockopt", 0, .equals32(argument: 1, 1), .equals32(argument: 2, 13))]
        // A core limit other than 1 would start the host's core_pattern handler.
        + [
            .refuse("prlimit64", EPERM, .equals32(argument: 1, 4), .notZero(argument: 2)),
            .refuse("setrlimit", EPERM, .equals32(argument: 0, 4)),
            .refuse("shmget", EPERM, .masked(argument: 2, mask: 0o4000, value: 0o4000)),
        ]
        + [0o020000, 0o040000, 0o060000].flatMap { type -> [SyscallRule] in
            [
                .refuse("mknod", EPERM, .masked(argument: 1, mask: 0o170000, value: type)),
                .refuse("mknodat", EPERM, .masked(argument: 2, mask: 0o170000, value: type)),
            ]
        }
        + refusedOptions(
            of: "prctl", argument: 0, known: Array(0...79) + [0x5961_6d61], allowed: AllowedSyscalls.prctls)
        + refusedOptions(
            of: "fcntl", argument: 1, known: Array(0...43) + Array(1024...1045), allowed: AllowedSyscalls.fcntls)
        + refusedIoctls.map { .refuse("ioctl", ENOTTY, .equals32(argument: 1, $0)) }

    /// TIOCSTI, TIOCLINUX, TIOCCONS, TIOCSETD, TIOCSCTTY, FIOASYNC, FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR, FIFREEZE,
    /// FITHAW, FS_IOC_ENABLE_VERITY, FS_IOC_ADD_ENCRYPTION_KEY, BTRFS subvolume calls, SIOCSIF*.
    static let refusedIoctls: [UInt32] = [
        0x5412, 0x541c, 0x541d, 0x5423, 0x540e, 0x5452, 0x4008_6602, 0x401c_5820, 0xc004_5877, 0xc004_5878, 0x4080_6685,
        0xc050_6617, 0x5000_940e, 0x5000_9401, 0x5000_940f, 0x5000_9417, 0x5000_9418, 0x8914, 0x8916, 0x8924,
    ]

    private static func refusedOptions(of name: String, argument: UInt32, known: [UInt32], allowed: [UInt32])
        -> [SyscallRule]
    {
        known.filter { !allowed.contains($0) }.map { .refuse(name, EINVAL, .equals32(argument: argument, $0)) }
    }

    static var rules: [SyscallRule] {
        notPermitted.flatMap { group in
            group.names.split(whereSeparator: \.isWhitespace).map { SyscallRule.refuse(String($0), EPERM) }
        } + pretended.map { .refuse($0, 0) } + conditional
    }
}
