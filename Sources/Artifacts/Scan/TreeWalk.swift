// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Glibc
import Platform

/// What a walk does with what it finds. Pointers in a file's entry end with the call.
protocol TreeVisitor {
    /// A regular file, as `fstatat` saw it a moment ago.
    mutating func found(_ file: FoundFile)
    /// Something that is no regular file or cannot be reached; `status` is nil when the kernel refused even that.
    mutating func skipped(_ path: [UInt8], _ status: cloister_stat?, _ reason: SkipReason)
}

struct FoundFile {
    let parent: Descriptor
    let name: UnsafePointer<CChar>
    let path: [UInt8]
    let status: cloister_stat
}

/// Walks everything below a directory with an explicit stack, by descriptors and single names.
///
/// It stays safe while the tree changes under it; what it then sees is some mixture of before and after.
struct TreeWalk {
    private struct Level {
        let cursor: DirectoryCursor
        /// Of the directory, with a slash at the end; empty for the first.
        let prefix: [UInt8]
    }

    private let device: UInt64
    private var levels: [Level]
    private var budget: ScanBudget
    /// True when a limit ended the walk, so that there may be more than was seen.
    private(set) var isTruncated = false

    init(_ root: Descriptor, limits: ArtifactLimits) throws(SystemError) {
        device = try ConfinedOpen.status(root).device
        // A descriptor of its own, because reading a directory moves the descriptor's position.
        let start = try ConfinedOpen.directory(".", in: root)
        levels = [Level(cursor: DirectoryCursor(start), prefix: [])]
        budget = ScanBudget(limits)
    }

    mutating func run(_ visitor: inout some TreeVisitor) {
        while let level = levels.last {
            do {
                guard let entry = try level.cursor.next() else {
                    levels.removeLast()
                    continue
                }
                visit(entry, in: level, &visitor)
            } catch {
                visitor.skipped(Array(level.prefix.dropLast()), nil, .inputOutput)
                isTruncated = true
                levels.removeLast()
            }
        }
    }

    private mutating func visit(_ entry: DirectoryCursor.Entry, in level: Level, _ visitor: inout some TreeVisitor) {
        let path = level.prefix + entry.bytes
        if let reason = budget.spend(pathBytes: path.count) {
            return stop(at: Array(level.prefix.dropLast()), reason, &visitor)
        }
        var status = cloister_stat()
        let result = cloister_fstatat(level.cursor.directory.number, entry.name, &status)
        guard result == 0 else {
            if result != -ENOENT { visitor.skipped(path, nil, SkipReason(errno: -result)) }
            return
        }
        guard status.device == device else { return visitor.skipped(path, status, .otherFileSystem) }
        switch status.mode & S_IFMT {
        case S_IFDIR: enter(entry.name, path, status, in: level, &visitor)
        case S_IFREG:
            let directory = level.cursor.directory
            visitor.found(FoundFile(parent: directory, name: entry.name, path: path, status: status))
        default: visitor.skipped(path, status, SkipReason(mode: status.mode))
        }
    }

    private mutating func enter(
        _ name: UnsafePointer<CChar>, _ path: [UInt8], _ status: cloister_stat, in level: Level,
        _ visitor: inout some TreeVisitor
    ) {
        switch budget.enterDirectory(depth: levels.count + 1) {
        case .tooDeep?:
            isTruncated = true
            return visitor.skipped(path, status, .tooDeep)
        case let reason?: return stop(at: path, reason, &visitor)
        case nil: break
        }
        do {
            let directory = try ConfinedOpen.directory(name, in: level.cursor.directory)
            levels.append(Level(cursor: DirectoryCursor(directory), prefix: path + [UInt8(ascii: "/")]))
        } catch  where error.errno == ENOENT {
            return
        } catch {
            visitor.skipped(path, status, SkipReason(errno: error.errno))
        }
    }

    private mutating func stop(at path: [UInt8], _ reason: SkipReason, _ visitor: inout some TreeVisitor) {
        isTruncated = true
        levels.removeAll()
        visitor.skipped(path, nil, reason)
    }
}
