// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CloisterAPI

/// What a feed is about: it has a beginning, output, and an end, which its events tell.
package protocol FeedSubject: Sendable {
    associatedtype ID: CustomStringConvertible & Sendable
    associatedtype Event: StreamedEvent
    associatedtype Content: Sendable

    static func event(_ sequence: Int64, _ content: Content) -> Event
    static func started(_ id: ID, in session: SessionID) -> Content
    static func output(_ chunk: OutputChunk) -> Content
    static func display(_ display: Display) -> Content?
    /// The last events.
    var endings: [Content] { get }
}

extension Execution: FeedSubject {
    package static func event(_ sequence: Int64, _ content: ExecutionEvent.Content) -> ExecutionEvent {
        ExecutionEvent(sequence: sequence, content: content)
    }

    package static func started(_ id: ExecutionID, in session: SessionID) -> ExecutionEvent.Content {
        .started(id, session)
    }

    package static func output(_ chunk: OutputChunk) -> ExecutionEvent.Content { .output(chunk) }
    package static func display(_ display: Display) -> ExecutionEvent.Content? { .display(display) }

    package var endings: [ExecutionEvent.Content] {
        (artifacts.isEmpty ? [] : [.artifacts(artifacts)]) + [.result(self)]
    }
}

extension Command: FeedSubject {
    package static func event(_ sequence: Int64, _ content: CommandEvent.Content) -> CommandEvent {
        CommandEvent(sequence: sequence, content: content)
    }

    package static func started(_ id: CommandID, in session: SessionID) -> CommandEvent.Content {
        .started(id, session)
    }

    package static func output(_ chunk: OutputChunk) -> CommandEvent.Content { .output(chunk) }
    /// Commands display nothing.
    package static func display(_ display: Display) -> CommandEvent.Content? { nil }
    package var endings: [CommandEvent.Content] { [.result(self)] }
}
