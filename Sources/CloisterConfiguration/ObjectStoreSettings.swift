// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// `[object_store]`: where artifacts are kept.
package struct ObjectStoreSettings: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Files below `directory`.
        case directory
        /// A bucket of an S3-compatible service, as `s3` says.
        case s3
    }

    package var kind = Kind.directory
    package var directory: String
    package var s3 = S3Settings()

    package init(instance: String = DaemonSettings.defaultInstance) {
        directory = "/var/lib/cloister\(DaemonSettings.suffix(of: instance))/objects"
    }

    mutating func read(from section: Section) {
        section.read("kind", into: &kind, .choice())
        section.read("directory", into: &directory, .path)
        let bucket = section.section("s3")
        s3.read(from: bucket)
        section.refuseTheRest()
        if kind == .s3 { s3.requireTarget(in: bucket) }
    }
}
