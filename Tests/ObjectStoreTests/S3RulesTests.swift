// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Foundation
import ObjectStore
import Testing

/// The S3 store's pure parts: addresses, credentials files, what answers mean, names of downloads.
@Suite struct S3RulesTests {
    @Test func addresses() throws {
        let path = try S3Endpoint(S3Configuration(bucket: "my-bucket", endpoint: "http://[::1]:7480/"))
        #expect(path.url(path: path.path(try ObjectKey("a b"))) == "http://[::1]:7480/my-bucket/a%20b")
        let aws = try S3Endpoint(S3Configuration(bucket: "my-bucket", region: "eu-central-1"))
        #expect(aws.url(path: aws.path(nil)) == "https://my-bucket.s3.eu-central-1.amazonaws.com/")
        let port = try S3Endpoint(S3Configuration(bucket: "bbb", endpoint: "https://Host:443", addressing: .path))
        #expect(port.host == "host")
    }

    @Test(arguments: ["", "host", "ftp://host", "http://", "http://a/b", "http://u@h", "http://h?x", "https://a b"])
    func wrongEndpointsAreRefused(_ endpoint: String) {
        let error = #expect(throws: ObjectStoreError.self) {
            try S3Endpoint(S3Configuration(bucket: "bucket", endpoint: endpoint))
        }
        #expect(error?.code == .configuration)
    }

    @Test(arguments: ["", "ab", "a/b", "-abc", "a b c", String(repeating: "a", count: 64)])
    func wrongBucketsAreRefused(_ bucket: String) {
        #expect(throws: ObjectStoreError.self) { try S3Endpoint(S3Configuration(bucket: bucket)) }
    }

    @Test func credentialsFiles() throws {
        let text = """
            # comment
            [other]
            aws_access_key_id = wrong
            [default]
              aws_access_key_id=KEY
            aws_secret_access_key = a=b/c+
            aws_session_token =
            """
        let plain = try S3CredentialFile.parse(text, profile: "default", path: "f")
        #expect(plain == S3Credentials(accessKeyID: "KEY", secretAccessKey: "a=b/c+"))
        let error = #expect(throws: ObjectStoreError.self) {
            try S3CredentialFile.parse(text, profile: "other", path: "f")
        }
        #expect(error?.description.contains("a=b/c+") == false)
    }

    @Test(arguments: [
        (503, "SlowDown", S3Failure.Reaction.retry), (500, "InternalError", .retry), (429, "", .retry),
        (409, "ConditionalRequestConflict", .retry), (400, "RequestTimeout", .retry),
        (403, "RequestTimeTooSkewed", .correctClock), (400, "ExpiredToken", .renewCredentials),
        (403, "InvalidAccessKeyId", .renewCredentials), (403, "SignatureDoesNotMatch", .giveUp),
        (400, "XAmzContentSHA256Mismatch", .giveUp), (404, "NoSuchBucket", .giveUp), (301, "", .giveUp),
    ])
    func whatAnswersMean(_ status: Int, _ code: String, _ reaction: S3Failure.Reaction) {
        let failure = S3Failure(status: status, headers: [], body: "<Error><Code>\(code)</Code></Error>")
        #expect(failure.reaction == reaction)
    }

    @Test func errorsNameTheWayOut() {
        let moved = S3Failure(status: 301, headers: [("X-Amz-Bucket-Region", "eu-west-3")], body: "")
        #expect(moved.explained("store k", at: "s3://b").remedy.contains("eu-west-3"))
        let body = "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>a &lt;b&gt; &amp;lt;</Message>"
        let denied = S3Failure(status: 403, headers: [], body: body).explained("store k", at: "s3://b")
        #expect(denied.code == .accessDenied)
        #expect(denied.cause == "HTTP 403: AccessDenied: a <b> &lt;")
        #expect(denied.transient)
        let mismatch = S3Failure(status: 400, headers: [], body: "<Code>XAmzContentSHA256Mismatch</Code>")
        #expect(mismatch.explained("store k", at: "s3://b").code == .integrity)
        #expect(!mismatch.explained("store k", at: "s3://b").transient)
    }

    @Test func pausesGrowAndAreSpread() {
        let policy = RetryPolicy(attempts: 5, baseMilliseconds: 100, capMilliseconds: 1_000)
        for (attempt, ceiling) in [(1, 100), (2, 200), (4, 800), (5, 1_000), (1_000_000, 1_000)] {
            let pauses = (0..<200).map { _ in policy.delay(afterAttempt: attempt) }
            #expect(pauses.allSatisfy { $0 >= .zero && $0 <= .milliseconds(ceiling) })
            #expect(Set(pauses).count > 20)
        }
    }

    @Test(arguments: [
        ("plot.png", "attachment; filename=\"plot.png\"; filename*=UTF-8''plot.png"),
        ("é\".csv", "attachment; filename=\"__.csv\"; filename*=UTF-8''%C3%A9_.csv"),
        (
            "a\r\nx-amz-acl: public",
            "attachment; filename=\"a__x-amz-acl_ public\"; filename*=UTF-8''a__x-amz-acl_%20public"
        ),
        ("", "attachment; filename=\"download\"; filename*=UTF-8''download"),
        ("gpj.\u{202E}exe", "attachment; filename=\"gpj._exe\"; filename*=UTF-8''gpj._exe"),
    ])
    func downloadNamesAreHarmless(_ name: String, _ disposition: String) {
        #expect(ContentDisposition.attachment(fileName: name) == disposition)
    }
}
