// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Glibc
import Platform

/// What a failed system call on a workspace means to a caller.
enum FileFailure {
    static func error(_ error: SystemError, _ path: WorkspacePath) -> CloisterError {
        let name = WorkspacePath.wireText(path.bytes)
        switch error.errno {
        case ENOENT, ENOTDIR:
            return CloisterError(
                .fileNotFound, "There is no file \(name) in the workspace.",
                remedy: "List the directory with GET /v1/sessions/{id}/files?path=.", cause: error)
        case EDQUOT, ENOSPC:
            return CloisterError(
                .workspaceFull, "The workspace has no room for \(name).",
                remedy: "Delete files, or create the session with a larger limits.workspace_bytes.", cause: error)
        case ELOOP, EXDEV:
            return .invalid(
                "\(name) leads through a symbolic link, which is never followed.",
                remedy: "Name the file by its real path.")
        case EISDIR, ENOTEMPTY:
            return .invalid(
                "\(name) is a directory, or one with files in it.",
                remedy: "Name a file, or delete what is in it first.")
        case ENAMETOOLONG, EINVAL:
            return .invalid("\(name) is not a usable path.", remedy: "Use shorter names.")
        case EACCES, EPERM, EAGAIN, ENXIO, ETXTBSY:
            return CloisterError(
                .conflict, "\(name) cannot be accessed: \(SystemError.text(error.errno)).",
                remedy: "Change its permissions, or what holds it, from inside the session.", cause: error)
        default:
            return .internalError(error)
        }
    }

    static func notRegular(_ path: WorkspacePath) -> CloisterError {
        .invalid(
            "\(WorkspacePath.wireText(path.bytes)) is not a regular file.", remedy: "Only regular files can be read.")
    }
}
