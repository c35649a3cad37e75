// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A driver's sockets, as descriptors of some kind, or as numbers.
package struct DriverSockets<Socket> {
    /// SEQPACKET to the daemon.
    package let control: Socket
    /// Streams to the daemon.
    package let stdout: Socket
    package let stderr: Socket
    package let display: Socket
    /// SEQPACKET to the spawner, which sends checkpoints their own sockets over it.
    package let keeper: Socket

    package init(control: Socket, stdout: Socket, stderr: Socket, display: Socket, keeper: Socket) {
        self.control = control
        self.stdout = stdout
        self.stderr = stderr
        self.display = display
        self.keeper = keeper
    }

    /// In the order of the numbers that the driver has them under.
    package var all: [Socket] { [control, stdout, stderr, display, keeper] }

    /// The same, each put through `transform` in the order of `all`.
    package func map<Other, Failure: Error>(_ transform: (Socket) throws(Failure) -> Other)
        throws(Failure) -> DriverSockets<Other>
    {
        DriverSockets<Other>(
            control: try transform(control), stdout: try transform(stdout), stderr: try transform(stderr),
            display: try transform(display), keeper: try transform(keeper))
    }
}
