import Foundation
import Testing

/// One case of a vectors file: input, expected output, tolerance.
struct VectorCase: Decodable, CustomTestStringConvertible {
    var id: String
    var kind: String
    var input: JSON
    var expected: JSON
    var tol: JSON

    var testDescription: String { id }

    private struct File: Decodable {
        var cases: [VectorCase]
    }

    /// The cases of the fixture.
    static func fixture() throws -> [VectorCase] {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/statistics", withExtension: "json"))
        return try read(url)
    }

    /// The cases of the fixture and of the file named by BENCHRUN_VECTORS.
    static func all() throws -> [VectorCase] {
        var cases = try fixture()
        if let path = ProcessInfo.processInfo.environment["BENCHRUN_VECTORS"], !path.isEmpty {
            cases += try read(URL(fileURLWithPath: path))
        }
        return cases
    }

    private static func read(_ url: URL) throws -> [VectorCase] {
        try JSONDecoder().decode(File.self, from: Data(contentsOf: url)).cases
    }
}

/// Members of an expected output that tell what another program says, and are no part of the reference.
private let remarks: Set<String> = ["otavaIndices"]

extension VectorCase {
    /// Where `actual` misses what is expected: one line per difference, empty if none.
    func differences(from actual: JSON) -> [String] {
        compare(expected, actual, key: "", path: "expected")
    }

    private func compare(_ expected: JSON, _ actual: JSON, key: String, path: String) -> [String] {
        switch (expected, actual) {
        case (.array(let wanted), .array(let found)):
            guard wanted.count == found.count else { return ["\(path): \(found.count) values, not \(wanted.count)"] }
            return zip(wanted, found).enumerated().flatMap { index, pair in
                compare(pair.0, pair.1, key: key, path: "\(path)[\(index)]")
            }
        case (.object(let wanted), .object(let found)):
            return wanted.sorted { $0.key < $1.key }.flatMap { name, value -> [String] in
                if remarks.contains(name) { return [] }
                guard let own = found[name] else { return ["\(path).\(name): nothing computes it"] }
                return compare(value, own, key: name, path: "\(path).\(name)")
            }
        default:
            if let wanted = expected.double, let found = actual.double {
                return abs(wanted - found) <= tolerance(key) ? [] : ["\(path): \(found), not \(wanted)"]
            }
            return expected == actual ? [] : ["\(path): \(actual), not \(expected)"]
        }
    }

    /// The tolerance of a member: the case's one, or its own; 0 where it has none.
    private func tolerance(_ key: String) -> Double {
        if case .object(let members) = tol { return members[key]?.double ?? 0 }
        return tol.double ?? 0
    }
}
