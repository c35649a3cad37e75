// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// One table of the file while it is read. Each `read` names a key; what was not named is refused at the end, so that
/// the reading code is the only list of keys there is.
///
/// A class, since nested sections report into the same list of problems; it never leaves the function that reads.
final class Section {
    private let path: [String]
    private let table: [String: TOMLNode]
    private let lines: KeyLines
    private let report: Report
    private var nested: [String: Section] = [:]
    private var known: Set<String> = []

    private final class Report {
        var problems: [ConfigurationProblem] = []
    }

    convenience init(root table: [String: TOMLNode], lines: KeyLines) {
        self.init(path: [], table: table, lines: lines, report: Report())
    }

    private init(path: [String], table: [String: TOMLNode], lines: KeyLines, report: Report) {
        self.path = path
        self.table = table
        self.lines = lines
        self.report = report
    }

    var problems: [ConfigurationProblem] { report.problems }

    /// The table below this one; an empty one when the file has none.
    func section(_ key: String) -> Section {
        if let section = nested[key] { return section }
        known.insert(key)
        var content: [String: TOMLNode] = [:]
        switch table[key] {
        case .table(let nodes): content = nodes
        case .some(let node): add(key, "must be a table, not \(node.description)", remedy: "write [\(name(key))]")
        case nil: break
        }
        let section = Section(path: path + [key], table: content, lines: lines, report: report)
        nested[key] = section
        return section
    }

    /// Takes over the key's value when the file has it.
    func read<Value>(_ key: String, into value: inout Value, _ reading: Reading<Value>) {
        guard let node = find(key) else { return }
        if let read = reading.convert(node) {
            value = read
        } else {
            refuse(key, node, reading.expectation)
        }
    }

    /// Takes over the value of a key without a default.
    func read<Value>(_ key: String, into value: inout Value?, _ reading: Reading<Value>) {
        guard let node = find(key) else { return }
        value = reading.convert(node)
        if value == nil { refuse(key, node, reading.expectation) }
    }

    /// Reads a value without reporting anything: `read` comes later and does.
    func peek<Value>(_ key: String, into value: inout Value, _ reading: Reading<Value>) {
        if let node = table[key], let read = reading.convert(node) { value = read }
    }

    func require(_ holds: Bool, _ key: String, _ message: String, remedy: String) {
        if !holds { add(key, message, remedy: remedy) }
    }

    func refuseTheRest() {
        for key in table.keys where !known.contains(key) {
            if SecretKey.matches(key) {
                add(key, "is a secret and has no place in this file", remedy: SecretKey.remedy)
            } else {
                let nearest = NearestWord.find(key, among: known)
                let remedy = nearest.map { "did you mean \(quoted($0))?" } ?? "remove it"
                add(key, "is not a known key", remedy: remedy)
            }
        }
    }

    private func find(_ key: String) -> TOMLNode? {
        known.insert(key)
        return table[key]
    }

    private func refuse(_ key: String, _ node: TOMLNode, _ expectation: String) {
        add(key, "is \(node.description)", remedy: "expected is \(expectation)")
    }

    private func add(_ key: String, _ message: String, remedy: String) {
        let line = lines.line(of: path + [key])
        report.problems.append(ConfigurationProblem(key: name(key), line: line, message: message, remedy: remedy))
    }

    private func name(_ key: String) -> String {
        (path + [key]).joined(separator: ".")
    }
}

/// Keys under which people look for a place for their secrets.
private enum SecretKey {
    static let remedy = """
        remove it, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the daemon's environment or name a file \
        with object_store.s3.credentials_file, and replace the secret if others could read it here
        """

    static func matches(_ key: String) -> Bool {
        let key = key.lowercased()
        return ["secret", "password", "token", "access_key"].contains { key.contains($0) }
    }
}
