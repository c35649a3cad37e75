// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Where a session's workspace lives.
package enum WorkspaceStorage: UInt32, Sendable {
    case pool = 1
    case tmpfs = 2
}

/// What a driver is told to do about code that does not end.
package enum InterruptRung: UInt32, Sendable, CaseIterable {
    /// SIGINT: KeyboardInterrupt, or the task that waits is cancelled.
    case interrupt = 0
    /// An exception that is raised again in whatever catches it.
    case force
    /// The stacks of all threads are written down.
    case dump
}

/// What a daemon may ask. Every request is one packet of `SpawnerRequest.size` bytes and no descriptor.
package struct SpawnerRequest: Equatable, Sendable {
    package enum Action: Equatable, Sendable {
        /// Makes the session and starts its first incarnation.
        case create(image: String, storage: WorkspaceStorage, limits: SessionLimits)
        /// Ends the incarnation, if one lives, and starts the next one on the same workspace.
        case renew
        /// Asks again for everything that was kept.
        case adopt
        /// Ends the session and removes its workspace.
        case destroy
        /// A signal for the driver of this incarnation.
        case interrupt(incarnation: UInt32, rung: InterruptRung)
        /// The sessions after the key (all zeros: from the first).
        case list
        case statistics
        /// From now on a zygote, or none, and so many empty sessions with these limits are kept for the image.
        case prepare(image: String, limits: SessionLimits, holders: UInt32, zygote: Bool)
        /// What is kept, image by image.
        case pools
        /// Gives the driver a socket for a checkpoint, which it is about to make.
        case keep(incarnation: UInt32, CheckpointListing)
        /// Kills the running tree; the checkpoint becomes the driver of the next incarnation, in the same namespaces.
        case rollback(checkpoint: UInt32)
        /// Ends a checkpoint; 0 ends all.
        case drop(checkpoint: UInt32)
        /// Starts a process in the running tree of this incarnation. The daemon tells itself what it becomes.
        case startCommand(incarnation: UInt32, command: UInt32)
        case signalCommand(command: UInt32, signal: CommandSignal, toGroup: Bool)
        /// Asks again for what was kept of a command.
        case adoptCommand(command: UInt32)
        /// Drops what is kept of a command that has ended.
        case forgetCommand(command: UInt32)
    }

    package static let version: UInt32 = 1
    package static let size = 160
    package static let imageWidth = 40

    package let id: UInt64
    package let key: SessionKey
    package let action: Action

    package init(id: UInt64, key: SessionKey, action: Action) {
        self.id = id
        self.key = key
        self.action = action
    }

    package func encoded() -> [UInt8] {
        var writer = LayoutWriter(capacity: Self.size)
        writer.write(Self.version)
        writer.write(code)
        writer.write(id)
        writer.write(key)
        switch action {
        case .create(let image, let storage, let limits):
            writer.write(image, width: Self.imageWidth)
            writer.write(storage.rawValue)
            writer.write(UInt32(0))
            limits.encode(to: &writer)
        case .interrupt(let incarnation, let rung):
            writer.write(incarnation)
            writer.write(rung.rawValue)
        case .prepare(let image, let limits, let holders, let zygote):
            writer.write(image, width: Self.imageWidth)
            writer.write(holders)
            writer.write(UInt32(zygote ? 1 : 0))
            limits.encode(to: &writer)
        case .keep(let incarnation, let checkpoint):
            writer.write(incarnation)
            checkpoint.encode(to: &writer)
        case .rollback(let number), .drop(let number), .adoptCommand(let number), .forgetCommand(let number):
            writer.write(number)
        case .startCommand(let incarnation, let command):
            writer.write(incarnation)
            writer.write(command)
        case .signalCommand(let command, let signal, let toGroup):
            writer.write(command)
            writer.write(signal.rawValue)
            writer.write(UInt32(toGroup ? 1 : 0))
        case .renew, .adopt, .destroy, .list, .statistics, .pools: break
        }
        writer.fill(Self.size - writer.bytes.count)
        return writer.bytes
    }

    private var code: UInt32 {
        switch action {
        case .create: 1
        case .renew: 2
        case .adopt: 3
        case .destroy: 4
        case .interrupt: 5
        case .list: 6
        case .statistics: 7
        case .prepare: 8
        case .pools: 9
        case .keep: 10
        case .rollback: 11
        case .drop: 12
        case .startCommand: 13
        case .signalCommand: 14
        case .adoptCommand: 15
        case .forgetCommand: 16
        }
    }

    /// `nil` for anything that `encoded()` does not produce: wrong size, version, code, or bytes that should be zero.
    package init?(bytes: ArraySlice<UInt8>) {
        guard bytes.count == Self.size else { return nil }
        var reader = LayoutReader(bytes)
        guard reader.read(UInt32.self) == Self.version, let code: UInt32 = reader.read(),
            let id: UInt64 = reader.read(),
            let key = reader.readKey(), let action = Self.action(code, from: &reader)
        else { return nil }
        self.init(id: id, key: key, action: action)
        guard encoded()[...] == ArraySlice(bytes) else { return nil }
    }

    private static func action(_ code: UInt32, from reader: inout LayoutReader) -> Action? {
        switch code {
        case 1:
            guard let image = reader.readText(width: imageWidth), let storage: UInt32 = reader.read(),
                let storage = WorkspaceStorage(rawValue: storage), reader.read(UInt32.self) == 0,
                let limits = SessionLimits(from: &reader)
            else { return nil }
            return .create(image: image, storage: storage, limits: limits)
        case 2: return .renew
        case 3: return .adopt
        case 4: return .destroy
        case 5:
            guard let incarnation: UInt32 = reader.read(), let rung: UInt32 = reader.read(),
                let rung = InterruptRung(rawValue: rung)
            else { return nil }
            return .interrupt(incarnation: incarnation, rung: rung)
        case 6: return .list
        case 7: return .statistics
        case 8:
            guard let image = reader.readText(width: imageWidth), let holders: UInt32 = reader.read(),
                let zygote: UInt32 = reader.read(), zygote <= 1, let limits = SessionLimits(from: &reader)
            else { return nil }
            return .prepare(image: image, limits: limits, holders: holders, zygote: zygote == 1)
        case 9: return .pools
        case 10:
            guard let incarnation: UInt32 = reader.read(), let checkpoint = CheckpointListing(from: &reader) else {
                return nil
            }
            return .keep(incarnation: incarnation, checkpoint)
        case 11: return reader.read(UInt32.self).map { .rollback(checkpoint: $0) }
        case 12: return reader.read(UInt32.self).map { .drop(checkpoint: $0) }
        default: return commandAction(code, from: &reader)
        }
    }

    private static func commandAction(_ code: UInt32, from reader: inout LayoutReader) -> Action? {
        guard let first: UInt32 = reader.read() else { return nil }
        switch code {
        case 13: return reader.read(UInt32.self).map { .startCommand(incarnation: first, command: $0) }
        case 14:
            guard let signal: UInt32 = reader.read(), let signal = CommandSignal(rawValue: signal),
                let toGroup: UInt32 = reader.read(), toGroup <= 1
            else { return nil }
            return .signalCommand(command: first, signal: signal, toGroup: toGroup == 1)
        case 15: return .adoptCommand(command: first)
        case 16: return .forgetCommand(command: first)
        default: return nil
        }
    }
}
