import BenchrunModel
import Glibc
import Results
import Statistics

/// Turns what is weak about a run into sentences that say what to do about it.
struct Advice {
    let manifest: RunManifest
    let analysis: RunAnalysis
    let notes: [String]

    /// All warnings, the most important first.
    func warnings() -> [String] {
        var seen: Set<String> = []
        let all =
            ImportAdvice(manifest: manifest, analysis: analysis).sentences() + manifest.warnings + attestation()
            + emulation() + ending() + AdaptiveAdvice(manifest: manifest).sentences() + failures() + fewRounds()
            + unusable() + noisyNative() + reboots() + notes
        return all.map { Printable.line($0, limit: 600) }.filter { seen.insert($0).inserted }
    }

    /// What was asked for and not got, and guards that do not hold where no difference says so already.
    private func attestation() -> [String] {
        analysis.attestation.notAsAsked.map { fact, cell in
            "\(cell.environment) did not get what was asked for: \(StrictCheck.sentence(fact, cell)); its figures are those "
                + "of other conditions, and '--strict' would refuse them"
        } + analysis.guards.filter { $0.state == .broken && $0.advice != nil }.compactMap(\.advice)
    }

    private func emulation() -> [String] {
        manifest.environments.compactMap { record in
            guard record.unavailable == nil, record.driverFacts["accelerator"] == "tcg" else { return nil }
            let reason = record.driverFacts["accelerator.reason"].map { " (\($0))" } ?? ""
            return "\(record.spec.name) emulates the CPU in software\(reason): its figures say nothing about virtual "
                + "machines with hardware help; measure those on a host where 'benchrun doctor' lists libvirt-kvm"
        }
    }

    private func ending() -> [String] {
        guard manifest.origin == nil, manifest.stoppingRule.mode == .fixed,
            analysis.measuredRounds < manifest.rounds
        else { return [] }
        let why = manifest.sessions.last.map(Analyzer.words) ?? "nothing was measured"
        let rounds = "\(analysis.measuredRounds) of \(manifest.rounds) rounds"
        if manifest.sessions.last?.ending == .completed {
            return ["\(rounds) have values in every environment; the other cells were tried and have none"]
        }
        return ["\(rounds) were measured, because \(why); continue with 'benchrun resume \(manifest.run)'"]
    }

    private func failures() -> [String] {
        analysis.failures.compactMap { failure in
            guard !failure.lostRounds.isEmpty else { return nil }
            let label = failure.caseLabel.isEmpty ? failure.workload : "\(failure.workload) \(failure.caseLabel)"
            let rounds = failure.lostRounds.count
            let reason = failure.reason.isEmpty ? "" : ": \(Printable.line(failure.reason, limit: 200))"
            let next =
                switch failure.outcome {
                case _ where manifest.origin != nil: "the imported file says no more"
                case .timeout: "raise 'timeout' in the workload's file if that is normal there"
                case .interrupted, .unavailable: "'benchrun resume \(manifest.run)' measures what is missing"
                case .invalid: "keep the host idle and measure again"
                default: "the run's folder keeps the output of failed samples, and log.ndjson the rest"
                }
            let lacks = manifest.isUnpaired ? "lacks" : "has no value in"
            return "\(label) in \(failure.environment) \(lacks) \(count(rounds)) "
                + "(\(failure.outcome.rawValue)\(reason)); \(next)"
        }
    }

    private func fewRounds() -> [String] {
        guard manifest.origin == nil else { return [] }
        let least = RoundsNeeded.leastWithInterval(alpha: manifest.stoppingRule.alpha)
        let short = analysis.primary.filter { result in
            guard let estimate = result.comparison?.estimate else { return false }
            return estimate.rounds < least
        }
        guard let most = short.compactMap({ $0.comparison?.estimate?.rounds }).max() else { return [] }
        let total = analysis.primary.filter { $0.comparison?.estimate != nil }.count
        let which =
            short.count == total
            ? "all rows have" : "\(short.count) of \(total) rows \(short.count == 1 ? "has" : "have")"
        return [
            "\(which) at most \(most) complete round\(most == 1 ? "" : "s"): no 95 % interval exists under "
                + "\(least) rounds, so nothing can be concluded from them; measure again with '--rounds \(least)' or more"
        ]
    }

    private func unusable() -> [String] {
        analysis.primary.compactMap { result in
            guard let rounds = result.comparison?.unusableRounds, !rounds.isEmpty else { return nil }
            return
                "\(result.label) in \(result.environment): \(count(rounds.count)) left out because a value is not "
                + "above 0, which has no ratio; look at samples.csv"
        }
    }

    /// `1 round`; in a run without rounds `1 value`.
    private func count(_ number: Int) -> String {
        "\(number) \(manifest.isUnpaired ? "value" : "round")\(number == 1 ? "" : "s")"
    }

    private func noisyNative() -> [String] {
        analysis.primary.compactMap { result in
            guard result.environment == EnvironmentSpec.nativeName, result.metric.better != .none,
                result.launches.count >= 3, let variation = result.variation, variation > result.metric.delta
            else { return nil }
            let next =
                manifest.origin == nil
                ? "stop other work on this host, or measure more rounds" : "import more values, or quieter ones"
            return "\(result.label) varies by \(Self.percent(variation)) from launch to launch natively, more than the "
                + "\(Self.percent(result.metric.delta)) that matter: small overheads cannot be seen; \(next)"
        }
    }

    private func reboots() -> [String] {
        guard Set(manifest.sessions.map(\.bootID)).count > 1 else { return [] }
        return [
            "the host was rebooted between sessions of this run: only rounds of one session are compared, but their "
                + "spread includes what the reboot changed"
        ]
    }

    private static func percent(_ fraction: Double) -> String {
        let tenths = (fraction * 1000).rounded() / 10
        return (tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)") + " %"
    }
}
