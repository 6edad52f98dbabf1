import Analysis
import BenchrunModel
import Results

/// Sentences that stand below the pictures of one run.
struct PlotNotes {
    let manifest: RunManifest
    let analysis: RunAnalysis

    /// `run x, suite default, 6 rounds, seed 42`
    var run: String {
        if analysis.origin != nil { return "run \(analysis.run) · \(Wording.rounds(analysis))" }
        let rounds = Wording.count(analysis.measuredRounds, "round")
        return "run \(analysis.run) · suite \(analysis.suiteName) · \(rounds)"
    }

    /// What the host is, as far as the manifest knows.
    var host: String {
        let facts = manifest.host
        let native = manifest.environments.first { $0.spec.name == EnvironmentSpec.nativeName }
        let model = facts[FactKey.cpuModel] ?? native?.attested[FactKey.cpuModel]
        let kernel = facts[FactKey.kernel] ?? native?.attested[FactKey.kernel]
        let known = [model.map { Self.squeezed($0) }, kernel.map { "Linux \($0)" }].compactMap { $0 }
        // Limits of imported values are not known.
        guard manifest.origin == nil else {
            return known.isEmpty ? "host unknown" : known.joined(separator: " · ")
        }
        let limits =
            "\(Wording.count(manifest.limits.cpus.count, "CPU")) at \(manifest.limits.cpuQuota) %, "
            + "\(Format.bytes(Double(manifest.limits.memory))) for each instance"
        return (known + [limits]).joined(separator: " · ")
    }

    /// The line below a picture.
    var caption: String { "\(run) · \(host)" }

    /// What has no mark in a picture, and why; one line for each environment and reason.
    func missing(_ results: [MetricResult]) -> [String] {
        var order: [[String]] = []
        var labels: [[String]: [String]] = [:]
        for result in results {
            guard result.launches.isEmpty || (result.comparison != nil && result.comparison?.estimate == nil) else {
                continue
            }
            let reason =
                result.absence
                ?? (analysis.isUnpaired
                    ? "no value above 0 there or natively" : "no round has both native and this environment")
            let key = [result.environment, reason]
            if labels[key] == nil { order.append(key) }
            labels[key, default: []].append(result.label)
        }
        let total = Set(results.map(\.label)).count
        return order.map { key in
            let names = labels[key] ?? []
            let what = names.count == total ? "" : ", \(Wording.conjunction(names))"
            return "not drawn: \(key[0])\(what): \(key[1])"
        }
    }

    /// Long texts as lines of a picture's width.
    static func lines(_ texts: [String], width: Double, size: Int) -> [String] {
        texts.flatMap {
            TextWidth.wrap(Printable.line($0, limit: 400), to: Int(width / (Double(size) * 0.58)), indent: 2)
        }
    }

    private static func squeezed(_ text: String) -> String {
        text.split(separator: " ").joined(separator: " ")
    }
}
