// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// What a process that the spawner brings into a session executes.
package enum SessionProgram: Sendable {
    /// The driver's interpreter.
    case driver
    /// What learns from the daemon which command it becomes.
    case command

    var path: String {
        switch self {
        case .driver: DriverEnvironment.program
        case .command: "/opt/cloister/driver/cloister-exec"
        }
    }

    var arguments: [String] {
        switch self {
        case .driver: DriverEnvironment.arguments
        case .command: ["cloister-exec"]
        }
    }
}

/// The numbers of a process' descriptors before they get their places; -1 where there is none.
package struct SessionDescriptors: Sendable {
    let control: CInt
    let input: CInt
    let output: CInt
    let errors: CInt
    let display: CInt
    let keeper: CInt

    /// A driver reads /dev/null.
    package init(_ driver: DriverSockets<CInt>) {
        (control, input, output, errors) = (driver.control, -1, driver.stdout, driver.stderr)
        (display, keeper) = (driver.display, driver.keeper)
    }

    package init(_ command: CommandSockets<CInt>) {
        (control, input, output, errors) = (command.control, command.stdin, command.stdout, command.stderr)
        (display, keeper) = (-1, -1)
    }
}

/// A command's sockets, as descriptors of some kind, or as numbers. All are streams to the daemon.
package struct CommandSockets<Socket> {
    package let stdin: Socket
    package let stdout: Socket
    package let stderr: Socket
    /// What is to be executed comes over it, and why that failed.
    package let control: Socket

    package init(stdin: Socket, stdout: Socket, stderr: Socket, control: Socket) {
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        self.control = control
    }

    /// The same, each put through `transform` in the order of the fields.
    package func map<Other, Failure: Error>(_ transform: (Socket) throws(Failure) -> Other)
        throws(Failure) -> CommandSockets<Other>
    {
        CommandSockets<Other>(
            stdin: try transform(stdin), stdout: try transform(stdout), stderr: try transform(stderr),
            control: try transform(control))
    }
}
