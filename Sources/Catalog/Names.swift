/// What names may look like, and which names are like one another.
enum Names {
    /// Longest name of a file, parameter or metric, in bytes.
    static let longest = 32
    /// The rule, in words.
    static let rule = "lower-case letters, digits and '-', beginning with a letter or digit, at most 32"

    /// Whether a name is safe as a file name, a CSV value, a container's name and a part of a control group's path.
    static func isSafe(_ name: some StringProtocol) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= longest else { return false }
        return isLowerOrDigit(first) && name.utf8.allSatisfy { isLowerOrDigit($0) || $0 == UInt8(ascii: "-") }
    }

    /// Whether a name can be a Debian package's (Debian policy 5.6.1, with the architecture that apt permits).
    static func isPackage(_ name: String) -> Bool {
        guard let first = name.utf8.first, (2...128).contains(name.utf8.count) else { return false }
        return isLowerOrDigit(first) && name.utf8.allSatisfy { isLowerOrDigit($0) || "+-.:".utf8.contains($0) }
    }

    /// Whether a name can be an environment variable's.
    static func isVariable(_ name: String) -> Bool {
        guard let first = name.utf8.first, !isDigit(first) else { return false }
        return name.utf8.allSatisfy { byte in
            isLowerOrDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == UInt8(ascii: "_")
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    /// Up to three of `names` that could have been meant by `name`, the nearest first.
    static func near(_ name: String, in names: some Sequence<String>) -> [String] {
        guard name.utf8.count <= 2 * longest else { return [] }
        let limit = max(1, name.utf8.count / 3)
        let ranked = names.compactMap { candidate -> (distance: Int, name: String)? in
            let distance = editDistance(Array(name.utf8), Array(candidate.utf8))
            let isPart = name.utf8.count >= 3 && (candidate.hasPrefix(name) || name.hasPrefix(candidate))
            return distance <= limit || isPart ? (distance, candidate) : nil
        }
        return ranked.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    /// `did you mean 'a' or 'b'?`, nil without suggestions.
    static func question(_ suggestions: [String]) -> String? {
        suggestions.isEmpty
            ? nil : "did you mean " + suggestions.map { "'\($0)'" }.joined(separator: " or ") + "?"
    }

    /// The restricted Damerau-Levenshtein distance: insertions, deletions, substitutions and neighbours swapped.
    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var older: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let substitution = last[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(substitution, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, older[column - 1] + 1)
                }
                current.append(best)
            }
            older = last
            last = current
        }
        return last[right.count]
    }
}
