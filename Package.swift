// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import PackageDescription

/// Every module: warnings are errors, imports are internal unless they leak into the interface.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Modules of the privileged spawner: the implicit imports would load libdispatch.
let bare: [SwiftSetting] =
    strict + [
        .unsafeFlags([
            "-Xfrontend", "-disable-implicit-concurrency-module-import",
            "-Xfrontend", "-disable-implicit-string-processing-module-import",
        ])
    ]

let cWarnings: [CSetting] = [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]

let package = Package(
    name: "cloister",
    products: [
        .executable(name: "cloisterd", targets: ["cloisterd"]),
        .executable(name: "cloister", targets: ["cloister"]),
        .executable(name: "cloister-spawner", targets: ["cloister-spawner"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // The privileged side.
        .target(name: "CPlatform", cSettings: cWarnings),
        .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
        .target(name: "Platform", dependencies: ["CPlatform"], swiftSettings: bare),
        .target(name: "SpawnerProtocol", dependencies: ["Platform"], swiftSettings: bare),
        .target(name: "Isolation", dependencies: ["Platform", "CPlatform", "CSeccomp"], swiftSettings: bare),
        .target(
            name: "Spawner",
            dependencies: ["Isolation", "SpawnerProtocol", "Platform", "CPlatform"],
            swiftSettings: bare
        ),
        .executableTarget(name: "cloister-spawner", dependencies: ["Spawner", "Platform"], swiftSettings: bare),

        // The daemon's side.
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CloisterAPI", swiftSettings: strict),
        .target(name: "Blocking", swiftSettings: strict),
        .target(name: "Driver", dependencies: ["Platform"], swiftSettings: strict),
        .target(
            name: "ObjectStore",
            dependencies: [
                "COpenSSL", "Blocking", "Platform", "CPlatform",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "StateStore",
            dependencies: [.product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict
        ),
        .target(
            name: "Artifacts",
            dependencies: [
                "ObjectStore", "StateStore", "Blocking", "Platform", "CPlatform",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Supervisor",
            dependencies: [
                "CloisterAPI", "Driver", "SpawnerProtocol", "Artifacts", "ObjectStore", "StateStore", "Blocking",
                "Telemetry", "Platform", "CPlatform",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Telemetry", dependencies: [.product(name: "Logging", package: "swift-log")], swiftSettings: strict),
        .target(
            name: "CloisterConfiguration",
            dependencies: [.product(name: "TOMLKit", package: "TOMLKit")],
            swiftSettings: strict
        ),
        .target(
            name: "Server",
            dependencies: [
                "CloisterAPI", "Platform", "CPlatform", "COpenSSL",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "cloisterd",
            dependencies: [
                "Server", "Supervisor", "Artifacts", "ObjectStore", "StateStore", "Telemetry", "CloisterConfiguration",
                "Blocking", "Platform", "CloisterAPI",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),

        // The command-line client.
        .target(
            name: "CloisterClient",
            dependencies: [
                "CloisterAPI",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Commands",
            dependencies: [
                "CloisterClient", "CloisterAPI",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(name: "cloister", dependencies: ["Commands"], swiftSettings: strict),

        .testTarget(name: "SpawnerProtocolTests", dependencies: ["SpawnerProtocol"], swiftSettings: strict),
        .testTarget(name: "SpawnerTests", dependencies: ["Spawner", "SpawnerProtocol"], swiftSettings: strict),
        .testTarget(
            name: "IsolationTests", dependencies: ["Isolation", "Platform", "CPlatform"], swiftSettings: strict),
        .testTarget(
            name: "ObjectStoreTests",
            dependencies: [
                "ObjectStore", "Blocking", "Platform",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            exclude: ["Vectors"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ArtifactsTests",
            dependencies: [
                "Artifacts", "ObjectStore", "StateStore", "Blocking", "Platform", "CPlatform",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "BlockingTests",
            dependencies: ["Blocking"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "StateStoreTests",
            dependencies: ["StateStore", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict
        ),
        .testTarget(name: "DriverTests", dependencies: ["Driver"], swiftSettings: strict),
        // Stands for a daemon that is killed; started by SupervisorTests.
        .executableTarget(
            name: "OutputCrashReader",
            dependencies: ["Supervisor", "CloisterAPI", "Platform"],
            path: "Tests/OutputCrashReader",
            swiftSettings: strict
        ),
        .testTarget(
            name: "SupervisorTests",
            dependencies: [
                "Supervisor", "Artifacts", "ObjectStore", "StateStore", "Driver", "SpawnerProtocol", "CloisterAPI",
                "Blocking", "Platform", "CPlatform", "OutputCrashReader",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CloisterConfigurationTests",
            dependencies: ["CloisterConfiguration"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TelemetryTests",
            dependencies: ["Telemetry", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strict
        ),
        .testTarget(name: "CloisterAPITests", dependencies: ["CloisterAPI"], swiftSettings: strict),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Server", "CloisterAPI", "CloisterClient", "Platform",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CommandsTests",
            dependencies: [
                "Commands", "CloisterAPI", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
