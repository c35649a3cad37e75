// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

extension SessionStateMachine {
    package enum InspectionAdmission: Sendable, Equatable {
        /// Ask the driver, then report `inspected` or `inspectionOverdue`.
        case ask
        /// What stands in the way is over in a moment, and no caller's.
        case wait
        /// An execution runs, or there is no interpreter at the moment.
        case busy
        case refuse(Refusal)
    }

    /// A question about the session's variables. Executions come first.
    package mutating func inspect() -> InspectionAdmission {
        switch phase {
        case .failed(let failure): return .refuse(.failed(failure))
        case .deleting: return .refuse(.deleting)
        case .ready where isQueueEmpty:
            phase = .inspecting
            return .ask
        case .ready, .saving, .inspecting: return .wait
        case .running(let run): return run.stage == .settling && run.loss == nil ? .wait : .busy
        case .starting, .ending, .restarting: return .busy
        }
    }

    /// The driver has answered.
    package mutating func inspected() -> [Action] {
        guard phase == .inspecting else { return [] }
        phase = .ready
        return next()
    }

    /// The driver did not answer, not even to an interrupt.
    package mutating func inspectionOverdue() -> [Action] {
        guard phase == .inspecting else { return [] }
        return incarnationEnded(Loss(trigger: .deadline))
    }
}
