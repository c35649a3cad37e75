// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// `[object_store.s3]`: the bucket. Its keys are secrets and never in this file.
package struct S3Settings: Sendable, Equatable {
    /// `https://host[:port]`, or `http://…` for a service on the same host. Never nil when the kind is `s3`.
    package var endpoint: String?
    package var region = "us-east-1"
    /// Never nil when the kind is `s3`.
    package var bucket: String?
    /// The bucket in the path instead of the host's name.
    package var pathStyle = true
    /// PEM file with the certificate authorities to trust; the system's when nil.
    package var caFile: String?
    /// A file in the format of `~/.aws/credentials`, read when the environment has no keys.
    package var credentialsFile: String?
    /// How long a presigned URL is valid.
    package var presignSeconds: Int64 = 86_400
    /// Answer the request for an artifact with a presigned URL instead of its bytes.
    package var redirect = true

    package init() {}

    mutating func read(from section: Section) {
        section.read("endpoint", into: &endpoint, .endpoint)
        section.read("region", into: &region, .region)
        section.read("bucket", into: &bucket, .bucket)
        section.read("path_style", into: &pathStyle, .flag)
        section.read("ca_file", into: &caFile, .path)
        section.read("credentials_file", into: &credentialsFile, .path)
        // Seven days are the most that SigV4 allows.
        section.read("presign_seconds", into: &presignSeconds, .seconds(1...604_800))
        section.read("redirect", into: &redirect, .flag)
        section.refuseTheRest()
    }

    /// Where the keys are: the environment's own variables come first, then the file that the configuration names, then
    /// the one that the environment names.
    package func credentialsPlace(environment: [String: String]) -> CredentialsPlace {
        let isSet = { (name: String) in environment[name]?.isEmpty == false }
        if isSet("AWS_ACCESS_KEY_ID") || isSet("AWS_SECRET_ACCESS_KEY") { return .environment }
        if let credentialsFile { return .file(credentialsFile) }
        let named = "AWS_SHARED_CREDENTIALS_FILE"
        return environment[named].flatMap { isSet(named) ? .file($0) : nil } ?? .environment
    }

    func requireTarget(in section: Section) {
        section.require(
            endpoint != nil, "endpoint", "is missing, and object_store.kind is \"s3\"",
            remedy: "name the service, such as \"https://s3.eu-central-1.amazonaws.com\"")
        section.require(
            bucket != nil, "bucket", "is missing, and object_store.kind is \"s3\"",
            remedy: "name a bucket that exists")
    }
}

/// Where the object store's keys are.
package enum CredentialsPlace: Sendable, Equatable {
    /// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
    case environment
    /// The profile `default` of a file in the format of `~/.aws/credentials`.
    case file(String)
}
