// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Everything the daemon can be told. Each property has the key of the same name in the TOML file
/// (`defaultImage` is `default_image`); a key that is left out has the value of `Configuration()`.
package struct Configuration: Sendable, Equatable {
    package var daemon: DaemonSettings
    package var sessions = SessionSettings()
    package var pool = PoolSettings()
    package var output = OutputSettings()
    package var artifacts = ArtifactSettings()
    package var objectStore: ObjectStoreSettings
    package var log = LogSettings()

    /// The defaults. The instance's name is part of the default paths.
    package init(instance: String = DaemonSettings.defaultInstance) {
        daemon = DaemonSettings(instance: instance)
        objectStore = ObjectStoreSettings(instance: instance)
    }
}
