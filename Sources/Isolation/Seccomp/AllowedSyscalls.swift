// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Glibc

/// The first filter: what user code may call. Everything else answers ENOSYS, so that libraries fall back as on an
/// old kernel. What is refused with another errno stands in `RefusedSyscalls`.
enum AllowedSyscalls {
    /// Allowed whatever the arguments, by what they are for.
    static let unconditional: [(purpose: String, names: String)] = [
        (
            "files",
            """
            access faccessat faccessat2 open openat openat2 creat close close_range read readv pread64 preadv preadv2
            write writev pwrite64 pwritev pwritev2 lseek stat lstat fstat newfstatat statx statfs fstatfs getdents
            getdents64 getcwd chdir fchdir mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat
            symlink symlinkat readlink readlinkat chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat umask
            truncate ftruncate fallocate fadvise64 readahead fsync fdatasync sync_file_range copy_file_range sendfile
            utime utimes futimesat utimensat getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr flock dup dup2 dup3 pipe pipe2 memfd_create eventfd
            eventfd2 signalfd signalfd4 timerfd_create timerfd_settime timerfd_gettime
            """
        ),
        (
            "polling",
            "poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2"
        ),
        (
            "memory",
            """
            brk mmap munmap mremap mprotect madvise mincore msync mlock mlock2 munlock munlockall membarrier
            pkey_alloc pkey_free pkey_mprotect mseal map_shadow_stack
            """
        ),
        (
            "processes",
            """
            fork vfork execve execveat exit exit_group wait4 waitid getpid getppid gettid getpgid getpgrp getsid
            setpgid setsid getuid geteuid getgid getegid getresuid getresgid getgroups capget getpriority setpriority
            getrlimit setrlimit prlimit64 getrusage times sysinfo uname getcpu getrandom rseq set_robust_list
            get_robust_list set_tid_address arch_prctl restart_syscall pidfd_open pidfd_send_signal kill tkill tgkill
            """
        ),
        (
            "scheduling",
            """
            sched_yield sched_getaffinity sched_setaffinity sched_getparam sched_getscheduler sched_getattr
            sched_get_priority_min sched_get_priority_max sched_rr_get_interval
            """
        ),
        (
            "time",
            """
            clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time alarm getitimer setitimer
            timer_create timer_settime timer_gettime timer_getoverrun timer_delete
            """
        ),
        (
            "signals",
            """
            rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait rt_sigqueueinfo
            rt_tgsigqueueinfo sigaltstack pause
            """
        ),
        ("futexes", "futex futex_waitv futex_wait futex_wake futex_requeue"),
        (
            "sockets",
            """
            bind listen accept accept4 connect getsockname getpeername getsockopt setsockopt shutdown
            sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg
            """
        ),
        ("System V ipc, in a namespace of its own", "shmget shmat shmdt shmctl semget semop semtimedop semctl"),
    ]

    static let families: [UInt32] = [UInt32(AF_UNIX), UInt32(AF_INET), UInt32(AF_INET6)]

    /// The family's own, TCP and UDP. Others are reachable kernel code that Python does not need, and on a distribution's kernel
    /// asking for them loads modules.
    static let protocols: [UInt32] = [0, 6, 17]

    /// Namespaces that clone(2) could make. CLONE_NEWTIME shares its bit with the exit signal there.
    static let namespaceFlags: [UInt64] = [
        0x20000, 0x2000000, 0x4000000, 0x8000000, 0x1000_0000, 0x2000_0000, 0x4000_0000,
    ]

    /// Terminals, pipes, reflinks and the read-only questions about the loopback interface.
    static let ioctls: [UInt32] = [
        0x5401, 0x5402, 0x5403, 0x5404, 0x5405, 0x5409, 0x540b,  // TCGETS TCSETS* TCGETA TCSBRK TCFLSH
        0x540f, 0x5410, 0x5413, 0x5414,  // TIOCGPGRP TIOCSPGRP TIOCGWINSZ TIOCSWINSZ
        0x8004_5430, 0x4004_5431, 0x5441,  // TIOCGPTN TIOCSPTLCK TIOCGPTPEER
        0x541b, 0x5411, 0x5421, 0x5450, 0x5451,  // FIONREAD SIOCOUTQ FIONBIO FIONCLEX FIOCLEX
        0x4004_9409,  // FICLONE
        0x8910, 0x8912, 0x8913, 0x8915, 0x8927, 0x8933,  // SIOCGIF NAME CONF FLAGS ADDR HWADDR INDEX
    ]

    /// F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK, F_SETLKW, F_OFD_*, F_DUPFD_CLOEXEC, the pipe's
    /// size and seals. Not leases, not notifications, not owners.
    static let fcntls: [UInt32] = [0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1031, 1032, 1033, 1034]

    /// PDEATHSIG, DUMPABLE, NAME, CAPBSET_READ, TIMERSLACK, GET_SECCOMP, CHILD_SUBREAPER, NO_NEW_PRIVS, THP_DISABLE,
    /// SET_VMA. Only what acts on the caller and gives nothing.
    static let prctls: [UInt32] = [1, 2, 3, 4, 15, 16, 21, 23, 29, 30, 36, 37, 38, 39, 41, 42, 0x5356_4d41]

    static let conditional: [SyscallRule] =
        [
            .allow("clone", .masked(argument: 0, mask: namespaceFlags.reduce(0, |), value: 0)),
            .allow("socketpair", .equals32(argument: 0, UInt32(AF_UNIX))),
            .allow("personality", .equals32(argument: 0, 0)),
            .allow("personality", .equals32(argument: 0, 0xffff_ffff)),
            // The second filter is loaded under the first, and then refuses this call.
            .allow("seccomp", .equals32(argument: 0, 1), .equals32(argument: 1, 0)),
        ]
        + families.flatMap { family in
            protocols.map { .allow("socket", .equals32(argument: 0, family), .equals32(argument: 2, $0)) }
        }
        + ioctls.map { .allow("ioctl", .equals32(argument: 1, $0)) }
        + fcntls.map { .allow("fcntl", .equals32(argument: 1, $0)) }
        + prctls.map { .allow("prctl", .equals32(argument: 0, $0)) }
        + creatableFileTypes.flatMap { type -> [SyscallRule] in
            [
                .allow("mknod", .masked(argument: 1, mask: 0o170000, value: type)),
                .allow("mknodat", .masked(argument: 2, mask: 0o170000, value: type)),
            ]
        }

    /// Nothing (a regular file), FIFO, regular, socket. Devices stay out: an overlay whiteout needs no capability.
    static let creatableFileTypes: [UInt64] = [0, 0o010000, 0o100000, 0o140000]

    static var rules: [SyscallRule] {
        unconditional.flatMap { group in
            group.names.split(whereSeparator: \.isWhitespace).map { SyscallRule.allow(String($0)) }
        } + conditional
    }
}
