// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CloisterAPI
import Driver
import FoundationEssentials

extension ExecutionClaim {
    /// MIME types to text, the way callers get a value: binary types, and text that is none, in base64.
    var valueByType: [String: String]? {
        var entries: [String: String] = [:]
        for entry in mimeEntries { entries[entry.type] = entry.text }
        if let value { entries["text/plain"] = value }
        return entries.isEmpty ? nil : entries
    }

    var valueMetadata: [String: JSONValue]? {
        metadata.map { JSONValue.object($0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    var executionError: ExecutionError? {
        failure.map { failure in
            ExecutionError(
                type: failure.type, message: failure.message, traceback: failure.traceback,
                frames: failure.frames.map {
                    TracebackFrame(file: $0.file, line: Int($0.line), function: $0.function, source: $0.source)
                })
        }
    }
}

extension ExecutionClaim.MIMEEntry {
    var text: String {
        if isTextual, let text = String(validating: data, as: UTF8.self) { return text }
        return Data(data).base64EncodedString()
    }

    private var isTextual: Bool {
        let name = type.prefix { $0 != ";" }.lowercased()
        return name.hasPrefix("text/") || name.hasSuffix("+xml") || name.hasSuffix("+json")
            || ["application/json", "application/javascript", "application/xml"].contains(name)
    }
}
