import Analysis
import ArgumentParser
import BenchrunModel
import Foundation
import Glibc
import Results
import Statistics

/// `benchrun-self gate`: the three modes of the gate on made-up repositories, with real files and the real command.
struct GateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Hold the gate to STATISTICS' promises: false alarms, and changes found, in all three modes."
    )

    @Option(help: "The benchrun to ask.")
    var benchrun: String

    @Option(help: "Made-up repositories of each kind.")
    var repositories = 500

    @Option(help: "Seed of everything.")
    var seed: UInt64 = 20_261_126

    /// What a change of 2 delta has to be found in, less three points for the chance of 500, and the rounds it may take.
    private static let promises: [(variation: Double, found: Double, rounds: Double)] = [
        (0.01, 0.97, 11), (0.03, 0.95, 17), (0.05, 0.93, 40),
    ]

    func run() throws {
        print("benchrun-self gate --repositories \(repositories) --seed \(seed)")
        let checks = try GateReport.Mode.allCases.flatMap { mode in
            try Self.promises.flatMap { promise in
                let null = try tally(mode, promise.variation, change: 0)
                let change = try tally(mode, promise.variation, change: 2 * SyntheticRepository.delta)
                let name = "\(Self.words(mode)), CV \(Checks.percent(promise.variation, digits: 0))"
                let rounds = promise.rounds / Self.share(of: mode) + 1
                return [
                    Check(
                        name: "\(name): false alarms at no change",
                        value: Checks.percent(null.share, digits: 1),
                        limit: "at most 0.5 %",
                        isKept: null.share <= 0.005
                    ),
                    Check(
                        name: "\(name): a change of 2 delta found",
                        value: Checks.percent(change.share),
                        limit: "at least \(Checks.percent(promise.found, digits: 0))",
                        isKept: change.share >= promise.found
                    ),
                    Check(
                        name: "\(name): rounds of the row that changed",
                        value: Checks.fixed(change.rounds, 1),
                        limit: "at most \(Checks.fixed(rounds, 0))",
                        isKept: change.rounds <= rounds
                    ),
                ]
            }
        }
        try Checks.conclude(checks, title: "the gate, \(repositories) repositories each")
    }

    /// What one run's squared half-width may be of the squared half-width that finds a change of 2 delta.
    ///
    /// Two files have the noise of both and, on top, the differences between runs: what the widening adds has to be saved
    /// in rounds. A run needs as many times more of them as its share is smaller.
    private static func share(of mode: GateReport.Mode) -> Double {
        guard mode == .files, let q = SessionSpread.quantile(runs: SyntheticRepository.calibrationRuns) else {
            return 1
        }
        let target = AdaptiveStop.gateTarget(delta: SyntheticRepository.delta)
        let between = q * SyntheticRepository.tau / target
        return (1 - 2 * between * between) / 2
    }

    private static func words(_ mode: GateReport.Mode) -> String {
        switch mode {
        case .interleaved: "A, interleaved"
        case .files: "B, two files"
        case .history: "C, ten earlier runs"
        }
    }

    /// The share of repositories in which the gate exits with 1, and the mean of the rounds of the candidate's row that
    /// changes; a confirmation's come on top.
    private func tally(_ mode: GateReport.Mode, _ variation: Double, change: Double) throws -> (
        share: Double, rounds: Double
    ) {
        let place = FileManager.default.temporaryDirectory.appending(path: "benchrun-gate-\(getpid())")
        defer { try? FileManager.default.removeItem(at: place) }
        var alarms = 0
        var rounds = 0
        for index in 0..<repositories {
            let root = place.appending(path: "\(index)").path(percentEncoded: false)
            let store = RunStore(results: root + "/results", plots: root + "/plots")
            var repository = SyntheticRepository(
                variation: variation,
                change: change,
                halfWidth: AdaptiveStop.gateTarget(delta: SyntheticRepository.delta)
                    * Self.share(of: mode).squareRoot(),
                maximum: Int(60 / Self.share(of: mode)),
                generator: Xoshiro256(
                    seed: seed ^ UInt64(index) << 20 ^ UInt64(variation * 1e4) ^ UInt64(change * 1e4) << 40
                )
            )
            var arguments = ["gate", "latest", "--results", store.results, "--json"]
            switch mode {
            case .interleaved: rounds += try repository.writeArms("20260102-000000-0000", to: store)
            case .files:
                _ = try repository.write("20260101-000000-0000", isCandidate: false, to: store)
                rounds += try repository.write("20260102-000000-0000", isCandidate: true, to: store)
                arguments += ["--baseline", "20260101-000000-0000"]
            case .history:
                for day in 1...10 {
                    let digits = day < 10 ? "0\(day)" : "\(day)"
                    _ = try repository.write("202601\(digits)-000000-0000", isCandidate: false, to: store)
                }
                rounds += try repository.write("20260111-000000-0000", isCandidate: true, to: store)
                arguments.append("--history")
            }
            let status = try exitStatus(arguments)
            guard [0, 1, 3].contains(status) else {
                throw ValidationError("benchrun \(arguments.joined(separator: " ")) exited with \(status)")
            }
            if status == 1 { alarms += 1 }
            try? FileManager.default.removeItem(atPath: root)
        }
        let count = Double(max(1, repositories))
        return (Double(alarms) / count, Double(rounds) / count)
    }

    private func exitStatus(_ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: benchrun)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
