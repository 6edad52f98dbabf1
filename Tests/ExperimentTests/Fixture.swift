import AgentProtocol
import BenchrunModel
import Experiment
import Testing

/// An experiment over fakes, and what became of it.
struct Fixture: Sendable {
    var plan: Plan
    var script = Script()
    var progress = RunProgress()
    var session = 1
    var host = FakeHost()
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
            drivers: ["fake": FakeDriver(journal: journal, script: script)],
            context: context,
            host: host,
            sink: sink,
            onEvent: onEvent
        )
        all.admission = admission
        return Experiment(all)
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
}
