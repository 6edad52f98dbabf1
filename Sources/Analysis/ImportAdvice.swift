import BenchrunModel
import Results
import Statistics

/// What is to be said about a run whose values another tool measured.
struct ImportAdvice {
    let manifest: RunManifest
    let analysis: RunAnalysis

    func sentences() -> [String] {
        guard let origin = manifest.origin else { return [] }
        return [label(origin)] + withoutNative() + withoutInterval(origin) + withoutDirection()
    }

    private func label(_ origin: RunOrigin) -> String {
        let unknown =
            "; whether the environments had the same CPUs, memory and software is known only as far as the files "
            + "tell, and no guard was watched"
        guard origin.isPaired else {
            return "this run was imported from \(origin.tool): its values belong to no rounds, so that environments "
                + "are compared as independent samples (two-sample Hodges-Lehmann); a host that grew warm or busy "
                + "between them counts as their difference" + unknown
        }
        return "this run was imported from \(origin.tool): the rounds are those of its files, and in which order a "
            + "round's environments ran is not known" + unknown
    }

    private func withoutNative() -> [String] {
        guard !manifest.environments.contains(where: { $0.spec.name == EnvironmentSpec.nativeName }) else { return [] }
        return [
            "no environment is native, so that there is nothing to compare with; import again with '--native NAME', "
                + "and the other environments' files beside it"
        ]
    }

    private func withoutInterval(_ origin: RunOrigin) -> [String] {
        let rows = analysis.primary.filter { $0.comparison?.estimate != nil }
        let short = rows.filter { $0.comparison?.estimate?.lower == nil }
        guard !short.isEmpty else { return [] }
        let which =
            short.count == rows.count
            ? "all rows have" : "\(short.count) of \(rows.count) rows \(short.count == 1 ? "has" : "have")"
        let alpha = manifest.stoppingRule.alpha
        let least =
            origin.isPaired
            ? "\(RoundsNeeded.leastWithInterval(alpha: alpha)) complete rounds"
            : "\(Self.leastValues(alpha: alpha)) values on each side"
        return [
            "\(which) too few values for a 95 % interval, and nothing can be concluded from them: it takes \(least); "
                + "measure more, and import those too"
        ]
    }

    private func withoutDirection() -> [String] {
        let unknown = manifest.workloads.flatMap(\.metrics).filter { $0.better == .none }.count
        guard unknown > 0 else { return [] }
        return [
            "of \(unknown) metric\(unknown == 1 ? "" : "s") it is not known which way is better, so that none is "
                + "judged; import again with '--better lower' or '--better higher' if it is the same for all"
        ]
    }

    /// The fewest values on each side for which the two-sample interval exists; 4 at alpha = 0.05.
    private static func leastValues(alpha: Double) -> Int {
        (1...100).first { MannWhitneyDistribution($0, $0).rank(level: alpha / 2) > 0 } ?? 100
    }
}
