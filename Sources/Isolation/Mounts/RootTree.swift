// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// A new root under construction in the calling process's own mount namespace.
struct RootTree {
    /// A clone of the image's tree, attached.
    let root: CInt

    /// `attachPath` is a directory of the host that everybody may enter: the new root is attached over it.
    init(attaching root: CInt, over attachPath: String) throws(SystemError) {
        try Mount.attach(root, to: AT_FDCWD, attachPath)
        self.root = root
    }

    func attachTmpfs(bytes: UInt64, at path: String, _ attributes: MountAttributes, mode: String = "1777")
        throws(SystemError)
    {
        let inodes = max(1024, bytes / 16384)
        let mount = try Mount.make(
            "tmpfs", [("size", "\(bytes)"), ("nr_inodes", "\(inodes)"), ("mode", mode)], attributes)
        try Mount.attach(mount, to: root, path)
    }

    /// Makes it the root of this process, and leaves nothing of the old one.
    func enter() throws(SystemError) {
        try checkPOSIX("fchdir to the new root", fchdir(root))
        try check("pivot_root", cloister_pivot_into_current_directory())
        try verifyWorkingDirectory()
    }

    /// A working directory outside the new root would be a way out (CVE-2024-21626).
    private func verifyWorkingDirectory() throws(SystemError) {
        var path = [CChar](repeating: 0, count: 4096)
        guard getcwd(&path, path.count) != nil, path[0] == 0x2f, path[1] == 0 else {
            throw SystemError("working directory is outside the new root", errno: EXDEV)
        }
    }
}
