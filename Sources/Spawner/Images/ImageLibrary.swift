// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Isolation
import Platform

/// The images of the image directory, mounted on first use.
final class ImageLibrary {
    private let directory: Descriptor
    private let stage: Stage
    private var trees: [String: ImageTree] = [:]
    private var order: [String] = []

    var count: Int { order.count }

    /// The directory must belong to root and be writable by nobody else.
    init(path: String, stage: Stage) throws(SystemError) {
        directory = try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
        self.stage = stage
        try Self.requireTrusted(directory, path)
    }

    private static func requireTrusted(_ file: Descriptor, _ name: String) throws(SystemError) {
        var status = cloister_stat()
        try check("stat \(name)", cloister_fstat(file.number, &status))
        guard status.uid == 0, status.mode & 0o022 == 0 else {
            throw SystemError("\(name) must belong to root and be writable by root alone", errno: EPERM)
        }
    }

    /// The image, or `nil` when there is no file of this name. A name is letters, digits and hyphens.
    func image(_ name: String) throws(SystemError) -> (tree: ImageTree, index: Int)? {
        if let tree = trees[name], let index = order.firstIndex(of: name) { return (tree, index) }
        guard Self.isName(name), let file = try? Descriptor.open(at: directory, "\(name).erofs", O_RDONLY | O_NOFOLLOW)
        else { return nil }
        try Self.requireTrusted(file, "\(name).erofs")
        let tree = try ImageTree(name: name, file: file, stage: stage)
        trees[name] = tree
        order.append(name)
        return (tree, order.count - 1)
    }

    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 40
            && name.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7a) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2d }
    }
}
