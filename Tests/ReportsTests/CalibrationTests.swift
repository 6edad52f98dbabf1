import Analysis
import BenchrunModel
import Glibc
import Results
import Statistics
import TestSupport
import Testing

@testable import Reports

@Suite("calibration")
struct CalibrationTests {
    /// An A/A run of a workload whose launches vary by `spread`, each run shifted by `shift` between both names.
    private func run(_ number: Int, spread: Double, shift: Double = 0, rounds: Int = 10) -> SyntheticRun {
        var run = SyntheticRun(
            run: "20260102-0304\(10 + number)-abcd",
            workloads: [.init(name: "w", metrics: [.init(name: "t", unit: "s", better: .lower, delta: 0.05)])],
            environments: ["native", "native.b"],
            rounds: rounds
        )
        run.manifest.suite = "calibration"
        run.manifest.workloads[0].digest = "digest"
        var noise = Noise(seed: UInt64(number + 1) * 7919)
        for round in 1...rounds {
            run.add("w", "native", round: round, exp(spread * noise.normal()))
            run.add("w", "native.b", round: round, exp(shift + spread * noise.normal()))
        }
        return run
    }

    private func calibration(_ runs: [SyntheticRun]) -> CalibrationAnalysis {
        var analysis = CalibrationAnalysis()
        for run in runs { analysis.add(run.manifest, RunAnalysis.of(run.manifest, samples: run.samples)) }
        return analysis
    }

    @Test("spread and CV are those of the launches; tau is what runs differ by beyond them")
    func entries() throws {
        let quiet = calibration((0..<12).map { run($0, spread: 0.02) })
        let entry = try #require(quiet.entries().first)
        #expect(quiet.entries().count == 1 && entry.environment == "native" && entry.digest == "digest")
        #expect(entry.runs == 12 && entry.rounds == 120)
        #expect(abs(entry.spread - 0.02 * 2.0.squareRoot()) < 0.004)
        #expect(abs(entry.variation - 0.02) < 0.003 && abs(entry.lag1) < 0.2)
        #expect(try #require(entry.tau) < 0.01)
        #expect(quiet.trials.count == 12 && quiet.trials.allSatisfy { $0.verdict == .equivalent })
        let moving = calibration((0..<12).map { run($0, spread: 0.02, shift: $0 % 2 == 0 ? 0.04 : -0.04) })
        let tau = try #require(moving.entries().first?.tau)
        #expect(abs(tau - 0.04) < 0.01)
        #expect(moving.trials.filter(\.excludesZero).count > 8)
        #expect(calibration((0..<4).map { run($0, spread: 0.02) }).entries().first?.tau == nil)
        #expect(calibration([]).entries().isEmpty)
    }

    @Test("new entries replace old ones of the same workload, environment and limits")
    func merging() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state/calibration/x.json")
        #expect(try Calibration.load(path) == nil)
        var calibration = Calibration(fingerprint: "x")
        calibration.merge(self.calibration((0..<2).map { run($0, spread: 0.02) }).entries())
        calibration.merge(self.calibration((0..<5).map { run($0, spread: 0.02) }).entries())
        #expect(calibration.entries.map(\.runs) == [5])
        var other = calibration.entries[0]
        other.memory *= 2
        calibration.merge([other])
        #expect(calibration.entries.count == 2)
        try calibration.save(path)
        #expect(try Calibration.load(path) == calibration)
        var manifest = run(0, spread: 0.1).manifest
        #expect(calibration.entries(for: manifest).count == 1)
        manifest.workloads[0].digest = "another"
        #expect(calibration.entries(for: manifest).isEmpty)
        calibration.schema = 99
        try calibration.save(path)
        #expect(throws: ResultsError.self) { try Calibration.load(path) }
        try replaceFile(path, with: Array("{".utf8))
        #expect(throws: ResultsError.self) { try Calibration.load(path) }
    }

    @Test("a report tells the smallest difference that could have been seen, from its own folder")
    func noiseFloor() throws {
        var measured = SyntheticRun(
            workloads: [.init(name: "w"), .init(name: "x")],
            environments: ["native", "docker"]
        )
        measured.manifest.workloads[0].digest = "digest"
        for round in 1...6 {
            for workload in ["w", "x"] {
                measured.add(workload, "native", round: round, 1)
                measured.add(workload, "docker", round: round, 1)
            }
        }
        let entries = calibration((0..<6).map { run($0, spread: 0.02) }).entries()
        measured.manifest.calibration = entries
        let partial = RunAnalysis.of(measured.manifest, samples: measured.samples)
        let visible = try #require(partial.visible.first)
        #expect(partial.visible.count == 1 && visible.rounds == 6 && !visible.isComplete)
        #expect(visible.smallest == NoiseFloor(entries[0]).smallestVisible(rounds: 6, alpha: 0.05))
        let sentences = NoiseFloorWords.sentences(partial)
        #expect(sentences.count == 2)
        #expect(sentences[0].hasPrefix("w: a difference under "))
        #expect(sentences[0].hasSuffix(" % cannot be seen here in 6 rounds, by native's noise alone"))
        #expect(sentences[1] == "not calibrated here: x")
        var docker = entries[0]
        docker.environment = "docker"
        docker.spread *= 3
        measured.manifest.calibration = entries + [docker]
        let complete = RunAnalysis.of(measured.manifest, samples: measured.samples)
        #expect(complete.visible.first?.isComplete == true)
        #expect(try #require(complete.visible.first?.smallest) > (visible.smallest ?? 0))
    }

    @Test("a manifest without calibration is read as before")
    func oldManifest() throws {
        let folder = try TemporaryFolder()
        let source = RunFolder(path: folder.file("r"))
        let run = run(0, spread: 0.02)
        try run.write(to: source)
        let text = String(decoding: try readFile(source.manifest), as: UTF8.self)
        #expect(!text.contains("calibration\" :"))
        #expect(try source.loadManifest() == run.manifest)
        var calibrated = run.manifest
        calibrated.calibration = calibration([run]).entries()
        try source.save(calibrated)
        #expect(try source.loadManifest() == calibrated)
    }

    @Test("a twin has a name that no file can have")
    func twin() {
        let spec = EnvironmentSpec(
            name: "docker",
            title: "Docker",
            driver: "docker",
            options: ["a": "b"],
            halfWidth: 0.1
        )
        #expect(spec.twin.name == "docker.b" && spec.twin.title == "Docker, a second time")
        #expect(spec.twin.options == spec.options && spec.twin.driver == spec.driver)
    }

    @Test("the calibration's own report")
    func report() {
        let analysis = calibration((0..<6).map { run($0, spread: 0.02) })
        let text = CalibrationReport(entries: analysis.entries(), trials: analysis.trials, file: "f.json").render()
        #expect(
            text.contains("Of 6 comparisons of an environment with itself, 0 would have been called slower or faster")
        )
        #expect(text.contains("calibration  f.json"))
        #expect(text.contains("seen in 30"))
    }
}
