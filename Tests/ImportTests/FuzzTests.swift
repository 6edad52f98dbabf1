import BenchrunModel
import Results
import Statistics
import Testing

@testable import Import

@Suite("Mutated results")
struct FuzzTests {
    private static let mutations = 2000

    private static let pieces = [
        "\n", "\r\n", ",", ":", "[", "]", "{", "}", "\"", "\\", "<", ">", "</", "/>", "<![CDATA[", "]]>", "<!--",
        "&amp;", "&#0;", "&#xD800;", "&#99999999;", "<!DOCTYPE a>", "NaN", "-inf", "1e999", "1e-999", "-0", "null",
        "true", "\u{0}", "\u{FEFF}", "\u{1B}[31m", "\\ud800", "\\u", "|,|", "9223372036854775808", "\u{1F600}", "\t",
        "0", "''", "=", "\u{85}",
    ]

    private static func mutate(_ bytes: [UInt8], using generator: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, place + Int.random(in: 0...60, using: &generator))
            switch Int.random(in: 0..<7, using: &generator) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &generator))
            case 2 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 3: bytes.removeSubrange(end...)
            default:
                let piece = pieces.randomElement(using: &generator) ?? ""
                bytes.insert(contentsOf: Array(piece.utf8), at: place)
            }
        }
        return bytes
    }

    @Test("Mutated files give an error with its place, or values that are values", arguments: Fixture.all.map(\.name))
    func mutated(_ name: String) throws {
        let original = try Fixture.bytes(name)
        let format = try #require(Fixture.all.first { $0.name == name }?.format)
        let id = try #require(Fixture.runID)
        var generator = SplitMix64(seed: name.utf8.reduce(17) { $0 &* 31 &+ UInt64($1) })
        var read = 0
        for round in 0..<Self.mutations {
            let bytes = Self.mutate(original, using: &generator)
            do throws(ImportError) {
                // Every other time what the file is must be found out first.
                let found = try round % 2 == 0 ? format : ImportFormat.detect(bytes, file: name)
                let results = try found.read(bytes, file: name)
                read += 1
                if !Self.isSound(results) { Issue.record("\(results)") }
                let first = results.measurements.compactMap(\.environment).first
                let run = try ImportedRun([(nil, results)], native: first, run: id, version: "0", moment: 0)
                if !Self.isSound(run) { Issue.record("\(run)") }
            } catch {
                let isPlaced = [name, "'", "--native"].contains { error.subject.hasPrefix($0) }
                let isLine = !error.detail.isEmpty && error.detail.utf8.count < 5000
                if !isPlaced || !isLine || "\(error)".utf8.contains(UInt8(ascii: "\n")) { Issue.record("\(error)") }
            }
        }
        // Mutations are small, so that some files stay readable: both ways are gone.
        #expect(read > 0 && read < Self.mutations, "\(read)")
    }

    private static func isSound(_ results: ForeignResults) -> Bool {
        !results.measurements.isEmpty
            && results.measurements.allSatisfy { series in
                !series.workload.isEmpty && !series.metric.isEmpty && !series.values.isEmpty
                    && !series.workload.unicodeScalars.contains { $0.properties.generalCategory == .control }
                    && series.values.allSatisfy { value in
                        (value.value == nil) == !value.failure.isEmpty && value.value?.isFinite ?? true
                            && value.line > 0
                    }
            }
    }

    private static func isSound(_ run: ImportedRun) -> Bool {
        let encoder = SampleEncoder()
        var line: [UInt8] = []
        do {
            for sample in run.samples { try encoder.encode(sample, into: &line) }
            _ = try RunJSON.encode(run.manifest)
        } catch {
            return false
        }
        return !run.samples.isEmpty && run.manifest.origin != nil
    }

    @Test("Bytes of any kind", arguments: ImportFormat.allCases)
    func noise(_ format: ImportFormat) {
        var generator = SplitMix64(seed: 99)
        for _ in 0..<Self.mutations {
            let count = Int.random(in: 0...80, using: &generator)
            let isText = Bool.random(using: &generator)
            let bytes = (0..<count).flatMap { _ -> [UInt8] in
                guard isText, let piece = Self.pieces.randomElement(using: &generator) else {
                    return [UInt8.random(in: 0...255, using: &generator)]
                }
                return Array(piece.utf8)
            }
            #expect(throws: ImportError.self) { try format.read(bytes, file: "f") }
        }
    }
}
