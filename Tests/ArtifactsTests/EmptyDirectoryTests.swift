// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import Glibc
import Platform
import Testing

/// A directory that is known to be empty is not looked into again; nothing that comes later may be missed for that.
@Suite struct EmptyDirectoryTests {
    private func isUntouched(_ bench: Workbench) throws -> Bool {
        let workspace = try Descriptor.open("\(bench.root)/workspace", O_RDONLY | O_DIRECTORY)
        return bench.pipeline.isUntouched(session: Workbench.session, workspace: workspace)
    }

    /// A bench whose directory has been looked at long after it was made.
    private func settled() async throws -> Workbench {
        let bench = try Workbench()
        try await Task.sleep(for: .milliseconds(120))
        #expect(try await bench.collect().isEmpty)
        #expect(try isUntouched(bench))
        return bench
    }

    /// Whether a look right after a change is not trusted. On a busy machine it may come long after the change.
    private func isDoubted(_ bench: Workbench, _ look: () async throws -> Void) async throws -> Bool {
        for _ in 1...100 {
            mkdir("\(bench.artifacts)/new", 0o755)
            rmdir("\(bench.artifacts)/new")
            try await look()
            if try !isUntouched(bench) { return true }
        }
        return false
    }

    @Test func aFreshDirectoryIsNotTrusted() async throws {
        let bench = try Workbench()
        #expect(try !isUntouched(bench))
        #expect(try await isDoubted(bench) { _ = try await bench.collect() })
    }

    @Test func aNewSessionIsLookedAtOnce() async throws {
        let bench = try Workbench()
        let workspace = try Descriptor.open("\(bench.root)/workspace", O_RDONLY | O_DIRECTORY)
        #expect(
            try await isDoubted(bench) { bench.pipeline.begin(session: Workbench.session, workspace: workspace) })
        try await Task.sleep(for: .milliseconds(120))
        bench.pipeline.begin(session: Workbench.session, workspace: workspace)
        #expect(try isUntouched(bench))
        try bench.write("a", "1")
        #expect(try !isUntouched(bench))
        bench.pipeline.begin(session: Workbench.session, workspace: workspace)
        #expect(try !isUntouched(bench))
        #expect(try await bench.collect().map(\.displayPath) == ["a"])
    }

    @Test func everyKindOfChangeIsSeen() async throws {
        let changes: [(Workbench) throws -> Void] = [
            { try $0.write("a", "1") },
            { mkdir("\($0.artifacts)/sub", 0o755) },
            { symlink("/etc/passwd", "\($0.artifacts)/link") },
            { link("\($0.root)/workspace/file", "\($0.artifacts)/hard") },
            { rename("\($0.root)/workspace/file", "\($0.artifacts)/moved") },
            { rmdir($0.artifacts) },
            { bench in
                rename(bench.artifacts, bench.artifacts + ".old")
                mkdir(bench.artifacts, 0o755)
            },
            { bench in
                rmdir(bench.artifacts)
                symlink("/tmp", bench.artifacts)
            },
            { bench in
                // Its times are set back to what they were; the kernel's own stamp is not theirs to set.
                var status = stat()
                lstat(bench.artifacts, &status)
                try bench.write("a", "1")
                var times = [status.st_atim, status.st_mtim]
                utimensat(AT_FDCWD, bench.artifacts, &times, 0)
            },
        ]
        for (index, change) in changes.enumerated() {
            let bench = try await settled()
            close(creat("\(bench.root)/workspace/file", 0o644))
            #expect(try isUntouched(bench), "\(index)")
            try change(bench)
            #expect(try !isUntouched(bench), "\(index)")
        }
    }

    @Test func filesThatComeAndGoAreFound() async throws {
        let bench = try await settled()
        try bench.write("a", "1")
        #expect(try await bench.collect("exe_test_2").map(\.displayPath) == ["a"])
        #expect(try !isUntouched(bench))
        unlink("\(bench.artifacts)/a")
        try await Task.sleep(for: .milliseconds(120))
        #expect(try await bench.collect("exe_test_3").isEmpty)
        #expect(try await bench.collect("exe_test_4").isEmpty)
        #expect(try isUntouched(bench))
        bench.pipeline.forget(session: Workbench.session)
        #expect(try !isUntouched(bench))
    }
}
