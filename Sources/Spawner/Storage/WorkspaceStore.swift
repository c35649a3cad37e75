// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Isolation
import Platform
import SpawnerProtocol

/// Makes and removes workspaces: btrfs subvolumes with a hard quota, or tmpfs mounts.
final class WorkspaceStore {
    private let pool: Descriptor
    private let workspaces: Descriptor
    private let stage: Stage
    private let quotaCeiling: UInt64
    private var quotaInUse: UInt64 = 0
    /// Quota groups of deleted subvolumes, which the kernel lets go only after its cleaner has run.
    private var pendingGroups: [UInt64] = []
    /// Subvolumes that could not be deleted, with the quota that they keep.
    private var undeleted: [(name: String, quota: UInt64)] = []

    /// How much of ended sessions is not gone yet.
    var pending: Int { pendingGroups.count + undeleted.count }
    /// The device under the pool, for io limits.
    let device: UInt64

    /// The pool must be a btrfs with a directory `workspaces`. What an earlier spawner left there is removed.
    init(poolPath: String, overcommitPercent: UInt64, stage: Stage) throws(SystemError) {
        self.stage = stage
        pool = try Descriptor.open(poolPath, O_RDONLY | O_DIRECTORY)
        var total: UInt64 = 0
        var available: UInt64 = 0
        guard try check("statfs pool", cloister_filesystem(pool.number, &total, &available)) == 0x9123_683e else {
            throw SystemError("the pool \(poolPath) is not a btrfs file system", errno: EINVAL)
        }
        quotaCeiling = total.multipliedReportingOverflow(by: overcommitPercent).partialValue / 100
        device = UInt64(try check("device of the pool", cloister_backing_device(pool.number)))
        workspaces = try Descriptor.open(at: pool, "workspaces", O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        do { try check("flock", cloister_flock(workspaces.number)) } catch {
            throw SystemError("another spawner uses the pool \(poolPath)", errno: error.errno)
        }
        for name in try DirectoryNames.list(workspaces) { remove(subvolume: name, quota: 0) }
        pendingGroups += staleGroups()
    }

    func make(_ storage: WorkspaceStorage, bytes: UInt64) throws(SystemError) -> Workspace {
        guard storage == .tmpfs || quotaInUse &+ bytes <= quotaCeiling else {
            throw SystemError("pool: sum of workspace quotas", errno: ENOSPC)
        }
        let name = try Self.randomName()
        let workspace = storage == .pool ? try makeSubvolume(name, bytes) : try makeTmpfs(name, bytes)
        if storage == .pool { quotaInUse += bytes }
        return workspace
    }

    private func makeSubvolume(_ name: String, _ bytes: UInt64) throws(SystemError) -> Workspace {
        try check("subvolume", cloister_subvolume_create(workspaces.number, name))
        do {
            let root = try Descriptor.open(at: workspaces, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            let id = UInt64(try check("subvolume id", cloister_subvolume_id(root.number)))
            try check("subvolume quota", cloister_qgroup_limit(root.number, id, bytes))
            try populate(root)
            return Workspace(name: name, storage: .pool, root: root, quota: bytes, subvolume: id)
        } catch {
            remove(subvolume: name, quota: 0)
            throw error
        }
    }

    private func makeTmpfs(_ name: String, _ bytes: UInt64) throws(SystemError) -> Workspace {
        let mount = try Mount.make(
            "tmpfs", [("size", "\(bytes)"), ("nr_inodes", "\(max(1024, bytes / 16384))"), ("mode", "0755")],
            [.noSetuid, .noDevices])
        // A detached mount lives as long as its own descriptor.
        let root = stage.clonesDetachedMounts ? mount : try attach(mount, name)
        try populate(try Descriptor.open(at: root, ".", O_RDONLY | O_DIRECTORY))
        return Workspace(name: name, storage: .tmpfs, root: root, quota: bytes, subvolume: 0)
    }

    /// A mount in the spawner's namespace, which every later session's namespace pays for until it is gone.
    private func attach(_ mount: Descriptor, _ name: String) throws(SystemError) -> Descriptor {
        let points = try Descriptor.open(at: stage.directory, "workspaces", O_RDONLY | O_DIRECTORY)
        try checkPOSIX("mkdir workspace", mkdirat(points.number, name, 0o700))
        try Mount.attach(mount, to: points.number, name)
        return try Descriptor.open(at: points, name, O_RDONLY | O_DIRECTORY)
    }

    /// On disk everything belongs to the user's id inside; the mounts map it to whoever looks.
    private func populate(_ root: Descriptor) throws(SystemError) {
        let user = SessionIdentity.userInside
        try checkPOSIX("mkdir artifacts", mkdirat(root.number, "artifacts", 0o755))
        try checkPOSIX("chown artifacts", fchownat(root.number, "artifacts", user, user, AT_SYMLINK_NOFOLLOW))
        try checkPOSIX("chown workspace", fchown(root.number, user, user))
        try checkPOSIX("chmod workspace", fchmod(root.number, 0o755))
    }

    /// Another quota for a workspace of the pool that is still empty.
    func resize(_ workspace: Workspace, bytes: UInt64) throws(SystemError) -> Workspace {
        guard quotaInUse - min(quotaInUse, workspace.quota) &+ bytes <= quotaCeiling else {
            throw SystemError("pool: sum of workspace quotas", errno: ENOSPC)
        }
        try check(
            "subvolume quota", cloister_qgroup_limit(workspace.root.number, workspace.subvolume, bytes))
        quotaInUse = quotaInUse - min(quotaInUse, workspace.quota) + bytes
        return Workspace(
            name: workspace.name, storage: workspace.storage, root: workspace.root, quota: bytes,
            subvolume: workspace.subvolume)
    }

    /// Nothing is written to it any more, so its quota can be another's.
    func giveUp(_ workspace: inout Workspace) {
        guard !workspace.isGivenUp else { return }
        workspace.isGivenUp = true
        if workspace.storage == .pool { quotaInUse -= min(quotaInUse, workspace.quota) }
    }

    /// Deletes one that has been given up.
    func remove(_ workspace: Workspace) {
        switch workspace.storage {
        case .pool:
            remove(subvolume: workspace.name, quota: workspace.quota)
        case .tmpfs where stage.clonesDetachedMounts: break
        case .tmpfs:
            let path = "\(stage.path)/workspaces/\(workspace.name)"
            if umount2(path, CInt(MNT_DETACH)) < 0 { SpawnerLog.write("umount workspace: \(SystemError.text(errno))") }
            rmdir(path)
        }
    }

    /// What cannot be deleted takes its quota back and is tried again.
    private func remove(subvolume name: String, quota: UInt64) {
        guard let root = try? Descriptor.open(at: workspaces, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) else { return }
        let id = cloister_subvolume_id(root.number)
        if id > 0 { removeChildren(of: UInt64(id), depth: 0) }
        let failure = cloister_subvolume_delete(workspaces.number, name)
        guard failure >= 0 else {
            SpawnerLog.write("delete subvolume \(name): \(SystemError.text(-failure))")
            quotaInUse += quota
            undeleted.append((name, quota))
            return
        }
        if id > 0 { pendingGroups.append(UInt64(id)) }
    }

    /// Only a taken-over daemon makes subvolumes inside a workspace; they go with it.
    private func removeChildren(of id: UInt64, depth: Int) {
        guard depth < 64 else { return }
        var children = [UInt64](repeating: 0, count: 32)
        var from: UInt64 = 0
        while true {
            let count = cloister_subvolume_children(pool.number, id, from, &children, CInt(children.count))
            guard count > 0 else { return }
            for child in children[..<Int(count)] {
                removeChildren(of: child, depth: depth + 1)
                if cloister_subvolume_delete_id(pool.number, child) >= 0 { pendingGroups.append(child) }
                from = child &+ 1
            }
        }
    }

    /// Groups of subvolumes that are gone: an earlier spawner did not live to remove them.
    private func staleGroups() -> [UInt64] {
        var stale: [UInt64] = []
        var groups = [UInt64](repeating: 0, count: 64)
        var from: UInt64 = 256
        while true {
            let count = cloister_qgroups(pool.number, from, &groups, CInt(groups.count))
            guard count > 0 else { return stale }
            for group in groups[..<Int(count)] {
                // The upper bits are the level: groups of groups are the administrator's.
                guard group >> 48 == 0 else { return stale }
                if cloister_subvolume_exists(pool.number, group) == 0 { stale.append(group) }
                from = group &+ 1
            }
        }
    }

    /// Limits that the kernel does not enforce are none: whatever made it lose count, it counts anew.
    func keepQuotaConsistent() {
        guard cloister_quota_is_inconsistent(pool.number) == 1 else { return }
        let failure = cloister_quota_rescan(pool.number)
        let outcome = failure < 0 ? "cannot count anew: \(SystemError.text(-failure))" : "counting anew"
        SpawnerLog.write("the pool's quota groups are inconsistent; \(outcome)")
    }

    /// Tries again to remove what the kernel held back.
    func removePending() {
        let again = undeleted
        undeleted = []
        for entry in again {
            quotaInUse -= min(quotaInUse, entry.quota)
            remove(subvolume: entry.name, quota: entry.quota)
        }
        guard !pendingGroups.isEmpty else { return }
        cloister_start_commit(pool.number)
        pendingGroups.removeAll { group in
            guard cloister_qgroup_is_empty(pool.number, group) == 1 else { return false }
            let failure = cloister_qgroup_remove(pool.number, group)
            return failure >= 0 || failure == -ENOENT
        }
    }

    private static func randomName() throws(SystemError) -> String {
        var word: UInt64 = 0
        let count = withUnsafeMutableBytes(of: &word) { getentropy($0.baseAddress, $0.count) }
        try checkPOSIX("getentropy", count)
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
