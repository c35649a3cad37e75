// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CloisterAPI
import Driver

extension SessionManager {
    /// For the driver to find an answer.
    private static let milliseconds: UInt32 = 1_000
    private static let mostMatches: UInt32 = 500

    package func variables(of session: SessionID, page: PageQuery, waitSeconds: Int64) async throws -> VariablePage {
        let request = InspectionRequest(
            .list, page.cursor ?? "", limit: UInt32(clamping: page.limit), milliseconds: Self.milliseconds)
        let claim = try await find(session).inspect(request, waiting: waitSeconds)
        let next = claim.hasMore || claim.isCut ? claim.variables.last?.name : nil
        return VariablePage(
            variables: claim.variables.map { Variable($0) }, total: Int(clamping: claim.total ?? 0),
            truncated: claim.isCut, nextCursor: next)
    }

    package func variable(_ name: String, in session: SessionID, waitSeconds: Int64) async throws -> VariableDetail {
        let request = InspectionRequest(.one, name, milliseconds: Self.milliseconds)
        let claim = try await find(session).inspect(request, waiting: waitSeconds)
        guard var variable = claim.variables.first else {
            guard claim.isFound else { throw CloisterError.variableNotFound(name) }
            throw CloisterError.internalError(NoAnswer())
        }
        variable.name = name
        return VariableDetail(variable, isTruncated: claim.isCut)
    }

    package func complete(
        _ request: CodePosition, in session: SessionID, waitSeconds: Int64
    ) async throws -> Completions {
        let cursor = request.cursor ?? UInt32(clamping: request.code.unicodeScalars.count)
        let question = InspectionRequest(
            .complete, request.code, cursor: cursor, limit: Self.mostMatches, milliseconds: Self.milliseconds)
        let claim = try await find(session).inspect(question, waiting: waitSeconds)
        return Completions(
            matches: claim.matches.map { .init(text: $0.text, type: $0.type) }, start: Int(claim.start ?? cursor),
            end: Int(claim.end ?? cursor), truncated: claim.isCut)
    }

    package func inspect(
        _ request: CodePosition, in session: SessionID, waitSeconds: Int64
    ) async throws -> Explanation {
        let cursor = request.cursor ?? UInt32(clamping: request.code.unicodeScalars.count)
        let question = InspectionRequest(
            request.detail == 1 ? .inspectSource : .inspect, request.code, cursor: cursor,
            milliseconds: Self.milliseconds)
        let claim = try await find(session).inspect(question, waiting: waitSeconds)
        let data = claim.mimeEntries.reduce(into: [:]) { $0[$1.type] = $1.text }
        return Explanation(found: !data.isEmpty, data: data)
    }

    /// A driver that leaves out what it found.
    private struct NoAnswer: Error {}
}

extension CloisterError {
    fileprivate static func variableNotFound(_ name: String) -> CloisterError {
        CloisterError(
            .variableNotFound, "There is no variable \(name.prefix(100)).",
            remedy: "List the variables with GET /v1/sessions/{id}/variables.")
    }
}

extension Variable {
    fileprivate init(_ claim: InspectionClaim.Variable) {
        self.init(
            name: claim.name, kind: VariableKind(claim.kind), type: claim.type,
            length: claim.length.map { Int64(clamping: $0) },
            shape: claim.shape?.map { Int64(clamping: $0) }, dtype: claim.dtype,
            bytes: claim.bytes.map { Int64(clamping: $0) }, preview: claim.preview,
            previewTruncated: claim.isPreviewCut)
    }
}

extension VariableKind {
    fileprivate init(_ kind: InspectionClaim.Variable.Kind) {
        self =
            switch kind {
            case .variable: .variable
            case .function: .function
            case .class: .class
            case .module: .module
            }
    }
}

extension VariableDetail {
    fileprivate init(_ claim: InspectionClaim.Variable, isTruncated: Bool) {
        let details = claim.details
        self.init(Variable(claim))
        columns = details.columns.map { Column(name: $0.text, dtype: $0.type) }
        items = details.items.map { Item(key: $0.name.isEmpty ? nil : $0.name, type: $0.type, preview: $0.preview) }
        head = details.head
        signature = details.signature
        documentation = details.documentation
        source = details.source
        version = details.version
        file = details.file
        truncated = isTruncated
    }
}
