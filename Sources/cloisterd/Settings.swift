// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import Artifacts
import CloisterAPI
import CloisterConfiguration
import Logging
import ObjectStore
import Supervisor

/// From the words of the configuration to those of the modules.
extension SupervisorSettings {
    init(_ configuration: Configuration) {
        let sessions = configuration.sessions
        self.init(
            node: configuration.daemon.node, sessionDefault: SessionLimits(sessions.limits),
            sessionMaximum: SessionLimits(sessions.maximum)
        )
        self.instance = configuration.daemon.instance
        self.version = CloisterVersion.current
        self.defaultImage = sessions.defaultImage
        self.maximumSessions = Int(clamping: sessions.maxSessions)
        self.maximumTimeoutSeconds = Double(sessions.maxTimeoutSeconds)
        self.graceSeconds = Double(sessions.interruptGraceSeconds)
        self.pool = PoolPlan(configuration)
        self.output = OutputLimits(
            headBytes: Int(clamping: configuration.output.headBytes),
            tailBytes: Int(clamping: configuration.output.tailBytes), logBytes: configuration.output.capBytes
        )
        self.redirectsArtifacts = configuration.objectStore.kind == .s3 && configuration.objectStore.s3.redirect
        self.redirectSeconds = Int(clamping: configuration.objectStore.s3.presignSeconds)
    }
}

extension PoolPlan {
    fileprivate init(_ configuration: Configuration) {
        let pool = configuration.pool
        self.init(images: pool.images ?? [configuration.sessions.defaultImage])
        self.zygote = pool.zygote
        self.ready = Int(clamping: pool.ready)
        self.readyBytes = pool.readyMemoryBytes
        self.holders = UInt32(clamping: pool.holders)
    }
}

extension SessionLimits {
    fileprivate init(_ limits: LimitSettings) {
        self.init(
            memoryBytes: limits.memoryBytes, cpus: limits.cpus, pids: Int(clamping: limits.pids),
            workspaceBytes: limits.workspaceBytes, tmpBytes: limits.tmpBytes
        )
    }
}

extension ArtifactLimits {
    init(_ settings: ArtifactSettings) {
        self.init()
        self.executionFiles = Int(clamping: settings.maxFiles)
        self.fileBytes = settings.maxFileBytes
        self.executionBytes = settings.maxExecutionBytes
        self.spoolBytes = settings.spoolBytes
    }
}

extension S3Configuration {
    init(_ settings: S3Settings) throws {
        // The configuration has refused a missing bucket already.
        guard let bucket = settings.bucket else { throw StartError.noBucket }
        self.init(
            bucket: bucket, region: settings.region, endpoint: settings.endpoint,
            addressing: settings.pathStyle ? .path : .virtualHost, certificateAuthorityFile: settings.caFile,
            credentials: S3CredentialSource(settings.credentialsPlace(environment: ProcessEnvironment.variables))
        )
    }
}

extension S3CredentialSource {
    fileprivate init(_ place: CredentialsPlace) {
        switch place {
        case .environment: self = .environment
        case .file(let path): self = .file(path: path, profile: "default")
        }
    }
}

extension LogSettings {
    var loggerLevel: Logger.Level {
        Logger.Level(rawValue: self.level.rawValue) ?? .info
    }
}

enum StartError: Error, CustomStringConvertible {
    case noBucket

    var description: String {
        switch self {
        case .noBucket: "object_store.s3.bucket is missing. Name a bucket that exists."
        }
    }
}
