// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// What a holder needs: descriptor numbers in its window and sizes.
package struct HolderPlan {
    package let window: DescriptorWindow
    package let status: CInt
    package let root: CInt
    package let workspace: CInt
    package let procView: CInt
    package let covers: CInt
    package let initProgram: CInt
    /// v1 `tasks` files of the leaf for init, to be entered by writing "0".
    package let tasks: [CInt]
    /// A directory of the host that everybody may enter: the new root is attached over it, and then pivoted into.
    package let attachPath: String
    package let tmpBytes: UInt64
    package let shmBytes: UInt64

    package init(
        window: DescriptorWindow, status: CInt, root: CInt, workspace: CInt, procView: CInt, covers: CInt,
        initProgram: CInt, tasks: [CInt], attachPath: String, tmpBytes: UInt64, shmBytes: UInt64
    ) {
        self.window = window
        self.status = status
        self.root = root
        self.workspace = workspace
        self.procView = procView
        self.covers = covers
        self.initProgram = initProgram
        self.tasks = tasks
        self.attachPath = attachPath
        self.tmpBytes = tmpBytes
        self.shmBytes = shmBytes
    }
}

/// A session's fresh namespaces with nothing but init inside.
package enum Holder {
    /// All seven namespaces at once; the descriptor table stays shared until the child detaches.
    package static let cloneFlags = UInt64(
        CLOISTER_CLONE_NEWUSER | CLOISTER_CLONE_NEWNS | CLOISTER_CLONE_NEWPID
            | CLOISTER_CLONE_NEWIPC | CLOISTER_CLONE_NEWUTS | CLOISTER_CLONE_NEWCGROUP
            | CLOISTER_CLONE_NEWNET | CLOISTER_CLONE_FILES)

    /// Runs in the new process: sets the namespaces up and becomes init.
    package static func become(_ plan: HolderPlan) -> Never {
        do {
            try waitForStart(plan.status)
            try plan.window.detach()
            try check("reset signals", cloister_reset_signals())
            setsid()
            _ = cloister_set_name("cloister-holder")
            umask(0o022)
            try CgroupEntry.enter(plan.tasks)
            try check("set ids of init", cloister_set_ids(SessionIdentity.initInside, SessionIdentity.initInside))
            try buildRoot(plan)
            try checkPOSIX("sethostname", sethostname("sandbox", 7))
            try check("loopback up", cloister_loopback_up())
            try check("session keyring", cloister_join_session_keyring())
            try becomeInit(plan)
        } catch {
            ChildReport.fail(error, over: plan.status)
        }
    }

    /// The spawner says "go" once the user namespace is mapped and the window filled.
    private static func waitForStart(_ status: CInt) throws(SystemError) {
        // Until it has a table of its own this process holds open everything that the spawner does, a spawner that
        // died included: it must not wait for ever.
        guard try check("wait for start", cloister_wait_readable(status, 5000)) == 1 else { cloister_exit(1) }
        var byte: UInt8 = 0
        guard try checkPOSIX("wait for start", read(status, &byte, 1)) == 1 else { cloister_exit(0) }
    }

    private static func buildRoot(_ plan: HolderPlan) throws(SystemError) {
        let tree = try RootTree(attaching: plan.root, over: plan.attachPath)
        try Mount.attach(plan.workspace, to: tree.root, "workspace")
        try tree.attachTmpfs(bytes: plan.tmpBytes, at: "tmp", [.noSetuid, .noDevices])
        try tree.attachTmpfs(bytes: plan.shmBytes, at: "dev/shm", .closed)
        let terminals = try Mount.make(
            "devpts", [("ptmxmode", "0666"), ("mode", "0620"), ("max", "16")], [.noSetuid, .noExecute])
        try Mount.attach(terminals, to: tree.root, "dev/pts")
        try attachProc(plan)
        try tree.enter()
    }

    private static func attachProc(_ plan: HolderPlan) throws(SystemError) {
        let proc = try Mount.make("proc", [], .closed)
        try Mount.attach(proc, to: plan.root, "proc")
        let directory = try Descriptor.open(at: proc, ".", O_RDONLY | O_DIRECTORY)
        // No user namespace below this one, even if a hole in the filter let one be asked for.
        try Descriptor.open(at: directory, "sys/user/max_user_namespaces", O_WRONLY).write("0")
        try ProcView.cover(directory, root: plan.root, with: plan.covers, view: plan.procView)
    }

    private static func becomeInit(_ plan: HolderPlan) throws(SystemError) -> Never {
        let program = try checkPOSIX("dup init", fcntl(plan.initProgram, F_DUPFD_CLOEXEC, 200))
        let status = try checkPOSIX("dup status", fcntl(plan.status, F_DUPFD_CLOEXEC, 200))
        let null = try checkPOSIX("open /dev/null", open("/dev/null", O_RDWR))
        for number in 0...2 { try checkPOSIX("dup2", dup2(null, CInt(number))) }
        try checkPOSIX("dup2 lifeline", dup2(status, 3))
        try check("close_range", cloister_close_range(4, UInt32(min(program, status) - 1), 0))
        do throws(SystemError) {
            try check("securebits", cloister_lock_securebits())
            try check("drop capabilities", cloister_drop_capabilities())
            try check("no_new_privs", cloister_set_no_new_privs())
        } catch { ChildReport.fail(error, over: status) }
        let failure = withCStrings(["cloister-init"]) { arguments in
            withCStrings([]) { cloister_execveat(program, "", arguments, $0, CInt(CLOISTER_AT_EMPTY_PATH)) }
        }
        ChildReport.fail(SystemError("execute init", errno: -failure), over: status)
    }
}
