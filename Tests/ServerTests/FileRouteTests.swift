// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@Suite struct FileRouteTests {
    @Test(arguments: Driver.allCases) func uploadsDownloadsListsDeletes(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let files = "/v1/sessions/\(try await harness.makeSession())/files"
            let octets: HTTPFields = [.contentType: "application/octet-stream"]
            let put = try await harness.send(.put, "\(files)/data/in%20put.csv", "a,b\n", headers: octets)
            #expect(put.status == .created)
            #expect(try put.decode(FileEntry.self).path == "data/in put.csv")
            #expect(try await harness.send(.put, "\(files)/data/in%20put.csv", "c", headers: octets).status == .ok)

            let got = try await harness.send(.get, "\(files)/data/in%20put.csv")
            #expect(got.text == "c" && got.headers[.contentType] == "application/octet-stream")
            #expect(got.headers[.contentDisposition] == #"attachment; filename="in put.csv""#)
            #expect(got.headers[.init("X-Content-Type-Options") ?? .date] == "nosniff")

            let list = try await harness.send(.get, "\(files)?path=data").decode(FilePage.self)
            #expect(list.entries.map(\.name) == ["in put.csv"])
            #expect(try await harness.send(.delete, "\(files)/data/in%20put.csv").status == .noContent)
            let gone = try await harness.send(.get, "\(files)/data/in%20put.csv")
            #expect(gone.status == .notFound)
            #expect(try gone.errorCode() == "file_not_found")
        }
    }

    @Test(arguments: Driver.allCases) func uploadsNothing(_ driver: Driver) async throws {
        try await Harness.run(driver) { harness in
            let files = "/v1/sessions/\(try await harness.makeSession())/files"
            #expect(try await harness.send(.put, "\(files)/empty").status == .created)
            #expect(try await harness.send(.get, "\(files)/empty").body.readableBytes == 0)
        }
    }

    @Test(arguments: [
        ("bytes=0-1", "01", "bytes 0-1/10"), ("bytes=7-", "789", "bytes 7-9/10"), ("bytes=-3", "789", "bytes 7-9/10"),
        ("bytes=5-100", "56789", "bytes 5-9/10"), ("bytes=-100", "0123456789", "bytes 0-9/10"),
    ])
    func answersRanges(_ range: String, _ text: String, _ header: String) async throws {
        for driver in Driver.allCases {
            try await Harness.run(driver) { harness in
                let file = "/v1/sessions/\(try await harness.makeSession())/files/f"
                _ = try await harness.send(.put, file, "0123456789")
                let response = try await harness.send(.get, file, headers: [.range: range])
                #expect(response.status == .partialContent)
                #expect(response.text == text && response.headers[.contentRange] == header)
            }
        }
    }

    @Test(arguments: ["bytes=x-1", "lines=1-2", "bytes=0-1,3-4", "bytes=5-2", "bytes=", "bytes=-", "bytes=-1-2"])
    func ignoresOtherRanges(_ range: String) async throws {
        try await Harness.run(.router) { harness in
            let file = "/v1/sessions/\(try await harness.makeSession())/files/f"
            _ = try await harness.send(.put, file, "0123456789")
            #expect(try await harness.send(.get, file, headers: [.range: range]).status == .ok)
        }
    }

    @Test(arguments: ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=9223372036854775807-"])
    func refusesRangesOutside(_ range: String) async throws {
        try await Harness.run(.router) { harness in
            let file = "/v1/sessions/\(try await harness.makeSession())/files/f"
            _ = try await harness.send(.put, file, "0123456789")
            let response = try await harness.send(.get, file, headers: [.range: range])
            #expect(response.status == .rangeNotSatisfiable)
            #expect(try response.errorCode() == "range_not_satisfiable")
        }
    }

    @Test(arguments: [
        "..", "a/../b", "a//b", "/etc/passwd", "%2Fetc", "a/%2e%2e/b", "a%00b", "%zz", ".", "a/", "%2e",
    ])
    func refusesPaths(_ path: String) async throws {
        for driver in Driver.allCases {
            try await Harness.run(driver) { harness in
                let files = "/v1/sessions/\(try await harness.makeSession())/files"
                let response = try await harness.send(.put, "\(files)/\(path)", "x")
                #expect(response.status == .badRequest, "\(path)")
                #expect(try response.errorCode() == "invalid_request")
                #expect(harness.service.state.files.isEmpty)
            }
        }
    }

    @Test func takesNamesThatAreNotUTF8() async throws {
        try await Harness.run(.router) { harness in
            let files = "/v1/sessions/\(try await harness.makeSession())/files"
            let put = try await harness.send(.put, "\(files)/a%FFb", "x")
            #expect(try put.decode(FileEntry.self).path == "a%FFb")
            #expect(harness.service.state.files.keys.map(\.bytes) == [[0x61, 0xFF, 0x62]])
            _ = try await harness.send(.get, "\(files)?path=a%FFb")
            #expect(harness.service.state.listed.map(\.bytes) == [[0x61, 0xFF, 0x62]])
            #expect(try await harness.send(.get, "\(files)?path=../x").status == .badRequest)
        }
    }
}
