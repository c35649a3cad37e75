// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterConfiguration
import Foundation
import Testing

@Suite struct S3CredentialsTests {
    private let variables = ["AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "hunter2"]

    @Test func environmentComesFirst() throws {
        var settings = S3Settings()
        settings.credentialsFile = "/nonexistent"
        let credentials = try S3Credentials.load(settings, environment: variables)
        #expect(credentials == S3Credentials(accessKeyID: "id", secretAccessKey: "hunter2", sessionToken: nil))
        let temporary = variables.merging(["AWS_SESSION_TOKEN": "token"]) { $1 }
        #expect(try S3Credentials.load(settings, environment: temporary).sessionToken == "token")
    }

    @Test func readsTheDefaultProfileOfAFile() throws {
        let file = try CredentialsFixture(
            """
            # aws_access_key_id = no
            [other]
            aws_access_key_id = other
            [default]
            aws_access_key_id=id
            aws_secret_access_key =  a/b+c==
            [third]
            aws_secret_access_key = third
            """)
        let expected = S3Credentials(accessKeyID: "id", secretAccessKey: "a/b+c==", sessionToken: nil)
        var settings = S3Settings()
        let environment = ["AWS_SHARED_CREDENTIALS_FILE": file.path, "AWS_ACCESS_KEY_ID": ""]
        #expect(try S3Credentials.load(settings, environment: environment) == expected)
        settings.credentialsFile = file.path
        #expect(try S3Credentials.load(settings, environment: [:]) == expected)
    }

    @Test func refusesAFileThatEverybodyCanRead() throws {
        let file = try CredentialsFixture("[default]\naws_access_key_id=a\naws_secret_access_key=b", mode: 0o644)
        var settings = S3Settings()
        settings.credentialsFile = file.path
        let error = #expect(throws: ConfigurationError.self) { try S3Credentials.load(settings, environment: [:]) }
        #expect(error?.description.contains("chmod 0600") == true)
    }

    @Test func saysWhatIsMissing() throws {
        let none = #expect(throws: ConfigurationError.self) { try S3Credentials.load(S3Settings(), environment: [:]) }
        #expect(none?.description.contains("set AWS_ACCESS_KEY_ID") == true)
        let half = #expect(throws: ConfigurationError.self) {
            try S3Credentials.load(S3Settings(), environment: ["AWS_ACCESS_KEY_ID": "id"])
        }
        #expect(half?.description.contains("only one") == true)
        var settings = S3Settings()
        let file = try CredentialsFixture("[default]\naws_access_key_id = x\n")
        settings.credentialsFile = file.path
        let lacking = #expect(throws: ConfigurationError.self) { try S3Credentials.load(settings, environment: [:]) }
        #expect(lacking?.description.contains("lacks") == true)
    }

    @Test func secretIsNeverShown() throws {
        let credentials = try S3Credentials.load(S3Settings(), environment: variables)
        var dumped = ""
        dump(credentials, to: &dumped)
        #expect(!"\(credentials) \(String(reflecting: credentials)) \(dumped)".contains("hunter2"))
    }
}

/// A file with a mode, gone after the test.
private final class CredentialsFixture {
    let path: String

    init(_ text: String, mode: Int = 0o600) throws {
        path = FileManager.default.temporaryDirectory.path + "/cloister-credentials-\(UUID().uuidString)"
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
