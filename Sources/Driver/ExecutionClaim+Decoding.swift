// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

extension ExecutionClaim {
    init(_ fields: inout FieldTable) throws(DriverProtocolError) {
        let number: UInt8 = try fields.requiredInteger(.status)
        guard let status = Status(rawValue: number) else { throw .badField(tag: FieldTag.status.rawValue) }
        let exitBits: UInt32? = try fields.integer(.exitCode)
        self.init(
            status: status,
            value: try fields.text(.value),
            failure: try Self.failure(fields),
            wallNanoseconds: try fields.integer(.wallNanoseconds),
            exitCode: exitBits.map { Int32(bitPattern: $0) },
            metadata: try fields.text(.valueMetadata)
        )
        if let number: UInt8 = try fields.integer(.interruptedBy) {
            guard let by = Interrupter(rawValue: number) else { throw .badField(tag: FieldTag.interruptedBy.rawValue) }
            interruptedBy = by
        }
        mimeEntries.reserveCapacity(fields.mimeEntries.count)
        for bytes in fields.mimeEntries { mimeEntries.append(try MIMEEntry(bytes)) }
    }

    private static func failure(_ fields: FieldTable) throws(DriverProtocolError) -> Failure? {
        let type = try fields.text(.errorType)
        let message = try fields.text(.errorMessage)
        let traceback = try fields.text(.traceback)
        guard type != nil || message != nil || traceback != nil else { return nil }
        var failure = Failure(type: type ?? "", message: message ?? "", traceback: traceback ?? "")
        for bytes in fields.frames { failure.frames.append(try Frame(bytes)) }
        return failure
    }
}

extension ExecutionClaim.Frame {
    init(_ bytes: ArraySlice<UInt8>) throws(DriverProtocolError) {
        var reader = ByteReader(bytes)
        guard let line: UInt32 = reader.integer(), let file = reader.text(), let function = reader.text(),
            let source = reader.take(reader.remaining).flatMap({ String(validating: $0, as: UTF8.self) })
        else { throw .badField(tag: FieldTag.frame.rawValue) }
        self.init(file: file, line: line, function: function, source: source)
    }
}

extension ByteReader {
    /// A text behind its length.
    mutating func text() -> String? {
        guard let length: UInt16 = integer() else { return nil }
        return take(Int(length)).flatMap { String(validating: $0, as: UTF8.self) }
    }
}

extension ExecutionClaim.MIMEEntry {
    init(_ bytes: ArraySlice<UInt8>) throws(DriverProtocolError) {
        var reader = ByteReader(bytes)
        guard let length: UInt16 = reader.integer(), let name = reader.take(Int(length)),
            (1...DriverLimits.nameBytes).contains(name.count), name.allSatisfy({ (0x20...0x7e).contains($0) }),
            let data = reader.take(reader.remaining)
        else { throw .badField(tag: FieldTag.mimeEntry.rawValue) }
        self.init(type: String(decoding: name, as: UTF8.self), data: Array(data))
    }
}
