import BenchrunModel
import Foundation
import Testing

@testable import Import

/// Result files as the tools write them, and runs made of them.
enum Fixture {
    private static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures").path

    /// Every file and its format.
    static let all: [(name: String, format: ImportFormat)] = [
        ("hyperfine-native.json", .hyperfine), ("hyperfine-docker.json", .hyperfine), ("fio-native.json", .fio),
        ("fio-docker.json", .fio), ("phoronix.xml", .phoronix), ("perfkit-native.json", .perfkit),
        ("perfkit-cloud.json", .perfkit), ("google-benchmark-native.json", .googleBenchmark),
        ("google-benchmark-docker.json", .googleBenchmark), ("tidy.csv", .csv), ("rounds.csv", .csv),
    ]

    static func path(_ name: String) -> String { "\(directory)/\(name)" }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path(name))))
    }

    /// Reads a fixture as if it were called by its name alone.
    static func results(_ name: String) throws -> ForeignResults {
        let bytes = try bytes(name)
        return try ImportFormat.detect(bytes, file: name).read(bytes, file: name)
    }

    static func read(_ text: String, as format: ImportFormat, file: String = "f") throws -> ForeignResults {
        try format.read(Array(text.utf8), file: file)
    }

    /// The message of the error that a text gives; fails the test where it gives none.
    static func message(_ text: String, as format: ImportFormat) -> String {
        do throws(ImportError) {
            _ = try format.read(Array(text.utf8), file: "f")
            Issue.record("no error: \(text.prefix(200))")
            return ""
        } catch {
            return "\(error)"
        }
    }

    static let runID = RunID("20260102-030405-abcd")

    /// A run of fixtures, by environment.
    static func run(
        _ files: KeyValuePairs<String?, String>,
        native: String? = nil,
        better: Better? = nil
    ) throws -> ImportedRun {
        try ImportedRun(
            try files.map { (environment: $0.key, results: try results($0.value)) },
            native: native,
            better: better,
            run: try #require(runID),
            version: "0.1.0",
            moment: 1_767_322_245
        )
    }
}

extension ForeignResults {
    /// The values of a series; nil stands for a failure.
    func values(
        _ workload: String,
        _ metric: String,
        case label: String = "",
        in environment: String? = nil
    ) -> [Double?] {
        measurements.first {
            $0.workload == workload && $0.metric == metric && $0.caseLabel == label && $0.environment == environment
        }?.values.map(\.value) ?? []
    }
}
