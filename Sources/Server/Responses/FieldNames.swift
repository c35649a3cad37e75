// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import HTTPTypes

extension HTTPField.Name {
    static let requestID = Self.named(RequestID.headerName)
    static let idempotencyKey = Self.named("Idempotency-Key")
    static let contentTypeOptions = Self.named("X-Content-Type-Options")

    private static func named(_ name: String) -> Self {
        guard let name = Self(name) else { preconditionFailure("not the name of a header field: \(name)") }
        return name
    }
}
