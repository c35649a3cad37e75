// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterConfiguration
import Foundation
import Testing

/// config/cloister.toml documents the configuration: it must show every key with its default.
@Suite struct ShippedFileTests {
    private static let path = URL(filePath: #filePath)
        .deletingLastPathComponent()
        .appending(path: "../../config/cloister.toml")
        .standardized.path(percentEncoded: false)

    @Test func holdsTheDefaults() throws {
        #expect(try Configuration(file: Self.path) == Configuration())
    }

    @Test func showsEveryKeyOfTheStruct() throws {
        let shown = try shownKeys().map(\.key)
        #expect(Set(shown) == keysOfTheStruct())
        #expect(shown.count == Set(shown).count)
    }

    @Test func leavesOnlyKeysWithoutADefaultCommentedOut() throws {
        let commented = try shownKeys().filter(\.isCommented).map(\.key)
        let without = keysOfTheStruct(where: { isNil($0) })
        #expect(Set(commented) == without)
    }

    @Test func explainsEveryKey() throws {
        // A key stands below a comment, or below a key that does.
        let lines = try text().split(separator: "\n", omittingEmptySubsequences: false)
        for (line, previous) in zip(lines.dropFirst(), lines) where line.contains(" = ") && !line.hasPrefix("#") {
            #expect(!previous.isEmpty && !previous.hasPrefix("["), "\(line)")
        }
    }

    @Test func commentedExamplesAreValid() throws {
        let everything = try text().replacing(#/(?m)^# ([a-z_]+ = )/#, with: { "\($0.output.1)" })
        let configuration = try Configuration(toml: everything, file: "cloister.toml")
        #expect(configuration.daemon.group == "cloister")
        #expect(configuration.objectStore.s3.bucket == "my-artifacts")
    }

    private func text() throws -> String {
        try String(contentsOfFile: Self.path, encoding: .utf8)
    }

    private func shownKeys() throws -> [(key: String, isCommented: Bool)] {
        var table = ""
        var keys: [(key: String, isCommented: Bool)] = []
        for line in try text().split(separator: "\n") {
            if let header = line.wholeMatch(of: #/\[([a-z0-9_.]+)\]/#) {
                table = String(header.output.1)
            } else if let key = line.firstMatch(of: #/^(# )?([a-z0-9_]+) = /#) {
                keys.append((table + "." + key.output.2, key.output.1 != nil))
            }
        }
        return keys
    }

    private func keysOfTheStruct(where isIncluded: (Any) -> Bool = { _ in true }) -> Set<String> {
        Set(leaves(of: Configuration(), below: "").filter { isIncluded($0.value) }.map(\.key))
    }

    /// Every property that is no struct of settings, by its key.
    private func leaves(of value: Any, below path: String) -> [(key: String, value: Any)] {
        Mirror(reflecting: value).children.flatMap { child -> [(key: String, value: Any)] in
            let key = path + (path.isEmpty ? "" : ".") + snakeCase(child.label ?? "?")
            let isSettings =
                Mirror(reflecting: child.value).displayStyle == .struct
                && "\(type(of: child.value))".hasSuffix("Settings")
            return isSettings ? leaves(of: child.value, below: key) : [(key, child.value)]
        }
    }

    private func snakeCase(_ name: String) -> String {
        name.replacing(#/[A-Z]/#, with: { "_" + $0.output.lowercased() })
    }

    private func isNil(_ value: Any) -> Bool {
        let mirror = Mirror(reflecting: value)
        return mirror.displayStyle == .optional && mirror.children.isEmpty
    }
}
