// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import Logging

/// Writes each log event as one JSON object on one line.
///
/// Members: `time` (RFC 3339, UTC, milliseconds), `level`, `source` (module), `message`, and where there are any
/// `error` and `metadata` (an object). A line has at most 4,096 bytes, which a pipe keeps together among several
/// writers; what does not fit is left out and `truncated` is true. Text of untrusted programs can neither end a line
/// nor reach a terminal unescaped.
package struct JSONLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let output: LogOutput

    /// `descriptor` is written to but never closed.
    package init(
        level: Logger.Level = .info,
        descriptor: Int32 = 2,
        metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.logLevel = level
        self.metadataProvider = metadataProvider
        self.output = LogOutput(descriptor: descriptor)
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = LogLine()
        line.add("time", RFC3339.text(milliseconds: RFC3339.now()))
        line.add("level", event.level.rawValue)
        line.add("source", event.source)
        line.add("message", event.message.description, limit: LogLine.messageLimit)
        if let error = event.error { line.add("error", String(describing: error)) }
        line.add(metadata: merged(with: event.metadata))
        output.write(line.finished())
    }

    /// What the call says wins over what the provider says, and that over the logger's own.
    private func merged(with explicit: Logger.Metadata?) -> Logger.Metadata {
        var merged = metadata
        if let provided = metadataProvider?.get() { merged.merge(provided) { $1 } }
        if let explicit { merged.merge(explicit) { $1 } }
        return merged
    }
}
