// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Driver

/// The parts of a notebook (nbformat 4.5) as JSON.
struct NotebookText {
    private(set) var text = JSONText()

    var bytes: [UInt8] { text.bytes }

    // MARK: The notebook

    mutating func begin(_ session: Session) throws {
        text.raw(
            """
            {"nbformat":4,"nbformat_minor":5,"metadata":{"kernelspec":{"display_name":"Python 3","language":"python",\
            "name":"python3"},"language_info":{"name":"python","file_extension":".py","mimetype":"text/x-python"},"cloister":
            """)
        text.raw(contentsOf: try WireJSON.encode(Description(session)))
        text.raw("},\"cells\":[")
    }

    mutating func end() { text.raw("\n]}\n") }

    private struct Description: Encodable {
        let id: SessionID
        let name: String
        let image: String
        let createdAt: Timestamp

        init(_ session: Session) {
            id = session.id
            name = session.name ?? ""
            image = session.image
            createdAt = session.createdAt
        }

        private enum CodingKeys: String, CodingKey {
            case id = "session_id"
            case name, image
            case createdAt = "created_at"
        }
    }

    // MARK: A cell

    mutating func beginCell(_ execution: Execution, code: String?, isFirst: Bool) throws {
        if !isFirst { text.raw(",") }
        text.raw("\n{\"cell_type\":\"code\",\"id\":")
        text.string(execution.id.description)
        text.raw(",\"execution_count\":")
        if execution.state == .queued { text.raw("null") } else { text.integer(execution.number) }
        text.raw(",\"metadata\":{\"cloister\":")
        text.raw(contentsOf: try WireJSON.encode(CellMetadata(execution)))
        text.raw("},\"source\":")
        text.string(code ?? "# The code of this execution has not been kept.")
        text.raw(",\"outputs\":[")
    }

    mutating func endCell() { text.raw("]}") }

    mutating func separate(isFirst: Bool) {
        if !isFirst { text.raw(",") }
    }

    // MARK: Outputs

    mutating func stream(_ stream: OutputStream, _ content: String) {
        text.raw("\n{\"output_type\":\"stream\",\"name\":")
        text.string(stream.rawValue)
        text.raw(",\"text\":")
        text.string(content)
        text.raw("}")
    }

    mutating func display(_ claim: DisplayClaim?) throws {
        text.raw("\n{\"output_type\":\"display_data\",\"data\":")
        var data: [String: String] = [:]
        for entry in claim?.mimeEntries ?? [] { data[entry.type] = entry.text }
        bundle(claim == nil ? ["text/plain": "<display that cannot be read>"] : data)
        try metadata(claim?.metadata.map { JSONValue.object($0) })
        text.raw("}")
    }

    mutating func value(_ execution: Execution, _ value: [String: String]) throws {
        text.raw("\n{\"output_type\":\"execute_result\",\"execution_count\":")
        text.integer(execution.number)
        text.raw(",\"data\":")
        bundle(value)
        try metadata(execution.valueMetadata)
        text.raw("}")
    }

    mutating func error(_ error: ExecutionError) throws {
        text.raw("\n{\"output_type\":\"error\",\"ename\":")
        text.string(error.type)
        text.raw(",\"evalue\":")
        text.string(error.message)
        text.raw(",\"traceback\":")
        let lines = error.traceback.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        text.raw(contentsOf: try WireJSON.encode(lines.last == "" ? Array(lines.dropLast()) : lines))
        text.raw("}")
    }

    /// JSON types hold JSON, if it is any; all others hold text.
    private mutating func bundle(_ data: [String: String]) {
        text.raw("{")
        for (index, entry) in data.sorted(by: { $0.key < $1.key }).enumerated() {
            separate(isFirst: index == 0)
            text.string(entry.key)
            text.raw(":")
            let bytes = Array(entry.value.utf8)
            if Self.isJSON(entry.key), JSONSyntax.isValid(bytes) {
                text.raw(contentsOf: bytes)
            } else {
                text.string(entry.value)
            }
        }
        text.raw("}")
    }

    private mutating func metadata(_ members: [String: JSONValue]?) throws {
        text.raw(",\"metadata\":")
        text.raw(contentsOf: try WireJSON.encode(JSONValue.object(members ?? [:])))
    }

    private static func isJSON(_ type: String) -> Bool {
        let name = type.prefix { $0 != ";" }.lowercased()
        return name == "application/json" || name.hasPrefix("application/") && name.hasSuffix("+json")
    }
}
