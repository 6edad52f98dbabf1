import BenchrunModel
import Glibc
import Results
import Statistics

/// Mode B: a candidate's file against a baseline's (STATISTICS, section 3).
public struct FileGateAnalysis: Sendable {
    /// Why a gate cannot judge at all.
    public struct Refusal: Error, Sendable, CustomStringConvertible {
        /// What is wrong, and what to do.
        public var description: String
    }

    /// Judges every row that both runs have.
    /// - Parameter name: what the baseline is called, in words.
    /// - Throws: ``Refusal`` where the two have no row in common, or so few rounds that no slowdown, however large, could
    ///   be told from chance among so many rows.
    public static func judge(
        baseline: RunSeries,
        candidate: RunSeries,
        name: String
    ) throws(Refusal) -> GateReport {
        if let foreign = [baseline, candidate].first(where: { $0.manifest.origin?.isPaired == false }) {
            throw Refusal(
                description:
                    "run \(foreign.manifest.run) was imported and has no rounds, so that its overheads cannot be "
                    + "judged; 'benchrun compare' shows how values changed"
            )
        }
        let pairs = RowPair.all(baseline: baseline, candidate: candidate).filter { $0.between != nil }
        guard !pairs.isEmpty else {
            throw Refusal(
                description:
                    "run \(candidate.manifest.run) and \(name) have no row in common: measure the same workloads "
                    + "and environments in both"
            )
        }
        let isAdaptive = [baseline, candidate].contains { $0.manifest.stoppingRule.mode == .adaptive }
        let level = isAdaptive ? FileGate.adaptiveLevel : FileGate.fixedLevel
        try check(pairs, level)
        let judged = FileGate.judge(
            pairs.map { pair in
                // Figures of different work are not compared.
                let change = pair.isSameWorkload ? pair.row.overheadChange : nil
                return FileGate.Row(
                    lower: change?.lower,
                    upper: change?.upper,
                    pZero: change == nil ? nil : pair.pZero,
                    delta: pair.row.metric.delta
                )
            },
            level: level
        )
        let rows = pairs.indices.map { index in
            GateReport.Row(
                row: pairs[index].row,
                status: judged.statuses[index],
                p: pairs[index].pZero,
                adjustedP: judged.adjusted[index],
                reason: reason(pairs[index], judged.statuses[index], judged.adjusted[index], level)
            )
        }
        return GateReport(
            mode: .files,
            candidate: candidate.manifest.run.text,
            baseline: name,
            rows: rows,
            differences: RunDifference.between(baseline.manifest, candidate.manifest),
            visible: pairs.compactMap(\.visible),
            warnings: RunComparison.warnings(baseline, candidate, pairs) + blind(pairs, level)
        )
    }

    /// Rows of which no slowdown, however large, could be told from chance, though others could.
    private static func blind(_ pairs: [RowPair], _ level: Double) -> [String] {
        let rows = pairs.filter { pair in
            !pair.baseline.isEmpty && !pair.candidate.isEmpty
                && !HolmPlan.canPass(
                    baseline: pair.baseline.count,
                    candidate: pair.candidate.count,
                    rows: pairs.count,
                    level: level
                )
        }
        return rows.map { pair in
            let needed = HolmPlan.candidateRounds(baseline: pair.baseline.count, rows: pairs.count, level: level)
            let words = needed.map { "the candidate needs \($0) rounds for that" } ?? "the baseline has too few rounds"
            return "\(pair.row.label) in \(pair.row.environment) cannot be called a regression, however slow; \(words)"
        }
    }

    /// A gate that can never say "regression" is worse than none.
    private static func check(_ pairs: [RowPair], _ level: Double) throws(Refusal) {
        let canJudge = pairs.contains { pair in
            HolmPlan.canPass(
                baseline: pair.baseline.count,
                candidate: pair.candidate.count,
                rows: pairs.count,
                level: level
            )
        }
        guard !canJudge else { return }
        let rounds = pairs.map { min($0.baseline.count, $0.candidate.count) }.max() ?? 0
        let needed = HolmPlan.roundsEach(rows: pairs.count, level: level).map(String.init) ?? "more"
        throw Refusal(
            description:
                "\(pairs.count) rows of at most \(rounds) complete rounds cannot show a regression, however large: "
                + "measure \(needed) rounds in both runs, or fewer rows"
        )
    }

    private static func reason(_ pair: RowPair, _ status: GateStatus, _ adjusted: Double, _ level: Double) -> String {
        guard pair.isSameWorkload else { return "the workload's file is another than in the baseline" }
        guard let change = pair.row.overheadChange else {
            return pair.candidate.isEmpty
                ? "the candidate has no complete round" : "the baseline has no complete round"
        }
        guard change.lower != nil else { return "\(change.rounds) complete rounds are too few for an interval" }
        switch status {
        case .regression: return "the whole interval lies above the change that matters, and not by chance"
        case .suspect:
            return "the whole interval lies above the change that matters, but with so many rows that may be chance "
                + "(adjusted p \(rounded(adjusted)), at most \(level) counts)"
        case .improved: return "the whole interval lies below the change that matters"
        case .pass: return "the whole interval lies under the change that matters"
        case .inconclusive: return "the interval reaches across the change that matters: measure more rounds"
        }
    }

    private static func rounded(_ p: Double) -> Double { (p * 1000).rounded() / 1000 }
}

extension RowPair {
    /// One-sided p for "no change or faster".
    var pZero: Double? {
        guard !baseline.isEmpty, !candidate.isEmpty else { return nil }
        return HodgesLehmann.testGreater(baseline: baseline, candidate: candidate, than: 0)?.p
    }

    /// What size of change these two runs could show, in one sentence.
    var visible: String? {
        guard let change = row.overheadChange, let lower = change.lower else { return nil }
        // A regression needs the interval's lower end above the band.
        let smallest = expm1(log1p(row.metric.delta) + change.value - lower)
        let basis = between?.runs.map { "calibrated with \($0) runs" } ?? "not calibrated"
        return
            "\(row.label) in \(row.environment): a change of the overhead under \(CellGuards.percent(smallest)) cannot be "
            + "called a regression with \(baseline.count) and \(candidate.count) rounds (\(basis))"
    }
}
