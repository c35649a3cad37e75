// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// What the process that becomes the driver, or a command, needs.
package struct DriverPlan {
    package let window: DescriptorWindow
    package let status: CInt
    /// The pidfd of the holder's init.
    package let holder: CInt
    /// The process' ends of its sockets.
    package let sockets: SessionDescriptors
    package let program: SessionProgram
    /// v1 `tasks` files of the running tree, to be entered by writing "0".
    package let tasks: [CInt]
    package let limits: DriverLimits
    package let filters: SessionFilters
    /// Landlock's ABI, 0 where the kernel has none.
    package let landlock: CInt
    package let firstProcessor: UInt32
    package let processors: UInt32

    package init(
        window: DescriptorWindow, status: CInt, holder: CInt, sockets: SessionDescriptors, program: SessionProgram,
        tasks: [CInt], limits: DriverLimits, filters: SessionFilters, landlock: CInt, firstProcessor: UInt32,
        processors: UInt32
    ) {
        self.window = window
        self.status = status
        self.holder = holder
        self.sockets = sockets
        self.program = program
        self.tasks = tasks
        self.limits = limits
        self.filters = filters
        self.landlock = landlock
        self.firstProcessor = firstProcessor
        self.processors = processors
    }

    fileprivate var entry: cloister_driver_entry {
        var entry = cloister_driver_entry()
        (entry.control, entry.output, entry.errors) = (sockets.control, sockets.output, sockets.errors)
        (entry.input, entry.display, entry.keeper) = (sockets.input, sockets.display, sockets.keeper)
        entry.status = status
        (entry.first_processor, entry.processors) = (firstProcessor, processors)
        entry.limits = limits.native
        entry.user = SessionIdentity.userInside
        entry.landlock = landlock
        return entry
    }
}

/// The process that enters a holder, gives up everything and becomes the driver or a command.
package enum DriverProcess {
    /// The process is born into the holder's pid namespace, which the spawner's next children get by setns(2).
    package static let cloneFlags = UInt64(CLOISTER_CLONE_FILES)

    package static func become(_ plan: DriverPlan) -> Never {
        do {
            try plan.window.detach()
            ChildReport.ready(over: plan.status)
            try check("reset signals", cloister_reset_signals())
            try CgroupEntry.enter(plan.tasks)
            try Descriptor.open("/proc/self/oom_score_adj", O_WRONLY).write("500")
            try enterHolder(plan.holder)
            // A fork of a zygote has inherited this filter.
            try check("no_new_privs", cloister_set_no_new_privs())
            try plan.filters.joining.install()
        } catch {
            ChildReport.fail(error, over: plan.status)
        }
        settle(plan)
        execute(plan)
    }

    private static func enterHolder(_ holder: CInt) throws(SystemError) {
        let kinds =
            CLOISTER_CLONE_NEWUSER | CLOISTER_CLONE_NEWNS | CLOISTER_CLONE_NEWNET
            | CLOISTER_CLONE_NEWIPC | CLOISTER_CLONE_NEWUTS
        try check("join the holder", cloister_setns(holder, UInt64(kinds)))
    }

    private static func settle(_ plan: DriverPlan) {
        var entry = plan.entry
        var step: UnsafePointer<CChar>?
        let outcome = plan.filters.withPointers { first, second in
            entry.filters = (first, second)
            return cloister_enter_driver(&entry, &step)
        }
        guard outcome < 0 else { return }
        let name = step.map { String(cString: $0) } ?? "enter the driver"
        ChildReport.fail(SystemError(name, errno: -outcome), over: entry.status)
    }

    /// Says that it is about to execute: then, and only then, the end of the status socket is success.
    private static func execute(_ plan: DriverPlan) -> Never {
        let status = CInt(CLOISTER_DRIVER_STATUS)
        ChildReport.ready(over: status)
        let program = plan.program
        let failure = withCStrings(program.arguments) { arguments in
            withCStrings(DriverEnvironment.variables(processors: plan.processors)) { variables in
                cloister_execveat(AT_FDCWD, program.path, arguments, variables, 0)
            }
        }
        ChildReport.fail(SystemError("execute \(program.path)", errno: -failure), over: status)
    }
}
