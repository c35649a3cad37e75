// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import Logging
import Telemetry
import Testing

@Suite struct JSONLogHandlerTests {
    @Test func writesOneObjectALine() throws {
        let lines = try capture { logger in
            logger.info("session created", metadata: ["session": "ses_a_1", "milliseconds": "\(7)"])
            logger.error("upload failed", error: Failure(), metadata: nil)
        }
        #expect(lines.count == 2)
        let first = try object(lines[0])
        #expect(first["level"] as? String == "info")
        #expect(first["message"] as? String == "session created")
        #expect(first["source"] as? String == "TelemetryTests")
        #expect(first["metadata"] as? [String: String] == ["session": "ses_a_1", "milliseconds": "7"])
        #expect(first["truncated"] == nil)
        #expect((first["time"] as? String)?.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/#) != nil)
        #expect(lines[0].hasPrefix(#"{"time":""#))
        let second = try object(lines[1])
        #expect(second["error"] as? String == "bucket \"x\"\nis gone")
        #expect(second["metadata"] == nil)
    }

    @Test func writesOnlyFromItsLevelOn() throws {
        let lines = try capture(level: .warning) { logger in
            logger.info("quiet")
            logger.warning("loud")
        }
        #expect(lines.count == 1)
    }

    @Test func mergesMetadataByPrecedence() throws {
        let provider = Logger.MetadataProvider { ["b": "provider", "c": "provider"] }
        let lines = try capture(provider: provider) { logger in
            var logger = logger
            logger[metadataKey: "a"] = "logger"
            logger[metadataKey: "b"] = "logger"
            logger[metadataKey: "c"] = "logger"
            logger.info("m", metadata: ["c": "call"])
        }
        let expected = ["a": "logger", "b": "provider", "c": "call"]
        #expect(try object(lines[0])["metadata"] as? [String: String] == expected)
    }

    @Test func copiesOfALoggerDoNotShareMetadata() throws {
        let lines = try capture { logger in
            var copy = logger
            copy[metadataKey: "k"] = "v"
            logger.info("original")
        }
        #expect(try object(lines[0])["metadata"] == nil)
    }

    @Test func keepsNestedMetadata() throws {
        let lines = try capture { logger in
            logger.info("m", metadata: ["list": ["a", ["b": "c"]], "empty": [:], "none": .array([])])
        }
        let metadata = try #require(try object(lines[0])["metadata"] as? [String: Any])
        let list = try #require(metadata["list"] as? [Any])
        #expect(list[0] as? String == "a")
        #expect(list[1] as? [String: String] == ["b": "c"])
        #expect((metadata["empty"] as? [String: Any])?.isEmpty == true)
    }

    @Test func hostileTextNeitherEndsALineNorReachesATerminal() throws {
        let hostile = "a\"b\\c\n{\"level\":\"fake\"}\r\u{0}\u{1b}[2J\u{7f}\u{9b}31m\u{202e}\u{2028}\u{e000}\u{e0041}é😀"
        let lines = try capture { logger in
            logger.info("\(hostile)", metadata: ["\(hostile)": "\(hostile)"])
        }
        #expect(lines.count == 1)
        let line = try object(lines[0])
        #expect(line["message"] as? String == hostile)
        #expect(line["metadata"] as? [String: String] == [hostile: hostile])
        let isHarmless = lines[0].unicodeScalars.allSatisfy { scalar in
            ![.control, .format, .lineSeparator, .privateUse].contains(scalar.properties.generalCategory)
        }
        #expect(isHarmless)
        #expect(lines[0].contains("é😀"))
    }

    @Test func cutsLongTextsAndSaysSo() throws {
        let lines = try capture { logger in
            let message = String(repeating: "ü", count: 5_000)
            logger.info("\(message)", metadata: ["k": .string(String(repeating: "\n", count: 5_000))])
        }
        let line = try object(lines[0])
        #expect(line["message"] as? String == String(repeating: "ü", count: 512))
        #expect(line["metadata"] as? [String: String] == ["k": String(repeating: "\n", count: 256)])
        #expect(line["truncated"] as? Bool == true)
    }

    @Test func neverExceedsWhatAPipeKeepsTogether() throws {
        let long = Logger.MetadataValue.string(String(repeating: "\u{1b}", count: 2_000))
        let many = Dictionary(uniqueKeysWithValues: (0..<500).map { ("key-\($0)", long) })
        let deep = (0..<50).reduce(Logger.MetadataValue.string("x")) { value, _ in ["k": value] }
        let lines = try capture { logger in
            logger.info("many", metadata: many)
            logger.info("wide", metadata: ["k": .array(Array(repeating: long, count: 500))])
            logger.info("deep", metadata: ["k": deep])
            logger.info("key", metadata: ["\(String(repeating: "k", count: 9_000))": "v"])
            logger.error("error", error: Failure(text: String(repeating: "e", count: 9_000)))
        }
        #expect(lines.count == 5)
        for line in lines {
            #expect(line.utf8.count < 4_096)
            #expect(try object(line)["truncated"] as? Bool == true)
        }
    }

    @Test func linesOfManyThreadsStayWhole() async throws {
        let file = try LogFile()
        let logger = file.logger()
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for number in 0..<200 { logger.info("line", metadata: ["k": "\(writer)-\(number)"]) }
                }
            }
        }
        let lines = try file.lines()
        let values = try lines.map { try object($0)["metadata"] as? [String: String] }
        #expect(Set(values.compactMap { $0?["k"] }).count == 1_600)
    }

    @Test func survivesAClosedOutput() {
        let logger = Logger(label: "test") { _ in JSONLogHandler(descriptor: -1) }
        logger.info("nobody hears")
    }

    private func capture(
        level: Logger.Level = .info,
        provider: Logger.MetadataProvider? = nil,
        _ body: (Logger) -> Void
    ) throws -> [String] {
        let file = try LogFile()
        body(file.logger(level: level, provider: provider))
        return try file.lines()
    }

    private func object(_ line: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
}

private struct Failure: Error, CustomStringConvertible {
    var text = "bucket \"x\"\nis gone"
    var description: String { text }
}

/// A file that a handler writes to, gone after the test.
private final class LogFile {
    private let path = FileManager.default.temporaryDirectory.path + "/cloister-log-\(UUID().uuidString)"
    private let descriptor: Int32

    init() throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    func logger(level: Logger.Level = .info, provider: Logger.MetadataProvider? = nil) -> Logger {
        let handler = JSONLogHandler(level: level, descriptor: descriptor, metadataProvider: provider)
        return Logger(label: "test") { _ in handler }
    }

    func lines() throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }
}
