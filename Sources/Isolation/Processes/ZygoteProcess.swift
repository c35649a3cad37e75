// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// What the process that becomes a zygote needs.
package struct ZygotePlan {
    package let window: DescriptorWindow
    /// Its end of the socket to the spawner.
    package let socket: CInt
    package let root: CInt
    package let procView: CInt
    package let covers: CInt
    package let library: CInt
    /// v1 `tasks` files of its group, to be entered by writing "0".
    package let tasks: [CInt]
    package let user: UInt32
    package let group: UInt32
    package let filter: SeccompFilter
    package let processors: UInt32

    package init(
        window: DescriptorWindow, socket: CInt, root: CInt, procView: CInt, covers: CInt, library: CInt, tasks: [CInt],
        user: UInt32, group: UInt32, filter: SeccompFilter, processors: UInt32
    ) {
        self.window = window
        self.socket = socket
        self.root = root
        self.procView = procView
        self.covers = covers
        self.library = library
        self.tasks = tasks
        self.user = user
        self.group = group
        self.filter = filter
        self.processors = processors
    }
}

/// The process that imports an image's modules once and for all sessions.
///
/// It stays in the initial user and pid namespaces, because only from there, as the owner of a session's user namespace,
/// does a process without any capability get into it; everything else is its own: mounts, network, ipc, host name.
package enum ZygoteProcess {
    package static let cloneFlags = UInt64(
        CLOISTER_CLONE_NEWNS | CLOISTER_CLONE_NEWIPC | CLOISTER_CLONE_NEWUTS | CLOISTER_CLONE_NEWNET
            | CLOISTER_CLONE_FILES)

    private static let tmpBytes: UInt64 = 64 << 20
    private static let firstOwnDescriptor = CInt(CLOISTER_ZYGOTE_LIBRARY) + 1

    package static func become(_ plan: ZygotePlan) -> Never {
        do {
            try plan.window.detach()
            ChildReport.ready(over: plan.socket)
            try check("reset signals", cloister_reset_signals())
            setsid()
            umask(0o022)
            try CgroupEntry.enter(plan.tasks)
            try Descriptor.open("/proc/self/oom_score_adj", O_WRONLY).write("500")
            try buildRoot(plan)
            try checkPOSIX("sethostname", sethostname("sandbox", 7))
            try lowerLimits()
        } catch {
            ChildReport.fail(error, over: plan.socket)
        }
        do { try arrangeDescriptors(plan) } catch { ChildReport.fail(error, over: plan.socket) }
        let socket = CInt(CLOISTER_ZYGOTE_SOCKET)
        do { try giveUpPrivileges(plan) } catch { ChildReport.fail(error, over: socket) }
        execute(plan, socket)
    }

    private static func buildRoot(_ plan: ZygotePlan) throws(SystemError) {
        let tree = try RootTree(attaching: plan.root, over: "/run")
        try tree.attachTmpfs(bytes: 1 << 16, at: "workspace", .closed, mode: "0755")
        try tree.attachTmpfs(bytes: tmpBytes, at: "tmp", [.noSetuid, .noDevices])
        try tree.attachTmpfs(bytes: tmpBytes, at: "dev/shm", .closed)
        // Its pid namespace is the host's: it sees its own processes there, and those of the sessions that its user owns.
        let proc = try Mount.make("proc", [("hidepid", "invisible")], .closed)
        try Mount.attach(proc, to: tree.root, "proc")
        let directory = try Descriptor.open(at: proc, ".", O_RDONLY | O_DIRECTORY)
        try ProcView.cover(directory, root: tree.root, with: plan.covers, view: plan.procView)
        try tree.enter()
        try checkPOSIX("chdir", chdir("/workspace"))
    }

    private static func lowerLimits() throws(SystemError) {
        var step: UnsafePointer<CChar>?
        let outcome = cloister_lower_fixed_limits(&step)
        try check(step.map { String(cString: $0) } ?? "limits", outcome)
    }

    /// 0, 1 and 3 to 5 null, 2 and 6 the socket, 7 the library; nothing else. What is said on 2 gets into the spawner's log.
    private static func arrangeDescriptors(_ plan: ZygotePlan) throws(SystemError) {
        let high: CInt = 200
        let socket = try checkPOSIX("dup socket", fcntl(plan.socket, F_DUPFD, high))
        let library = try checkPOSIX("dup library", fcntl(plan.library, F_DUPFD, high))
        let null = try checkPOSIX("open /dev/null", open("/dev/null", O_RDWR))
        for target in [0, 1, 3, 4, 5] as [CInt] { try checkPOSIX("dup2 null", dup2(null, target)) }
        try checkPOSIX("dup2 library", dup2(library, CInt(CLOISTER_ZYGOTE_LIBRARY)))
        for target in [2, CInt(CLOISTER_ZYGOTE_SOCKET)] { try checkPOSIX("dup2 socket", dup2(socket, target)) }
        try check("close_range", cloister_close_range(UInt32(firstOwnDescriptor), UInt32.max, 0))
    }

    private static func giveUpPrivileges(_ plan: ZygotePlan) throws(SystemError) {
        try check("set ids of the zygote", cloister_set_ids(plan.user, plan.group))
        try check("session keyring", cloister_join_session_keyring())
        try check("securebits", cloister_lock_securebits())
        try check("drop capabilities", cloister_drop_capabilities())
        try check("no_new_privs", cloister_set_no_new_privs())
        try plan.filter.install()
    }

    private static func execute(_ plan: ZygotePlan, _ socket: CInt) -> Never {
        let failure = withCStrings(DriverEnvironment.arguments) { arguments in
            withCStrings(DriverEnvironment.variables(processors: plan.processors)) { variables in
                cloister_execveat(AT_FDCWD, DriverEnvironment.program, arguments, variables, 0)
            }
        }
        ChildReport.fail(SystemError("execute \(DriverEnvironment.program)", errno: -failure), over: socket)
    }
}
