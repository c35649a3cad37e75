// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CloisterAPI
import HTTPTypes
package import Hummingbird

/// The routes of the API over a service.
package struct APIRouter: Sendable {
    private let service: any SessionService
    private let defaultTimeoutSeconds: Double

    package init(
        service: any SessionService,
        defaultTimeoutSeconds: Double = ExecuteRequest.defaultTimeoutSeconds
    ) {
        self.service = service
        self.defaultTimeoutSeconds = defaultTimeoutSeconds
    }

    /// Every route as `METHOD /path/{parameter}`.
    package var routes: [String] {
        self.router().routes.map { "\($0.method.rawValue) \($0.path.description.replacing("/**", with: "/{path}"))" }
    }

    package func buildResponder() -> RouterResponder<ServerContext> {
        let router = self.router()
        Self.refuseOtherMethods(on: router)
        return router.buildResponder()
    }

    private func router() -> Router<ServerContext> {
        let router = Router(context: ServerContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: AccessLog())
        router.add(middleware: ErrorMapping())
        let idempotency = Idempotency(service: self.service)
        SessionRoutes(service: self.service, idempotency: idempotency).add(to: router)
        ExecutionRoutes(
            service: self.service, idempotency: idempotency, defaultTimeoutSeconds: self.defaultTimeoutSeconds
        ).add(to: router)
        CheckpointRoutes(service: self.service, idempotency: idempotency).add(to: router)
        CommandRoutes(
            service: self.service, idempotency: idempotency, defaultTimeoutSeconds: self.defaultTimeoutSeconds
        ).add(to: router)
        InspectionRoutes(service: self.service).add(to: router)
        FileRoutes(service: self.service, idempotency: idempotency).add(to: router)
        ArtifactRoutes(service: self.service).add(to: router)
        SystemRoutes(service: self.service).add(to: router)
        return router
    }

    /// Answers 405 with `Allow` where the path exists and the method does not.
    private static func refuseOtherMethods(on router: Router<ServerContext>) {
        for (path, routes) in Dictionary(grouping: router.routes, by: \.path.description) {
            let served = Set(routes.map(\.method))
            let allowed = served.contains(.get) ? served.union([.head]) : served
            let allow = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            for method in Self.methods.subtracting(allowed) {
                router.on(RouterPath(path), method: method) { _, _ -> Response in
                    throw MethodNotAllowed(allow: allow)
                }
            }
        }
    }

    /// Those of RFC 9110 and later ones; what is none of them finds nothing.
    private static let methods: Set<HTTPRequest.Method> = Set(
        [.get, .head, .post, .put, .delete, .patch, .options, .trace, .connect, HTTPRequest.Method("QUERY")]
            .compactMap { $0 }
    )
}

/// The path exists, but not for this method.
struct MethodNotAllowed: Error {
    /// The methods there are, for the `Allow` header.
    var allow: String
}
