/// A format of another tool's results.
public enum ImportFormat: String, Sendable, CaseIterable {
    /// `hyperfine --export-json FILE`.
    case hyperfine
    /// `fio --output-format=json`.
    case fio
    /// The Phoronix Test Suite's `composite.xml`.
    case phoronix
    /// PerfKit Benchmarker's `perfkitbenchmarker_results.json`.
    case perfkit
    /// google/benchmark's `--benchmark_out=FILE --benchmark_out_format=json`.
    case googleBenchmark = "google-benchmark"
    /// One value a row, with a header.
    case csv

    /// How many lines are tried as an object's beginning.
    private static let mostCandidates = 16

    /// The format of a file, by what it holds; its name does not count.
    /// - Throws: ``ImportError`` where it is none of these.
    public static func detect(_ bytes: [UInt8], file: String) throws(ImportError) -> ImportFormat {
        var cursor = ByteCursor(bytes, file: file)
        cursor.skipBlanks()
        guard !cursor.isAtEnd else {
            throw ImportError(subject: "\(file):1", detail: "expected results and found an empty file")
        }
        if cursor.next == UInt8(ascii: "<") { return .phoronix }
        var json = cursor
        var candidates = 0
        while !json.isAtEnd, candidates < mostCandidates {
            if json.next == UInt8(ascii: "{") {
                candidates += 1
                if let format = of(members: members(at: json)) { return format }
            }
            json.skipLine()
            json.skipBlanks()
        }
        let header = String(decoding: cursor.advance { $0 != UInt8(ascii: "\n") }.prefix(10_000), as: UTF8.self)
        let columns = Set(header.split(separator: ",").map { ForeignName.clean($0.filter { $0 != "\"" }) })
        if columns.intersection(TidyCSVReader.required).count > 1 { return .csv }
        let known = allCases.map(\.rawValue).joined(separator: ", ")
        throw ImportError(
            subject: "\(file):1",
            detail: "expected results of one of \(known), and found none that these begin with",
            nextStep: "if it is one of them, name it with '--format'"
        )
    }

    /// Reads a file that has this format.
    /// - Throws: ``ImportError`` with the line and what was expected there.
    public func read(_ bytes: [UInt8], file: String) throws(ImportError) -> ForeignResults {
        switch self {
        case .hyperfine: try HyperfineReader.read(bytes, file: file)
        case .fio: try FioReader.read(bytes, file: file)
        case .phoronix: try PhoronixReader.read(bytes, file: file)
        case .perfkit: try PerfKitReader.read(bytes, file: file)
        case .googleBenchmark: try GoogleBenchmarkReader.read(bytes, file: file)
        case .csv: try TidyCSVReader.read(bytes, file: file)
        }
    }

    private static func of(members: Set<String>) -> ImportFormat? {
        if members.contains("fio version") || members.contains("jobs") { return .fio }
        if members.contains("benchmarks") { return .googleBenchmark }
        if members.contains("results") { return .hyperfine }
        return members.isSuperset(of: ["test", "metric"]) ? .perfkit : nil
    }

    /// Names of an object's own members, as far as they can be told: also of one that is broken or cut off, whose
    /// reader then says where.
    private static func members(at start: ByteCursor) -> Set<String> {
        var cursor = start
        var names: Set<String> = []
        var depth = 0
        while let byte = cursor.next {
            cursor.advance()
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth <= 0 { return names }
            case UInt8(ascii: "\""):
                let text = quoted(&cursor)
                cursor.skipBlanks()
                if depth == 1, cursor.next == UInt8(ascii: ":") { names.insert(String(decoding: text, as: UTF8.self)) }
            default: break
            }
        }
        return names
    }

    /// What is behind a quotation mark, up to the next that no backslash precedes.
    private static func quoted(_ cursor: inout ByteCursor) -> [UInt8] {
        var text: [UInt8] = []
        while true {
            text += cursor.advance { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
            guard cursor.next == UInt8(ascii: "\\") else { break }
            cursor.advance(2)
        }
        cursor.advance()
        return text
    }
}
