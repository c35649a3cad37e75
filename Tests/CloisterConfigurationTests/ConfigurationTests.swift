// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterConfiguration
import Foundation
import Testing

@Suite struct ConfigurationTests {
    @Test func emptyFileHasTheDefaults() throws {
        #expect(try load("") == Configuration())
        #expect(try load("[sessions.limits]\n") == Configuration())
    }

    @Test func instanceNamesTheDefaultPaths() throws {
        let configuration = try load("[daemon]\ninstance = \"test-7\"\nsocket = \"/tmp/own.sock\"")
        #expect(configuration.daemon.socket == "/tmp/own.sock")
        #expect(configuration.daemon.stateDirectory == "/var/lib/cloister-test-7/state")
        #expect(configuration.daemon.spawnerSocket == "/run/cloister-spawner-test-7/spawner.sock")
        #expect(configuration.objectStore.directory == "/var/lib/cloister-test-7/objects")
    }

    @Test func readsEveryKindOfValue() throws {
        let configuration = try load(
            """
            daemon = { node = "n7", group = "backend" }
            [sessions]
            default_timeout_seconds = "2m"
            limits.memory_bytes = "512 MiB"
            limits.cpus = 2
            [pool]
            images = ["python-minimal", "other"]
            zygote = false
            ready = 3
            ready_memory_bytes = "64MiB"
            holders = 0
            [sessions.maximum]
            cpus = 2.5
            memory_bytes = 1073741824
            [object_store]
            kind = "s3"
            [object_store.s3]
            endpoint = "http://127.0.0.1:7480"
            bucket = "artifacts"
            redirect = false
            presign_seconds = "1d"
            [log]
            level = "debug"
            """)
        #expect(configuration.daemon.node == "n7")
        #expect(configuration.daemon.group == "backend")
        #expect(configuration.sessions.defaultTimeoutSeconds == 120)
        #expect(configuration.sessions.limits.memoryBytes == 512 << 20)
        #expect(configuration.sessions.limits.cpuMilli == 2_000)
        #expect(configuration.sessions.maximum.cpuMilli == 2_500)
        #expect(configuration.pool.images == ["python-minimal", "other"])
        #expect(!configuration.pool.zygote && configuration.pool.ready == 3 && configuration.pool.holders == 0)
        #expect(configuration.pool.readyMemoryBytes == 64 << 20)
        #expect(configuration.objectStore.kind == .s3)
        #expect(configuration.objectStore.s3.endpoint == "http://127.0.0.1:7480")
        #expect(!configuration.objectStore.s3.redirect)
        #expect(configuration.objectStore.s3.presignSeconds == 86_400)
        #expect(configuration.log.level == .debug)
    }

    @Test func unknownKeyNamesItsLineAndTheNearestOne() {
        let problem = problem(in: "[sessions]\n# a comment\n\nmax_session = 4\n")
        #expect(problem?.line == 4)
        #expect(problem?.key == "sessions.max_session")
        #expect(problem?.remedy == #"did you mean "max_sessions"?"#)
    }

    @Test(
        arguments: [
            ("[sesions]\n", "sesions", 1, #"did you mean "sessions"?"#),
            ("stray = 1", "stray", 1, "remove it"),
            ("[object_store.s3]\nx = 1", "object_store.s3.x", 2, "remove it"),
            ("[daemon]\nnode = \"a\"\n\"strange key\" = 1", "daemon.strange key", 3, "remove it"),
            ("[daemon]\nx = '''\nnode = 3\n'''\nnote = 1", "daemon.x", 2, "remove it"),
        ])
    func unknownKeys(_ toml: String, _ key: String, _ line: Int, _ remedy: String) {
        let problem = problem(in: toml)
        #expect(problem?.key == key)
        #expect(problem?.line == line)
        #expect(problem?.remedy == remedy)
    }

    @Test func linesAreRightAfterValuesOfSeveralLines() {
        let toml = """
            [daemon]
            a = [
              "]", # ]
              1,
            ]
            b = \"\"\"
            [sessions]
            node = 1 \\\"\"\" ""\"\"\"
            [log]
            level = 3
            """
        let problems = error(in: toml)?.problems ?? []
        #expect(problems.map(\.key) == ["daemon.a", "daemon.b", "log.level"])
        #expect(problems.map(\.line) == [2, 6, 10])
    }

    @Test func wrongTypeNamesLineAndExpectation() {
        let problem = problem(in: "[sessions]\nmax_sessions = \"many\"")
        #expect(problem?.line == 2)
        #expect(problem?.message == #"is the string "many""#)
        #expect(problem?.remedy == "expected is an integer from 1 to 1000000")
    }

    @Test(
        arguments: [
            ("daemon", "node", "\"Node\""), ("daemon", "node", "\"\""), ("daemon", "node", "7"),
            ("daemon", "instance", "\"-x\""), ("daemon", "instance", "\"../x\""),
            ("daemon", "socket", "\"relative.sock\""), ("daemon", "socket", "\"/run/../etc\""),
            ("daemon", "socket", "\"/\(String(repeating: "a", count: 107))\""),
            ("daemon", "state_directory", "\"/a//b\""), ("daemon", "state_directory", "\"/a\\u0007\""),
            ("sessions", "max_sessions", "0"), ("sessions", "max_sessions", "1.5"), ("daemon", "node", "[\"a\"]"),
            ("sessions", "max_sessions", "true"),
            ("sessions", "max_sessions", "1979-05-27"), ("sessions", "default_timeout_seconds", "\"2 weeks\""),
            ("sessions", "default_timeout_seconds", "-1"), ("sessions", "max_timeout_seconds", "86401"),
            ("sessions", "limits", "5"), ("sessions.limits", "memory_bytes", "\"512MB\""),
            ("sessions.limits", "memory_bytes", "\"99999999999999999999GiB\""),
            ("sessions.limits", "memory_bytes", "\"9999999999GiB\""), ("sessions.limits", "memory_bytes", "\"\""),
            ("sessions.limits", "memory_bytes", "\"MiB\""), ("sessions.limits", "memory_bytes", "1"),
            ("sessions.limits", "cpus", "0"), ("sessions.limits", "cpus", "nan"), ("sessions.limits", "cpus", "inf"),
            ("pool", "images", "\"python-minimal\""), ("pool", "images", "[]"), ("pool", "images", "[1]"),
            ("pool", "images", "[\"a\", \"a\"]"), ("pool", "images", "[\"../a\"]"), ("pool", "ready", "-1"),
            ("pool", "ready", "\"many\""), ("pool", "ready_memory_bytes", "\"2MB\""), ("pool", "holders", "1001"),
            ("pool", "zygote", "1"),
            ("object_store", "kind", "\"gcs\""), ("object_store.s3", "endpoint", "\"host:80\""),
            ("object_store.s3", "endpoint", "\"https://host/path\""), ("object_store.s3", "bucket", "\"A\""),
            ("object_store.s3", "region", "\"\""),
            ("object_store.s3", "presign_seconds", "604801"), ("object_store.s3", "redirect", "\"yes\""),
            ("log", "level", "\"loud\""),
        ])
    func refusesValues(_ table: String, _ key: String, _ value: String) {
        let problem = problem(in: "[\(table)]\n\(key) = \(value)\n")
        #expect(problem?.key == "\(table).\(key)")
        #expect(problem?.line == 2)
        #expect(problem?.remedy.isEmpty == false)
    }

    @Test(
        arguments: [
            ("[sessions]\nmax_timeout_seconds = 60", "sessions.default_timeout_seconds"),
            ("[sessions.limits]\npids = 9999", "sessions.limits.pids"),
            ("[sessions.maximum]\nmemory_bytes = \"64MiB\"", "sessions.limits.memory_bytes"),
            ("[output]\ncap_bytes = 10", "output.cap_bytes"),
            ("[artifacts]\nspool_bytes = \"1MiB\"", "artifacts.max_execution_bytes"),
            ("[artifacts]\nmax_file_bytes = \"5GiB\"", "artifacts.max_file_bytes"),
            ("[object_store]\nkind = \"s3\"\ns3.bucket = \"abc\"", "object_store.s3.endpoint"),
            ("[object_store]\nkind = \"s3\"\ns3.endpoint = \"http://h\"", "object_store.s3.bucket"),
        ])
    func refusesContradictions(_ toml: String, _ key: String) {
        #expect(problem(in: toml)?.key == key)
    }

    @Test(arguments: ["secret_access_key", "AWS_SECRET_ACCESS_KEY", "access_key_id", "session_token", "password"])
    func secretsAreRefusedWithoutBeingShown(_ key: String) {
        let error = error(in: "[object_store.s3]\n\(key) = \"hunter2\"\n")
        #expect(error?.problems.first?.line == 2)
        #expect(error?.problems.first?.remedy.contains("AWS_SECRET_ACCESS_KEY in the daemon's environment") == true)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test func keysComeFromTheEnvironmentThenFromTheNamedFile() {
        var settings = S3Settings()
        let named = ["AWS_SHARED_CREDENTIALS_FILE": "/theirs"]
        #expect(settings.credentialsPlace(environment: [:]) == .environment)
        #expect(settings.credentialsPlace(environment: named) == .file("/theirs"))
        settings.credentialsFile = "/ours"
        #expect(settings.credentialsPlace(environment: named) == .file("/ours"))
        let keys = named.merging(["AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"]) { $1 }
        #expect(settings.credentialsPlace(environment: keys) == .environment)
        let empty = ["AWS_ACCESS_KEY_ID": "", "AWS_SHARED_CREDENTIALS_FILE": ""]
        #expect(S3Settings().credentialsPlace(environment: empty) == .environment)
    }

    @Test func secretsInUrlsAreNotShown() {
        let error = error(in: "[object_store.s3]\nendpoint = \"https://me:hunter2@host\"\n")
        #expect(error?.problems.first?.key == "object_store.s3.endpoint")
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test func reportsAllProblemsInTheOrderOfTheirLines() {
        let error = error(in: "[log]\nlevel = 1\n[daemon]\nnode = 1\nx = 1\n")
        #expect(error?.code == .invalid)
        #expect(error?.problems.map(\.line) == [2, 4, 5])
        #expect(error?.description.split(separator: "\n").first?.hasPrefix("test.toml:2: log.level is") == true)
    }

    @Test(arguments: ["[daemon\n", "[daemon]\nnode = \n", "a = 1\na = 2\n", "[daemon]\nnode = \"\\x\""])
    func syntaxErrorsNameTheLine(_ toml: String) {
        let error = error(in: toml)
        #expect(error?.code == .syntax)
        #expect((error?.problems.first?.line ?? 0) > 0)
    }

    @Test func refusesTextThatTheParserWouldCut() {
        #expect(error(in: "[log]\n\u{0}\nlevel = 1")?.code == .syntax)
    }

    @Test func refusesFilesThatCannotBeRead() throws {
        let missing = #expect(throws: ConfigurationError.self) { try Configuration(file: "/nonexistent/c.toml") }
        #expect(missing?.code == .unreadable)
        #expect(missing?.description.contains("No such file") == true)
        let directory = #expect(throws: ConfigurationError.self) { try Configuration(file: "/tmp") }
        #expect(directory?.code == .unreadable)
        let endless = #expect(throws: ConfigurationError.self) { try Configuration(file: "/dev/zero") }
        #expect(endless?.code == .unreadable)
    }

    private func load(_ toml: String) throws -> Configuration {
        try Configuration(toml: toml, file: "test.toml")
    }

    private func error(in toml: String) -> ConfigurationError? {
        #expect(throws: ConfigurationError.self) { try load(toml) }
    }

    private func problem(in toml: String) -> ConfigurationProblem? {
        error(in: toml)?.problems.first
    }
}
