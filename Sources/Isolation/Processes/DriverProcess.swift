// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// What the process that becomes the driver needs.
package struct DriverPlan {
    package let window: DescriptorWindow
    package let status: CInt
    /// The pidfd of the holder's init.
    package let holder: CInt
    package let control: CInt
    package let stdout: CInt
    package let stderr: CInt
    /// v1 `tasks` files of the running tree, to be entered by writing "0".
    package let tasks: [CInt]
    package let limits: DriverLimits
    package let filters: [SeccompFilter]
    /// Landlock's ABI, 0 where the kernel has none.
    package let landlock: CInt
    package let firstProcessor: UInt32
    package let processors: UInt32

    package init(
        window: DescriptorWindow, status: CInt, holder: CInt, control: CInt, stdout: CInt, stderr: CInt, tasks: [CInt],
        limits: DriverLimits, filters: [SeccompFilter], landlock: CInt, firstProcessor: UInt32, processors: UInt32
    ) {
        self.window = window
        self.status = status
        self.holder = holder
        self.control = control
        self.stdout = stdout
        self.stderr = stderr
        self.tasks = tasks
        self.limits = limits
        self.filters = filters
        self.landlock = landlock
        self.firstProcessor = firstProcessor
        self.processors = processors
    }
}

/// The process that enters a holder, gives up everything and becomes the driver.
package enum DriverProcess {
    /// The process is born into the holder's pid namespace, which the spawner's next children get by setns(2).
    package static let cloneFlags = UInt64(CLOISTER_CLONE_FILES)

    static let program = "/usr/bin/python3"
    /// Unbuffered is C's stdio, whose output then belongs to the execution that wrote it; Python's own streams are the
    /// driver's business.
    static let arguments = ["python3", "-u", "-X", "utf8", "/opt/cloister/driver/__main__.py"]
    static let writable = ["/workspace", "/tmp", "/dev"]

    static func environment(processors: UInt32) -> [String] {
        [
            "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/workspace", "USER=user", "LOGNAME=user", "SHELL=/bin/sh",
            "LANG=C.UTF-8", "TMPDIR=/tmp", "PYTHONDONTWRITEBYTECODE=1", "MPLBACKEND=agg",
            "MPLCONFIGDIR=/tmp/.matplotlib", "XDG_CACHE_HOME=/tmp/.cache", "OMP_NUM_THREADS=\(processors)",
            "OPENBLAS_NUM_THREADS=\(processors)", "LOKY_MAX_CPU_COUNT=\(processors)",
        ]
    }

    /// Where the status socket is once the other descriptors are in their places.
    private static let finalStatus: CInt = 4

    package static func become(_ plan: DriverPlan) -> Never {
        do {
            try plan.window.detach()
            ChildReport.ready(over: plan.status)
            try check("reset signals", cloister_reset_signals())
            setsid()
            umask(0o022)
            try CgroupEntry.enter(plan.tasks)
            try Descriptor.open("/proc/self/oom_score_adj", O_WRONLY).write("500")
            try check("affinity", cloister_set_affinity(plan.firstProcessor, plan.processors))
            try enterHolder(plan.holder)
            try arrangeDescriptors(plan)
        } catch {
            ChildReport.fail(error, over: plan.status)
        }
        do {
            try plan.limits.apply()
            try giveUpPrivileges(plan)
            // The filters come last: after them there is nothing but execve.
            for filter in plan.filters { try filter.install() }
        } catch {
            ChildReport.fail(error, over: finalStatus)
        }
        execute(plan)
    }

    private static func enterHolder(_ holder: CInt) throws(SystemError) {
        let kinds =
            CLOISTER_CLONE_NEWUSER | CLOISTER_CLONE_NEWNS | CLOISTER_CLONE_NEWNET
            | CLOISTER_CLONE_NEWIPC | CLOISTER_CLONE_NEWUTS
        try check("join the holder", cloister_setns(holder, UInt64(kinds)))
        // Rooted at the running tree's group, so that /proc/self/cgroup tells nothing.
        try check("cgroup namespace", cloister_unshare(UInt64(CLOISTER_CLONE_NEWCGROUP)))
    }

    /// 0 null, 1 and 2 output, 3 control, 4 the status socket, which exec closes; nothing else.
    private static func arrangeDescriptors(_ plan: DriverPlan) throws(SystemError) {
        let high: CInt = 200
        let control = try checkPOSIX("dup control", fcntl(plan.control, F_DUPFD_CLOEXEC, high))
        let stdout = try checkPOSIX("dup stdout", fcntl(plan.stdout, F_DUPFD_CLOEXEC, high))
        let stderr = try checkPOSIX("dup stderr", fcntl(plan.stderr, F_DUPFD_CLOEXEC, high))
        let status = try checkPOSIX("dup status", fcntl(plan.status, F_DUPFD_CLOEXEC, high))
        let null = try checkPOSIX("open /dev/null", open("/dev/null", O_RDONLY | O_CLOEXEC))
        try check("place status", cloister_place_descriptor(status, finalStatus))
        for (source, target) in [(null, 0), (stdout, 1), (stderr, 2), (control, 3)] as [(CInt, CInt)] {
            try checkPOSIX("dup2", dup2(source, target))
        }
        try check("close_range", cloister_close_range(UInt32(finalStatus) + 1, UInt32.max, 0))
    }

    private static func giveUpPrivileges(_ plan: DriverPlan) throws(SystemError) {
        try check("set ids of the user", cloister_set_ids(SessionIdentity.userInside, SessionIdentity.userInside))
        try check("session keyring", cloister_join_session_keyring())
        try check("securebits", cloister_lock_securebits())
        try check("drop capabilities", cloister_drop_capabilities())
        try checkPOSIX("chdir", chdir("/workspace"))
        try check("no_new_privs", cloister_set_no_new_privs())
        if plan.landlock > 0 {
            let confined = withCStrings(writable) { paths in
                cloister_landlock_restrict(
                    plan.landlock, UnsafeRawPointer(paths).assumingMemoryBound(to: UnsafePointer<CChar>?.self))
            }
            try check("landlock", confined)
        }
    }

    /// Says that it is about to execute: then, and only then, the end of the status socket is success.
    private static func execute(_ plan: DriverPlan) -> Never {
        ChildReport.ready(over: finalStatus)
        let failure = withCStrings(arguments) { arguments in
            withCStrings(environment(processors: plan.processors)) { environment in
                cloister_execveat(AT_FDCWD, program, arguments, environment, 0)
            }
        }
        ChildReport.fail(SystemError("execute \(program)", errno: -failure), over: finalStatus)
    }
}
