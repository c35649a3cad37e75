// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

import CPlatform
import Isolation

/// Runs a classic BPF program on a `seccomp_data`, as the kernel does.
struct FilterInterpreter {
    struct Call {
        var number: UInt32
        var architecture: UInt32 = 0xc000_003e
        var arguments: [UInt64] = []

        /// The 64 bytes that a filter sees.
        var words: [UInt32] {
            var words = [number, architecture, 0, 0]
            for index in 0..<6 {
                let argument = arguments.indices.contains(index) ? arguments[index] : 0
                words += [UInt32(truncatingIfNeeded: argument), UInt32(truncatingIfNeeded: argument >> 32)]
            }
            return words
        }
    }

    let program: [cloister_instruction]

    /// The action, or `nil` for a program that no kernel would load.
    func run(_ call: Call) -> UInt32? {
        let words = call.words
        var accumulator: UInt32 = 0
        var position = 0
        while program.indices.contains(position) {
            let instruction = program[position]
            position += 1
            switch instruction.code {
            case 0x20:
                guard instruction.constant % 4 == 0, words.indices.contains(Int(instruction.constant / 4)) else {
                    return nil
                }
                accumulator = words[Int(instruction.constant / 4)]
            case 0x54: accumulator &= instruction.constant
            case 0x05: position += Int(instruction.constant)
            case 0x15: position += jump(instruction, accumulator == instruction.constant)
            case 0x25: position += jump(instruction, accumulator > instruction.constant)
            case 0x35: position += jump(instruction, accumulator >= instruction.constant)
            case 0x06: return instruction.constant
            default: return nil
            }
        }
        return nil
    }

    private func jump(_ instruction: cloister_instruction, _ taken: Bool) -> Int {
        Int(taken ? instruction.jump_true : instruction.jump_false)
    }
}

/// Both filters of a session: the more restrictive action wins, and of two errnos the one loaded last.
struct FilterPair {
    static let allow: UInt32 = 0x7fff_0000
    static let killProcess: UInt32 = 0x8000_0000

    let first: FilterInterpreter
    let second: FilterInterpreter

    init() throws {
        let filters = try SessionFilters()
        first = FilterInterpreter(program: filters.allowed.instructions)
        second = FilterInterpreter(program: filters.refused.instructions)
    }

    enum Verdict: Equatable {
        case allowed
        case errno(Int32)
        case killed
        case invalid
    }

    func verdict(_ call: FilterInterpreter.Call) -> Verdict {
        guard let one = first.run(call), let other = second.run(call) else { return .invalid }
        if one == Self.killProcess || other == Self.killProcess { return .killed }
        for action in [other, one] where action & 0xffff_0000 == 0x0005_0000 {
            return .errno(Int32(action & 0xffff))
        }
        return one == Self.allow && other == Self.allow ? .allowed : .invalid
    }
}
