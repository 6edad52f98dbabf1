import AgentProtocol
import BenchrunModel
import Foundation
import Testing

@testable import Catalog

/// SplitMix64: the same mutations in every run of the tests.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

@Suite("Mutated input")
struct FuzzTests {
    private static let pieces = [
        "\n", "  ", ":", "- ", "[", "]", "{", "}", "'", "\"", "#", "&a ", "*a", "!!binary ", "? ", "|\n", ">-\n", "%",
        "~",
        "null", "---\n", "...\n", "\t", "\\", "\u{0}", "\u{85}", "\u{FEFF}", "1e999", "-1", "{size}", "\u{1F600}", ",",
        "<<: *a\n", "\"\\uD800\"", "\"\\xFF\"", "(", ")", "NaN", "\r",
    ]

    private static func mutate(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, place + Int.random(in: 0...40, using: &generator))
            switch Int.random(in: 0..<6, using: &generator) {
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

    @Test("Mutated files never crash, and a file is either used or has a problem in it")
    func files() {
        let tree = SourceTree(directory: Fixture.benchmarks)
        #expect(!tree.files.isEmpty)
        let names = Set(tree.files.map { CatalogKey(kind: $0.kind, name: $0.name) })
        var generator = SeededGenerator(state: 2026)
        for _ in 0..<40 {
            for original in tree.files {
                var file = original
                file.bytes = Self.mutate(original.bytes, using: &generator)
                let (catalog, problems) = Catalog.load([file], unreadable: names, drivers: Fixture.drivers)
                let text = String(decoding: file.bytes, as: UTF8.self)
                let lines = text.unicodeScalars.count { "\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0) } + 2
                for problem in problems {
                    #expect((1...lines).contains(problem.line) && problem.column >= 1, "\(problem)\n\(text)")
                    #expect(!problem.message.contains { $0.isNewline } && problem.message.count < 500)
                }
                if file.kind == .workload {
                    #expect(catalog.workloads.isEmpty != problems.isEmpty)
                }
            }
        }
    }

    @Test("Nesting without end is refused")
    func nesting() {
        for unit in ["[", "{a: ", "- ", "? ", "!!seq [", "&a ["] {
            let (_, problems) = Fixture.load(String(repeating: unit, count: 60_000))
            #expect(!problems.isEmpty)
        }
    }

    @Test("Mutated output never crashes and never gives a value that is not one")
    func outputs() throws {
        let (catalog, _) = Catalog.load(directory: Fixture.benchmarks, drivers: Fixture.drivers)
        var generator = SeededGenerator(state: 7)
        for workload in catalog.workloads where workload.parser != .none {
            let original = try Fixture.bytes("outputs/\(workload.name).txt")
            for _ in 0..<60 {
                let execution = Execution(
                    termination: .exited(0),
                    wall: 1,
                    output: Self.mutate(original, using: &generator)
                )
                switch OutputReader.read(workload: workload, case: Case(), execution: execution) {
                case .success(let reading):
                    let values = reading.values
                    #expect(values.count == workload.metrics.count)
                    #expect(values.allSatisfy { $0.value.isFinite && ($0.metric.better == .none || $0.value > 0) })
                case .failure(let failure):
                    #expect(!failure.reason.isEmpty && !failure.reason.contains { $0.isNewline })
                }
            }
        }
    }
}
