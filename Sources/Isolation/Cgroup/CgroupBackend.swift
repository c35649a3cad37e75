// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import Platform

/// How this host does cgroups. Both kinds give a session the same files.
package protocol CgroupBackend {
    var isUnified: Bool { get }

    /// Makes the group of a new incarnation. On failure nothing is left. `joiner` is the user that may bring a process
    /// into the running tree, if there is one.
    func create(_ name: String, _ limits: CgroupLimits, joiner: UInt32?) throws(SystemError) -> SessionCgroup

    /// Opens the files of a group again.
    func openFiles(_ name: String) throws(SystemError) -> CgroupFiles

    /// The way into a group whose `entrance` has been dropped.
    func entrance(_ name: String) throws(SystemError) -> CgroupEntrance

    /// Files through which root moves a process into a leaf of the group, by its number; the first also lists those in it.
    func entrances(_ name: String, _ leaf: CgroupLeaf) throws(SystemError) -> [Descriptor]

    /// Changes the limits of a group, those of its devices apart.
    func adjust(_ name: String, _ limits: CgroupLimits) throws(SystemError)

    /// Lets members of the host's group `group` move within the instance's groups. CLONE_INTO_CGROUP asks for that right
    /// on the nearest common ancestor.
    func allowJoins(group: UInt32) throws(SystemError)

    /// Removes the group; false while something is still in it.
    func remove(_ name: String) -> Bool

    /// Names of the groups that exist, an earlier spawner's leftovers included.
    func existing() throws(SystemError) -> [String]

    /// Removes the instance's own groups, at the very end.
    func removeInstance()

    /// Kills everything in the group.
    func kill(_ name: String) throws(SystemError)
}

/// Finds out which backend fits the host, and makes the instance's groups.
package enum Cgroups {
    package static let root = "/sys/fs/cgroup"

    package static func backend(instance: String, group: String = "") throws(SystemError) -> any CgroupBackend {
        if try CgroupTree.isVersion2(root) { return try UnifiedCgroups(instance: instance, group: group) }
        return try HybridCgroups(instance: instance)
    }
}
