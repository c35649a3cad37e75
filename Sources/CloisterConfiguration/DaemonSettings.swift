// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// `[daemon]`: who this daemon is and where its files are.
package struct DaemonSettings: Sendable, Equatable {
    package static let defaultInstance = "default"

    /// Part of every id this daemon gives out, so that ids of several hosts never meet.
    package var node = "local"
    package var instance: String
    /// The API's Unix socket.
    package var socket: String
    package var stateDirectory: String
    package var outputDirectory: String
    package var spoolDirectory: String
    package var spawnerSocket: String
    /// The group that may connect to the API; the daemon's own when nil.
    package var group: String?

    package init(instance: String = Self.defaultInstance) {
        let suffix = Self.suffix(of: instance)
        self.instance = instance
        socket = "/run/cloister\(suffix)/api.sock"
        stateDirectory = "/var/lib/cloister\(suffix)/state"
        outputDirectory = "/var/lib/cloister\(suffix)/output"
        spoolDirectory = "/var/lib/cloister\(suffix)/pool/spool"
        spawnerSocket = "/run/cloister-spawner\(suffix)/spawner.sock"
    }

    static func suffix(of instance: String) -> String {
        instance == defaultInstance ? "" : "-\(instance)"
    }

    mutating func read(from section: Section) {
        section.read("node", into: &node, .node)
        section.read("instance", into: &instance, .instance)
        section.read("socket", into: &socket, .socketPath)
        section.read("state_directory", into: &stateDirectory, .path)
        section.read("output_directory", into: &outputDirectory, .path)
        section.read("spool_directory", into: &spoolDirectory, .path)
        section.read("spawner_socket", into: &spawnerSocket, .socketPath)
        section.read("group", into: &group, .group)
        section.refuseTheRest()
    }
}
