import AgentProtocol
import BenchrunModel
import Experiment
import Results
import Synchronization
import Testing

/// An experiment over fakes, and what became of it.
struct Fixture: Sendable {
    var plan: Plan
    var script = Script()
    var progress = RunProgress()
    var session = 1
    var host = FakeHost()
    /// Further drivers than `fake`.
    var drivers: [String: any Driver] = [:]
    var admission: (@Sendable (String) async -> String?)?
    let journal = Journal()

    init(environments: [String] = ["native", "box"], workloads: [Workload] = [.reading], rounds: Int = 1) throws {
        plan = Plan(
            run: try #require(RunID("test-run")),
            seed: 7,
            rounds: rounds,
            budget: nil,
            workloads: workloads,
            environments: environments.map { EnvironmentSpec(name: $0, driver: "fake") }
        )
    }

    func experiment(
        sink: MemorySink,
        record: ScheduleMemory = ScheduleMemory(),
        onEvent: @escaping @Sendable (ExperimentEvent) -> Void = { _ in }
    ) -> Experiment {
        let limits = Limits(cpus: [1], housekeepingCPUs: [0], cpuQuota: 100, memory: 1 << 30)
        let setup = DriverSetup(
            run: plan.run,
            controlGroup: "benchrun/test-run",
            stateDirectory: "/nowhere",
            cacheDirectory: "/nowhere",
            agentExecutable: "/nowhere",
            housekeepingCPUs: [0],
            ledger: NoLedger()
        )
        let context = RunContext(
            setup: setup,
            image: ImageForms(digest: "sha256:0", archive: "", directory: ""),
            limits: limits,
            scratchDirectory: "/nowhere",
            scratchSize: 1
        )
        var all = Experiment.Setup(
            plan: plan,
            session: session,
            progress: progress,
            drivers: drivers.merging(["fake": FakeDriver(journal: journal, script: script)]) { $1 },
            context: context,
            host: host,
            sink: sink,
            onEvent: onEvent
        )
        all.admission = admission
        all.onSchedule = { await record.note($0) }
        return Experiment(all)
    }

    /// Makes the number of rounds adaptive.
    mutating func measureUntilPrecise(_ rule: StoppingRule = .adaptive()) {
        plan.stopping = rule
        plan.rounds = rule.mostRounds(environments: plan.environments.count)
    }

    /// Begins another session after these rows.
    mutating func resume(after rows: [Sample]) {
        for row in rows { progress.note(row) }
        session = progress.lastSession + 1
    }
}

/// Keeps what an experiment says about its schedule.
actor ScheduleMemory {
    private(set) var pairs: [PairRecord] = []
    private(set) var pilots: [PilotRecord] = []

    func note(_ change: ScheduleChange) {
        switch change {
        case .pairs(let records): pairs = records
        case .pilot(let record): pilots.append(record)
        }
    }

    /// Why a pair stopped, and when: `precision 10`.
    func stop(_ environment: String, _ workload: String = "reading") -> String {
        guard let pair = pairs.first(where: { $0.environment == environment && $0.workload == workload }) else {
            return "no pair"
        }
        return "\(pair.reason?.rawValue ?? "open") \(pair.closedAt.map(String.init) ?? "")"
    }
}

extension Workload {
    /// A command whose output holds one figure.
    static let reading = Workload(
        name: "reading",
        title: "reading",
        workloadClass: .compute,
        command: ["measure"],
        metrics: [Metric(name: "value", unit: "u", better: .higher, source: .pattern("value ([0-9.]+)"))]
    )

    /// An instance's life.
    static let life = Workload(
        name: "life",
        title: "life",
        workloadClass: .startup,
        activity: .lifecycle,
        metrics: Phase.allCases.map { Metric(name: $0.rawValue, unit: "s", better: .lower, source: .phase($0)) }
    )

    func named(_ name: String) -> Workload {
        var copy = self
        copy.name = name
        copy.command = [name]
        return copy
    }
}

/// A command's output with one figure, and what it has been in turn: the same for the same name in every session.
final class Figures: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    /// The next figure of a series: 100, times `spread` up and down in turn.
    func next(_ name: String, spread: Double = 0) -> AgentProtocol.Execution {
        let index = counts.withLock { counts in
            counts[name, default: 0] += 1
            return counts[name] ?? 0
        }
        let value = 100 * (1 + (index.isMultiple(of: 2) ? spread : -spread))
        return Execution(termination: .exited(0), wall: 1_000_000, output: Array("value \(value)\n".utf8))
    }
}
