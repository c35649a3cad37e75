// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import Platform
package import SpawnerProtocol

/// A command's process, as the daemon reaches it.
package struct CommandLink: Sendable {
    package let number: UInt32
    package let incarnation: UInt32
    /// AF_UNIX STREAM, non-blocking, all of them.
    package let input: Descriptor
    package let output: Descriptor
    package let errors: Descriptor
    package let control: Descriptor
    /// How it ended, if it had when this was received.
    package let ended: ProcessStatus?

    package init(
        number: UInt32, incarnation: UInt32, input: Descriptor, output: Descriptor, errors: Descriptor,
        control: Descriptor, ended: ProcessStatus? = nil
    ) {
        self.number = number
        self.incarnation = incarnation
        self.input = input
        self.output = output
        self.errors = errors
        self.control = control
        self.ended = ended
    }

    /// Fails when the spawner left a descriptor out.
    init?(_ description: CommandDescription, _ descriptors: [DescriptorRole: Descriptor]) {
        guard let input = descriptors[.commandInput], let output = descriptors[.commandOutput],
            let errors = descriptors[.commandErrors], let control = descriptors[.commandControl]
        else { return nil }
        self.init(
            number: description.number, incarnation: description.incarnation, input: input, output: output,
            errors: errors, control: control, ended: description.ended)
    }
}
