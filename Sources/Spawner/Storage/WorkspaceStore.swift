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
    private(set) var pendingGroups: [UInt64] = []
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
        for name in try names(in: workspaces) { remove(subvolume: name) }
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
            remove(subvolume: name)
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

    func remove(_ workspace: Workspace) {
        switch workspace.storage {
        case .pool:
            quotaInUse -= min(quotaInUse, workspace.quota)
            remove(subvolume: workspace.name)
        case .tmpfs where stage.clonesDetachedMounts: break
        case .tmpfs:
            let path = "\(stage.path)/workspaces/\(workspace.name)"
            if umount2(path, CInt(MNT_DETACH)) < 0 { SpawnerLog.write("umount workspace: \(SystemError.text(errno))") }
            rmdir(path)
        }
    }

    private func remove(subvolume name: String) {
        guard let root = try? Descriptor.open(at: workspaces, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) else { return }
        let id = cloister_subvolume_id(root.number)
        let failure = cloister_subvolume_delete(workspaces.number, name)
        if failure < 0 {
            SpawnerLog.write("delete subvolume \(name): \(SystemError.text(-failure))")
        } else if id > 0 {
            pendingGroups.append(UInt64(id))
        }
    }

    /// Tries again to remove the quota groups of deleted subvolumes.
    func removePendingGroups() {
        guard !pendingGroups.isEmpty else { return }
        cloister_start_commit(pool.number)
        pendingGroups.removeAll { group in
            let failure = cloister_qgroup_remove(pool.number, group)
            return failure >= 0 || failure == -ENOENT
        }
    }

    private func names(in directory: Descriptor) throws(SystemError) -> [String] {
        try DirectoryNames.list(directory)
    }

    private static func randomName() throws(SystemError) -> String {
        var word: UInt64 = 0
        let count = withUnsafeMutableBytes(of: &word) { getentropy($0.baseAddress, $0.count) }
        try checkPOSIX("getentropy", count)
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
