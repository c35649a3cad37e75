// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
package import Platform

/// Attributes of a mount, as mount_setattr(2) names them.
package struct MountAttributes: OptionSet, Sendable {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package static let readOnly = MountAttributes(rawValue: 0x1)
    package static let noSetuid = MountAttributes(rawValue: 0x2)
    package static let noDevices = MountAttributes(rawValue: 0x4)
    package static let noExecute = MountAttributes(rawValue: 0x8)
    package static let noSymlinks = MountAttributes(rawValue: 0x20_0000)

    static let closed: MountAttributes = [.noSetuid, .noDevices, .noExecute]
}

/// The mount API by descriptors: nothing here joins a path with anything a session chose.
package enum Mount {
    /// A detached file system.
    package static func make(_ type: String, _ options: [(key: String, value: String)], _ attributes: MountAttributes)
        throws(SystemError) -> Descriptor
    {
        let words = options.flatMap { [$0.key, $0.value] }
        let mount = withCStrings(words) { pointers in
            cloister_make_mount(
                type, UnsafeRawPointer(pointers).assumingMemoryBound(to: UnsafePointer<CChar>?.self),
                attributes.rawValue)
        }
        return Descriptor(owning: try check("mount \(type)", mount))
    }

    /// A detached clone of the mount at `path` below `directory` (an empty path: of the directory itself).
    package static func clone(_ directory: CInt, _ path: String = "", recursive: Bool = false) throws(SystemError)
        -> Descriptor
    {
        var flags = UInt32(CLOISTER_OPEN_TREE_CLONE)
        if path.isEmpty { flags |= UInt32(CLOISTER_AT_EMPTY_PATH) }
        if recursive { flags |= UInt32(CLOISTER_AT_RECURSIVE) }
        return Descriptor(owning: try check("open_tree \(path)", cloister_open_tree(directory, path, flags)))
    }

    /// Attaches a detached mount. The owner is the parameter, so that it cannot be closed before the call.
    package static func attach(_ mount: Descriptor, to directory: CInt, _ path: String = "") throws(SystemError) {
        try attach(mount.number, to: directory, path)
    }

    static func attach(_ mount: CInt, to directory: CInt, _ path: String) throws(SystemError) {
        try check("move_mount \(path)", cloister_move_mount(mount, directory, path))
    }

    /// Sets attributes on a detached mount, id-mapped through a user namespace if one is given.
    package static func restrict(
        _ mount: Descriptor, _ attributes: MountAttributes, recursive: Bool = false, userNamespace: Descriptor? = nil
    )
        throws(SystemError)
    {
        let flags = recursive ? UInt32(CLOISTER_AT_RECURSIVE) : 0
        try check(
            "mount_setattr",
            cloister_mount_setattr(mount.number, flags, attributes.rawValue, userNamespace?.number ?? -1))
    }
}

/// Calls `body` with the strings as a NULL-ended array of C strings.
func withCStrings<Result>(_ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result)
    -> Result
{
    let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
    for (index, string) in strings.enumerated() { pointers[index] = strdup(string) }
    pointers[strings.count] = nil
    defer {
        for index in strings.indices { free(pointers[index]) }
        pointers.deallocate()
    }
    return body(pointers)
}
