// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

package import CloisterAPI

/// What is said after an execution, beyond its output.
package struct ExecutionReport {
    private let execution: Execution
    private let shown: [OutputStream: Int64]

    /// `shown`: bytes of its output that have been shown already.
    package init(_ execution: Execution, shown: [OutputStream: Int64] = [:]) {
        self.execution = execution
        self.shown = shown
    }

    package var exitCode: Int32 {
        switch self.execution.status {
        case .ok: 0
        case .error: 1
        case .timeout: 124
        case .interrupted: 130
        case .lost, nil: 137
        case .exit: Int32(truncatingIfNeeded: self.execution.exitCode ?? 0) & 0xFF
        }
    }

    /// Value to standard output, everything else to standard error.
    func print() {
        if let value = self.value { Console.standardOutput.write(value + "\n") }
        for line in self.remarks { Console.standardError.write(line + "\n") }
    }

    private var value: String? {
        guard let value = self.execution.value, !value.isEmpty else { return nil }
        if let text = value["text/plain"] { return text }
        return "<\(value.keys.sorted().joined(separator: ", "))>"
    }

    private var remarks: [String] {
        var lines = [self.interlude].compactMap { $0 }
        if let error = self.execution.error {
            lines.append(error.traceback.isEmpty ? "\(error.type): \(error.message)" : error.traceback.trimmed)
        }
        lines += [self.loss(self.execution.stdout, .stdout), self.loss(self.execution.stderr, .stderr)].compactMap {
            $0
        }
        lines += self.execution.artifacts.map(Self.describe)
        return lines + [self.verdict].compactMap { $0 }
    }

    private func loss(_ output: OutputCapture, _ stream: OutputStream) -> String? {
        let missing = output.bytes - self.shown[stream, default: 0]
        guard missing > 0 else { return nil }
        return "cloister: \(Text.bytes(missing)) of \(stream.rawValue) are beyond what is kept."
    }

    private static func describe(_ artifact: Artifact) -> String {
        let path = Text.printable(artifact.path)
        guard let sha256 = artifact.sha256 else {
            return "cloister: skipped artifact \(path): \(Text.printable(artifact.reason ?? "unknown reason"))"
        }
        return "cloister: artifact \(path), \(Text.bytes(artifact.size)), sha256 \(sha256)"
    }

    private var verdict: String? {
        guard let verdict = self.execution.verdict, let cause = Self.describe(verdict) else { return nil }
        let limit = verdict.limit.map { " (limit: \($0.name) \(Self.number($0.value)))" } ?? ""
        let variables =
            switch verdict.state {
            case .preserved: "variables are preserved"
            case .rolledBack: "variables are as \(self.former)"
            case .lost: "variables are lost, the workspace is kept"
            }
        return "cloister: \(cause)\(limit); \(variables)."
    }

    /// The state that was gone back to.
    private var former: String {
        guard let checkpoint = self.execution.checkpoint, checkpoint.reason != nil, let id = checkpoint.executionID
        else {
            return "before this execution"
        }
        return "after execution \(id)"
    }

    private var interlude: String? {
        guard let interlude = self.execution.interlude else { return nil }
        let lost = interlude.state == .rolledBack ? "set back to an earlier state" : "lost"
        return "cloister: the interpreter ended since the execution before; its variables were \(lost)."
    }

    /// `nil` for what the output has told already.
    private static func describe(_ verdict: Verdict) -> String? {
        switch verdict.cause {
        case .ok: nil
        case .error: verdict.limit == nil ? nil : "a limit was hit"
        case .interrupted: "interrupted"
        case .timeout: "the time limit ended it"
        case .oom: "it ran out of memory"
        case .crashed: "the interpreter crashed\(verdict.exit?.signal.map { " (signal \($0))" } ?? "")"
        case .exited: verdict.state == .preserved ? nil : "the interpreter exited\(Self.code(verdict.exit))"
        case .pids: "it ran out of processes"
        case .diskFull: "its disk is full"
        case .outputLimit: "it wrote too much output"
        case .protocolError: "the interpreter sent nonsense and was ended"
        case .killed: "it was killed"
        case .hostRestart: "the host was restarted"
        }
    }

    private static func code(_ exit: ProcessExit?) -> String {
        exit?.code.map { " with code \($0)" } ?? ""
    }

    private static func number(_ value: Double) -> String {
        Int64(exactly: value).map { String($0) } ?? Text.decimal(value)
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }
}
