import BenchrunModel
import Catalog

/// Puts what the guards found about one execution into its rows.
struct CellVerdict: Sendable {
    private let findings: [CellGuards.Finding]
    private let load: Load?

    /// - Parameters:
    ///   - window: telemetry of the execution.
    ///   - load: how the workload's requests come.
    init(_ window: Counters, load: Load? = nil) {
        findings = CellGuards.findings(CellShares(window))
        self.load = load
    }

    /// Flags a row, and takes it out of the count where it cannot be believed. A warm-up and a pilot do not count
    /// anyway, so that nothing of them is measured again.
    /// - Parameter value: what was read; nil for a phase, which is no output.
    func judge(_ row: Sample, of value: MetricValue? = nil) -> Sample {
        var row = row
        row.count = value?.count
        row.flags = Set(findings.map(\.flag) + (value.map(quantileFlags) ?? [])).map(\.rawValue).sorted()
        guard row.stage == .measured || row.stage == .confirmation else { return row }
        let reasons = findings.filter(\.isInvalid).map(\.sentence)
        guard !reasons.isEmpty else { return row }
        row.outcome = .invalid
        row.reason = reasons.joined(separator: "; ")
        return row
    }

    private func quantileFlags(_ value: MetricValue) -> [CellFlag] {
        guard let quantile = value.metric.quantile else { return [] }
        var flags: [CellFlag] = load == .closed ? [.closedLoop] : []
        if let count = value.count, Double(count) < Self.leastRequests(quantile) { flags.append(.fewRequests) }
        return flags
    }

    /// The fewest requests behind a quantile q: 10 / (1 - q) (STATISTICS, section 2).
    static func leastRequests(_ quantile: Double) -> Double {
        // A hair less, so that 99 % takes 1000 and not 1001.
        10 / (1 - quantile) * (1 - 1e-9)
    }
}
