// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// A session's journal as a Jupyter notebook (nbformat 4.5).
package struct Notebook: Sendable {
    package var fileName: [UInt8]
    /// The document, as it is made.
    package var content: PullStream<[UInt8]>

    package init(fileName: [UInt8], content: PullStream<[UInt8]>) {
        self.fileName = fileName
        self.content = content
    }
}
