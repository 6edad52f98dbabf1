import Foundation
import Testing

@testable import Statistics

@Suite struct GateTests {
    private let band = log(1.05)

    private func row(_ lower: Double?, _ upper: Double?, _ p: Double?) -> FileGate.Row {
        FileGate.Row(lower: lower, upper: upper, pZero: p, delta: 0.05)
    }

    @Test func exitCodesOfAFile() {
        #expect(FileGate.judge([]) == FileGate(adjusted: [], statuses: [], exitCode: 0))
        #expect(FileGate.judge([row(-0.01, 0.01, 0.4), row(-0.2, -0.1, 1)]).exitCode == 0)
        #expect(FileGate.judge([row(-0.01, 0.01, 0.4), row(0.02, 0.08, 0.001)]).exitCode == 3)
        #expect(FileGate.judge([row(0.06, 0.08, 0.001), row(0, 0.08, 0.4)]).exitCode == 1)
        // Holm over all rows: the same row among more rows is only a suspect.
        let quiet = [FileGate.Row](repeating: row(-0.01, 0.01, 0.4), count: 29)
        #expect(FileGate.judge([row(0.06, 0.08, 0.001)] + quiet).statuses[0] == .suspect)
        #expect(FileGate.judge([row(0.06, 0.08, 0.0008)] + quiet).statuses[0] == .regression)
        #expect(FileGate.judge([row(0.06, 0.08, 0.0008)] + quiet, level: FileGate.adaptiveLevel).exitCode == 3)
    }

    @Test func rowsWithoutAnAnswer() {
        let gate = FileGate.judge([row(nil, nil, nil), row(0.06, 0.08, .nan), row(.nan, .nan, 0.001)])
        #expect(gate.statuses == [.inconclusive, .suspect, .inconclusive])
        #expect(gate.adjusted == [1, 1, 0.003] && gate.exitCode == 3)
    }

    @Test func interleavedNeedsConfirmation() {
        func status(_ lower: Double?, _ upper: Double?, _ confirmation: Double? = nil) -> GateStatus {
            GateStatus.interleaved(lower: lower, upper: upper, confirmation: confirmation, delta: 0.05)
        }
        #expect(status(0.06, 0.1) == .suspect && status(0.06, 0.1, 0.02) == .suspect)
        #expect(status(0.06, 0.1, 0.05) == .regression && status(0.06, 0.1, band) == .suspect)
        #expect(status(-0.1, -0.06, 0.06) == .improved && status(-0.1, 0.04) == .pass)
        #expect(status(-0.01, band) == .inconclusive && status(nil, nil, 0.06) == .inconclusive)
    }

    @Test func wideningOnlyWidens() {
        var noise = Noise(70)
        for _ in 0..<1000 {
            let estimate = noise.normal()
            let lower = estimate - noise.uniform()
            let upper = estimate + noise.uniform()
            let none = SessionSpread.widened(estimate: estimate, lower: lower, upper: upper, tau: 0, q: 2)
            #expect(near(none.lower, lower) && near(none.upper, upper))
            let tau = noise.uniform()
            let some = SessionSpread.widened(estimate: estimate, lower: lower, upper: upper, tau: tau, q: 2)
            #expect(some.lower <= lower && some.upper >= upper)
            #expect(estimate - some.lower >= 2 * 2.0.squareRoot() * tau - 1e-12)
            let mirrored = SessionSpread.widened(estimate: -estimate, lower: -upper, upper: -lower, tau: tau, q: 2)
            #expect(near(mirrored.lower, -some.upper) && near(mirrored.upper, -some.lower))
        }
        #expect(SessionSpread.tau(estimates: [1, 2, 3, 4], standardErrors: [0, 0, 0, 0]) == nil)
        #expect(
            near(SessionSpread.tau(estimates: [1, 2, 3, 4, 5], standardErrors: [1, 1, 1, 1, 1]), 1.5.squareRoot())
        )
        #expect(SessionSpread.tau(estimates: [1, 1, 1, 1, 1], standardErrors: [1, 1, 1, 1, 1]) == 0)
        #expect(SessionSpread.tau(estimates: [1, 1, 1, 1, .nan], standardErrors: [1, 1, 1, 1, 1]) == nil)
        #expect(near(SessionSpread.quantile(runs: 10), 2.2621571628540993) && SessionSpread.quantile(runs: 1) == nil)
    }

    @Test func standardErrorsMatchTheSpreadOfEstimates() throws {
        var noise = Noise(72)
        let estimates = try (0..<1000).map { _ in
            try #require(HodgesLehmann.oneSample(noise.series(10), alpha: 0.05))
        }
        let errors = estimates.compactMap { SessionSpread.standardError(of: $0) }
        let claimed = try #require(Summary.mean(errors.map { $0 * $0 }))
        let actual = try #require(Summary.variance(estimates.map(\.value)))
        #expect(abs(claimed / actual - 1) < 0.12)
        let none = try #require(HodgesLehmann.oneSample([1, 2], alpha: 0.05))
        #expect(SessionSpread.standardError(of: none) == nil)
    }

    @Test func holmNeedsEnoughRounds() throws {
        for rows in [1, 8, 40] {
            for level in [FileGate.fixedLevel, FileGate.adaptiveLevel] {
                let each = try #require(HolmPlan.roundsEach(rows: rows, level: level))
                #expect(adjusted(each, each, rows) <= level && adjusted(each - 1, each - 1, rows) > level)
                let candidate = try #require(HolmPlan.candidateRounds(baseline: 4, rows: rows, level: level))
                #expect(adjusted(4, candidate, rows) <= level && adjusted(4, candidate - 1, rows) > level)
                #expect(HolmPlan.canPass(baseline: 4, candidate: candidate, rows: rows, level: level))
                #expect(!HolmPlan.canPass(baseline: 4, candidate: candidate - 1, rows: rows, level: level))
                let paired = try #require(HolmPlan.pairedRounds(rows: rows, level: level))
                #expect(Double(rows) * pow(2, -Double(paired)) <= level)
                #expect(Double(rows) * pow(2, 1 - Double(paired)) > level)
            }
        }
        #expect(HolmPlan.roundsEach(rows: 1, level: 0.025) == 4 && HolmPlan.pairedRounds(rows: 1, level: 0.025) == 6)
        #expect(HolmPlan.candidateRounds(baseline: 0, rows: 1, level: 0.025) == nil)
        #expect(HolmPlan.candidateRounds(baseline: 1, rows: 1000, level: 0.02) == nil)
        #expect(HolmPlan.roundsEach(rows: 3, level: 0) == nil && HolmPlan.pairedRounds(rows: 3, level: 0) == nil)
        #expect(!HolmPlan.canPass(baseline: 0, candidate: 9, rows: 1, level: 0.5))
    }

    /// Holm's p of the clearest slowdown there is, alone among rows without one.
    private func adjusted(_ baseline: Int, _ candidate: Int, _ rows: Int) -> Double {
        let slow = HodgesLehmann.testGreater(
            baseline: [Double](repeating: 0, count: baseline),
            candidate: [Double](repeating: 1, count: candidate),
            than: 0
        )
        return MultipleTests.holm([slow?.p ?? 1] + [Double](repeating: 1, count: rows - 1))[0]
    }

    @Test func historyNeedsFiveRunsAndBothConditions() throws {
        var noise = Noise(71)
        let calm = noise.series(6, mean: 0.05, sd: 0.001)
        let wild = noise.series(6, mean: 0.05, sd: 0.2)
        #expect(HistoryPrediction.of(history: calm, x: 0.12)?.isRegression(delta: 0.05) == true)
        #expect(HistoryPrediction.of(history: calm, x: 0.07)?.isRegression(delta: 0.05) == false)
        #expect(HistoryPrediction.of(history: wild, x: 0.12)?.isRegression(delta: 0.05) == false)
        let few = try #require(HistoryPrediction.of(history: Array(calm.prefix(4)), x: 0.12))
        #expect(few.isRegression(delta: 0.05) == nil && few.count == 4)
        #expect(HistoryPrediction.of(history: [0.1], x: 0.2) == nil)
        #expect(HistoryPrediction.of(history: calm, x: .nan) == nil)
        let flat = [Double](repeating: 0, count: 5)
        #expect(HistoryPrediction.of(history: flat, x: 0.2)?.pGreater == 0)
        #expect(HistoryPrediction.of(history: flat, x: 0)?.pGreater == 0.5)
    }
}
