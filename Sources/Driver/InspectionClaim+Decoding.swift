// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

extension InspectionClaim {
    static let tags: [FieldTag] = [
        .isMissing, .isCut, .total, .hasMore, .variable, .match, .matchStart, .matchEnd, .mimeEntry,
    ]

    init(_ fields: FieldTable) throws(DriverProtocolError) {
        self.init(
            isFound: try !fields.flag(.isMissing), isCut: try fields.flag(.isCut), total: try fields.integer(.total),
            hasMore: try fields.flag(.hasMore), start: try fields.integer(.matchStart),
            end: try fields.integer(.matchEnd))
        for bytes in try fields.all(.variable, limit: DriverLimits.variables) {
            variables.append(try Variable(bytes, isItem: false))
        }
        matches = try fields.pairs(.match, limit: DriverLimits.matches)
        for bytes in fields.mimeEntries { mimeEntries.append(try ExecutionClaim.MIMEEntry(bytes)) }
    }
}

extension InspectionClaim.Variable {
    private static let tags: [FieldTag] = [
        .variableName, .variableKind, .variableType, .length, .shape, .dtype, .byteCount, .preview, .isPreviewCut,
    ]

    /// An item has no details of its own.
    init(_ bytes: ArraySlice<UInt8>, isItem: Bool) throws(DriverProtocolError) {
        let fields = try FieldTable(bytes, allowed: isItem ? Self.tags : Self.tags + InspectionClaim.Details.tags)
        let number: UInt8 = try fields.requiredInteger(.variableKind)
        guard let kind = Kind(rawValue: number) else { throw .badField(tag: FieldTag.variableKind.rawValue) }
        self.init(
            name: try fields.requiredText(.variableName, limit: DriverLimits.previewBytes), kind: kind,
            type: try fields.requiredText(.variableType, limit: DriverLimits.previewBytes),
            length: try fields.integer(.length),
            shape: try fields.integers(.shape, limit: DriverLimits.dimensions),
            dtype: try fields.text(.dtype, limit: DriverLimits.previewBytes), bytes: try fields.integer(.byteCount),
            preview: try fields.requiredText(.preview, limit: DriverLimits.previewBytes),
            isPreviewCut: try fields.flag(.isPreviewCut))
        if !isItem { details = try InspectionClaim.Details(fields) }
    }
}

extension InspectionClaim.Details {
    static let tags: [FieldTag] = [
        .column, .item, .head, .signature, .documentation, .source, .moduleVersion, .file,
    ]

    init(_ fields: FieldTable) throws(DriverProtocolError) {
        columns = try fields.pairs(.column, limit: DriverLimits.columns)
        for bytes in try fields.all(.item, limit: DriverLimits.items) {
            items.append(try InspectionClaim.Variable(bytes, isItem: true))
        }
        head = try fields.text(.head, limit: DriverLimits.textBytes)
        signature = try fields.text(.signature, limit: DriverLimits.textBytes)
        documentation = try fields.text(.documentation, limit: DriverLimits.textBytes)
        source = try fields.text(.source, limit: DriverLimits.textBytes)
        version = try fields.text(.moduleVersion, limit: DriverLimits.textBytes)
        file = try fields.text(.file, limit: DriverLimits.textBytes)
    }
}

extension FieldTable {
    fileprivate func all(_ tag: FieldTag, limit: Int) throws(DriverProtocolError) -> [ArraySlice<UInt8>] {
        let found = all(tag)
        guard found.count <= limit else { throw .badField(tag: tag.rawValue) }
        return found
    }

    fileprivate func pairs(_ tag: FieldTag, limit: Int) throws(DriverProtocolError) -> [InspectionClaim.Pair] {
        var pairs: [InspectionClaim.Pair] = []
        for bytes in try all(tag, limit: limit) {
            var reader = ByteReader(bytes)
            guard let text = reader.text(),
                let type = reader.take(reader.remaining).flatMap({ String(validating: $0, as: UTF8.self) })
            else { throw .badField(tag: tag.rawValue) }
            pairs.append(.init(text: text, type: type))
        }
        return pairs
    }
}
