import Analysis
import BenchrunModel
import Results
import Statistics

/// The answer in one sentence for each environment.
struct Headline {
    /// The environment.
    var environment: String
    /// `costs 0.9 % (-0.5 to +2.1 %) over 10 workloads`
    var cost: String
    /// `slower in 2 of 10 (fio-randread-4k +31 %, sqlite-insert +18 %), equivalent in 7, open in 1`
    var details: String
    /// `ready after 214 ms (native: 12.7 ms)`
    var startup: String
    /// All of it.
    var sentence: String

    init(environment: String, cost: String, details: String, startup: String) {
        self.environment = environment
        self.cost = cost
        self.details = details
        self.startup = startup
        sentence = [cost, details, startup].filter { !$0.isEmpty }.joined(separator: "; ")
    }

    /// One headline for each environment but native, in the order of the plan.
    static func all(of analysis: RunAnalysis) -> [Headline] {
        analysis.environments.filter { !$0.isNative }.map { environment in
            if let unavailable = environment.unavailable {
                return Headline(
                    environment: environment.name,
                    cost: "not available: \(unavailable.reason)",
                    details: unavailable.nextStep,
                    startup: ""
                )
            }
            let rows = analysis.primary.filter {
                $0.environment == environment.name && $0.workloadClass != .startup && $0.comparison != nil
            }
            return Headline(
                environment: environment.name,
                cost: cost(analysis.suite.first { $0.environment == environment.name }),
                details: details(rows),
                startup: startup(analysis, environment.name)
            )
        }
    }

    private static func cost(_ suite: SuiteResult?) -> String {
        guard let suite else { return "no figure over all workloads" }
        guard let estimate = suite.estimate else { return suite.absence ?? "no figure over all workloads" }
        let words = "over \(Wording.count(suite.workloads.count, "workload"))"
        let interval = Format.interval(estimate).map { " (\($0))" } ?? ", without interval,"
        return "\(Format.overhead(estimate.value))\(interval) \(words)"
    }

    private static func details(_ rows: [MetricResult]) -> String {
        func group(_ kind: Verdict.Kind) -> [MetricResult] {
            rows.filter { $0.comparison?.verdict == kind && $0.comparison?.estimate != nil }
        }
        func named(_ results: [MetricResult]) -> String {
            let sorted = results.sorted { size($0) > size($1) }
            let shown = sorted.prefix(3).map { result in
                "\(result.label) \(result.comparison?.estimate.map { Format.overhead($0.value) } ?? "")"
            }
            return shown.joined(separator: ", ") + (sorted.count > 3 ? ", ..." : "")
        }
        var parts: [String] = []
        let slower = group(.slower)
        if !slower.isEmpty { parts.append("slower in \(slower.count) (\(named(slower)))") }
        let faster = group(.faster)
        if !faster.isEmpty { parts.append("faster in \(faster.count) (\(named(faster)))") }
        let equivalent = group(.equivalent)
        if !equivalent.isEmpty { parts.append("equivalent in \(equivalent.count)") }
        let open = group(.inconclusive)
        if !open.isEmpty { parts.append("inconclusive in \(open.count)") }
        let missing = rows.filter { $0.comparison?.estimate == nil }
        if !missing.isEmpty { parts.append("no figure for \(Wording.conjunction(missing.map(\.label)))") }
        return parts.joined(separator: "; ")
    }

    private static func size(_ result: MetricResult) -> Double {
        abs(result.comparison?.estimate?.value ?? 0)
    }

    private static func startup(_ analysis: RunAnalysis, _ environment: String) -> String {
        guard let own = analysis.startup.first(where: { $0.environment == environment }),
            let ready = own.seconds(.ready)
        else { return "" }
        let native = analysis.startup.first { $0.environment == "native" && $0.workload == own.workload }
        let comparison = native?.seconds(.ready).map { " (native: \(Format.seconds($0)))" } ?? ""
        return "ready after \(Format.seconds(ready))\(comparison)"
    }
}
