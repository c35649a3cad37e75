// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// Finds the word somebody may have meant.
enum NearestWord {
    /// The word with the fewest changed letters, unless so many are changed that it is another word.
    static func find(_ word: String, among words: Set<String>) -> String? {
        let ranked = words.map { (distance($0, word), $0) }.sorted { $0 < $1 }
        guard let (distance, nearest) = ranked.first, distance <= max(2, nearest.utf8.count / 3) else { return nil }
        return nearest
    }

    /// Letters to insert, remove or replace.
    private static func distance(_ left: String, _ right: String) -> Int {
        // Keys are short; a long one is none of them.
        let left = Array(left.utf8.prefix(100))
        let right = Array(right.utf8.prefix(100))
        var previous = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let replaced = previous[column] + (letter == other ? 0 : 1)
                current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[right.count]
    }
}
