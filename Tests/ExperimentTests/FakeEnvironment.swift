import AgentProtocol
import BenchrunModel
import Experiment
import Results
import Synchronization

/// What the fakes below were asked to do, in order: tests pin the order, not only values.
final class Journal: Sendable {
    private let lines = Mutex<[String]>([])

    func note(_ line: String) { lines.withLock { $0.append(line) } }

    var all: [String] { lines.withLock { $0 } }

    func count(of prefix: String) -> Int { all.count { $0.hasPrefix(prefix) } }
}

/// What the fakes do when asked.
struct Script: Sendable {
    /// How a command ends in an environment.
    var run: @Sendable (_ environment: String, _ command: Command) async throws -> AgentProtocol.Execution = { _, _ in
        Execution(termination: .exited(0), wall: 1_000_000, output: Array("value 42.5\n".utf8))
    }
    /// Called before an instance is created.
    var create: @Sendable (_ environment: String) async throws -> Void = { _ in }
    /// How long an environment's instance has been throttled until now, in nanoseconds.
    var observed: (@Sendable (_ environment: String) -> UInt64)?
    /// The host's boot id as the agent sees it.
    var bootID = "host-boot"
    /// How a spawned command ends; for as long as nothing is said, it does not.
    var wait: @Sendable () async throws -> AgentProtocol.Execution = {
        try await Task.sleep(for: .seconds(60))
        return Execution(termination: .exited(0))
    }
    /// Called before a service answers.
    var answer: @Sendable () async throws -> Void = {}
    /// Makes another kind of instance.
    var make: (@Sendable (FakeInstance) -> any Instance)?
}

struct FakeDriver: Driver {
    static let name = "fake"
    static let options: Set<String> = []
    let journal: Journal
    let script: Script

    init(setup: DriverSetup) {
        self.init(journal: Journal(), script: Script())
    }

    init(journal: Journal, script: Script) {
        self.journal = journal
        self.script = script
    }

    func probe(_ environment: EnvironmentSpec) async -> Availability { .available(facts: [:]) }

    func prepare(_ environment: EnvironmentSpec, in context: RunContext) async throws {}

    func create(_ spec: InstanceSpec, in context: RunContext) async throws -> any Instance {
        try await script.create(spec.environment.name)
        journal.note("create \(spec.environment.name)")
        let instance = FakeInstance(spec: spec, journal: journal, script: script)
        return script.make?(instance) ?? instance
    }

    func removeOrphans(of run: RunID) async throws -> [String] { [] }

    func shutdown() async {}
}

struct FakeInstance: Pausing, Observing {
    let spec: InstanceSpec
    let journal: Journal
    let script: Script

    private func note(_ verb: String) { journal.note("\(verb) \(spec.environment.name)") }

    func start() async throws { note("start") }
    var agent: any AgentConnection {
        get async throws { FakeAgent(environment: spec.environment.name, journal: journal, script: script) }
    }
    func stop() async throws { note("stop") }
    func remove() async throws { note("remove") }
    func diagnostics() async -> String { "" }
    func pause() async throws { note("pause") }
    func resume() async throws { note("resume") }
    func resetPeakMemory() async {}
    func peakMemory() async -> UInt64? { 4096 }
    func enforcedLimits() async -> [String: String] { [FactKey.cpus: "1"] }
    func counters() async -> Counters {
        script.observed.map { [Counter(.instance, "throttled-time"): $0(spec.environment.name)] } ?? [:]
    }
}

struct FakeAgent: AgentConnection {
    let environment: String
    let journal: Journal
    let script: Script

    func hello(within limit: Duration) async throws -> (Hello, receivedAt: UInt64) {
        journal.note("hello \(environment)")
        return (Hello(processID: 1, bootID: script.bootID, startedAt: 0), FakeHost.clock.next())
    }
    func facts() async throws -> [String: String] {
        journal.note("facts \(environment)")
        return ["kernel.release": "6.1"]
    }
    func run(_ command: Command, onOutput: (@Sendable ([UInt8]) -> Void)?) async throws -> AgentProtocol.Execution {
        journal.note("run \(environment) \(command.arguments.joined(separator: " "))")
        return try await script.run(environment, command)
    }
    func spawn(_ command: Command) async throws -> SpawnedProcess {
        journal.note("spawn \(environment) \(command.arguments.joined(separator: " "))")
        return SpawnedProcess(handle: 1)
    }
    func signal(_ process: SpawnedProcess, number: Int32) async throws {}
    func wait(_ process: SpawnedProcess) async throws -> AgentProtocol.Execution { try await script.wait() }
    func put(_ bytes: [UInt8], at path: String, mode: UInt32) async throws {}
    func get(_ path: String, limit: UInt32) async throws -> [UInt8] { [] }
    func probe(_ endpoint: Endpoint, send bytes: [UInt8], within limit: Duration) async throws -> UInt64 {
        journal.note("probe \(environment) \(String(decoding: bytes, as: UTF8.self))")
        try await script.answer()
        return 0
    }
    func counters() async throws -> [String: UInt64] { [:] }
    func clock() async throws -> UInt64 { FakeHost.clock.next() }
    func clearAndSync(_ directory: String) async throws { journal.note("clear \(environment)") }
    func shutdown() async throws {}
    func close() async { journal.note("close \(environment)") }
}

/// A clock that advances by a millisecond at every look.
final class FakeClock: Sendable {
    private let value = Atomic<UInt64>(0)
    func next() -> UInt64 { value.add(1_000_000, ordering: .relaxed).newValue }
}

struct FakeHost: ExperimentHost {
    static let clock = FakeClock()
    var bareTime: UInt64? = 700_000
    var drop: @Sendable () throws -> Void = {}
    /// Memory that it has left.
    var available: UInt64? = 8 << 30

    func now() -> UInt64 { Self.clock.next() }
    var bootID: String { "host-boot" }
    func settle() async {}
    func bareExec() async -> UInt64? { bareTime }
    func dropPageCache() async throws { try drop() }
    func counters(at moment: CountedMoment) -> Counters {
        [Counter(.host, "elapsed"): now(), Counter(.cpus, "count"): 1]
    }
}

/// Keeps rows in memory; may refuse.
actor MemorySink: SampleSink {
    private(set) var rows: [Sample] = []
    private(set) var evidence: [String: String] = [:]
    private(set) var telemetry: [TelemetryRecord] = []
    private let refusal: (any Error)?

    init(refusal: (any Error)? = nil) { self.refusal = refusal }

    func append(_ new: [Sample]) async throws {
        if let refusal { throw refusal }
        rows += new
    }

    func append(telemetry records: [TelemetryRecord]) async throws { telemetry += records }

    func keep(evidence text: String, of cell: String) async -> String? {
        evidence[cell] = text
        return cell
    }
}

struct NoLedger: ResourceLedger {
    func willCreate(kind: String, name: String, detail: [String: String]) async throws {}
    func didRemove(kind: String, name: String) async throws {}
}
