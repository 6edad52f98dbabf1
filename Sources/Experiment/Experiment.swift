import AgentProtocol
public import BenchrunModel
import Results

/// Executes a plan, round by round: launches, orders, times, records, and removes whatever it made.
///
/// All clock reads, all ordering and all clean-up are here; drivers only act. Cancelling the task that runs it ends
/// the measurement at once: rows of finished cells are on disk, the cell in progress is recorded as interrupted, and
/// every instance is removed before ``run()`` returns.
public actor Experiment {
    /// Everything an experiment works with.
    public struct Setup: Sendable {
        /// What to do.
        public var plan: Plan
        /// The session's number, from 1.
        public var session: Int
        /// What earlier sessions did.
        public var progress: RunProgress
        /// Drivers by name; every environment of the plan has one and is prepared.
        public var drivers: [String: any Driver]
        /// What all instances have in common.
        public var context: RunContext
        /// What instances of an environment have in its place, such as another image.
        public var contexts: [String: RunContext] = [:]
        /// The host.
        public var host: any ExperimentHost
        /// Where samples go.
        public var sink: any SampleSink
        /// Asked once an environment that has attested, native first and before anything is measured: why it is refused,
        /// or nil. Without it nothing is refused.
        public var admission: (@Sendable (_ environment: String) async -> String?)?
        /// Called with the name of an instance that failed, before it is removed; returns when it may be removed.
        public var onFailedInstance: (@Sendable (_ name: String, _ reason: String) async -> Void)?
        /// Called once an environment, with what its first instance attested from inside and what the host enforces.
        public var onAttested:
            @Sendable (_ environment: String, _ inside: [String: String], _ host: [String: String]) async -> Void
        /// Called with every event, in order; must not block.
        public var onEvent: @Sendable (ExperimentEvent) -> Void
        /// Called when it changes what is known about the pairs, and when a pilot has come to a decision.
        public var onSchedule: @Sendable (ScheduleChange) async -> Void = { _ in }

        /// Creates a setup.
        public init(
            plan: Plan,
            session: Int,
            progress: RunProgress = RunProgress(),
            drivers: [String: any Driver],
            context: RunContext,
            host: any ExperimentHost,
            sink: any SampleSink,
            onFailedInstance: (@Sendable (String, String) async -> Void)? = nil,
            onAttested: @escaping @Sendable (String, [String: String], [String: String]) async -> Void = { _, _, _ in },
            onEvent: @escaping @Sendable (ExperimentEvent) -> Void = { _ in }
        ) {
            self.plan = plan
            self.session = session
            self.progress = progress
            self.drivers = drivers
            self.context = context
            self.host = host
            self.sink = sink
            self.onFailedInstance = onFailedInstance
            self.onAttested = onAttested
            self.onEvent = onEvent
        }
    }

    let setup: Setup
    let pool: InstancePool
    /// Environments that cannot be used any more, with the reason.
    private(set) var lost: [String: String] = [:]
    /// Environments that are not measured because of what they attested, with the reason.
    private var refused: [String: String] = [:]
    /// Why an environment's instance could not be launched in the current round.
    var launchFailures: [String: String] = [:]
    /// Seconds that the launch of an environment's instance took in the current round.
    private(set) var launchSeconds: [String: Double] = [:]
    private var attested: Set<String> = []
    /// What this session and earlier ones did.
    private(set) var progress: RunProgress
    /// Which pairs of environments go on.
    var states: PairStates
    /// Iterations that pilots have decided on.
    var iterations: [BlockKey: Int]
    /// The pilot that is under way.
    var pilots: [BlockKey: Pilot] = [:]

    /// Creates an experiment.
    public init(_ setup: Setup) {
        self.setup = setup
        self.progress = setup.progress
        self.states = PairStates(plan: setup.plan, progress: setup.progress)
        self.iterations = setup.plan.iterations
        self.pool = InstancePool(setup)
    }

    /// Runs the plan to its end, to the end of the budget, or until the task is cancelled.
    public func run() async -> SessionEnding {
        let ending = await attestFirst() ? await measure() : .interrupted
        await removeInstances()
        await recordEnd(ending)
        setup.onEvent(.ended(ending))
        return ending
    }

    // MARK: An instance

    func launch(_ environment: String, round: Int) async {
        guard refused[environment] == nil else { return }
        setup.onEvent(.launching(environment: environment))
        let began = setup.host.now()
        do {
            let live = try await pool.launch(environment, round: round, session: setup.session)
            launchFailures[environment] = nil
            launchSeconds[environment] = Double(setup.host.now() - began) / 1e9
            try await attest(environment, live)
        } catch is CancellationError {
            return
        } catch {
            launchFailures[environment] = sentence(error)
            note(error, in: environment)
            guard !Task.isCancelled else { return }
            let name = "r\(round).launch.\(environment)"
            let path = await setup.sink.keep(evidence: InstanceFailure.evidence(of: error), of: name)
            setup.onEvent(
                .warning("\(environment): \(sentence(error))" + (path.map { "; its log is in \($0)" } ?? ""))
            )
        }
    }

    private func note(_ error: any Error, in environment: String) {
        let cause = (error as? InstanceFailure)?.cause ?? error
        if let cause = cause as? DriverError, cause.isDaemonGone { lost[environment] = sentence(cause) }
    }

    /// An error as one line, for a row: names of instances become their environment's, so that equal failures of
    /// different rounds read the same.
    private func sentence(_ error: any Error) -> String {
        let lines = "\(error)".split(whereSeparator: \.isNewline).map { $0.trimmingPrefix { $0 == " " } }
        let text = lines.joined(separator: " ")
        let names = setup.plan.environments.map(\.name)
        let words = text.split(separator: " ").map { word -> Substring in
            guard word.hasPrefix("benchrun-\(setup.plan.run)"),
                let name = names.filter({ word.contains("-\($0)-") }).max(by: { $0.count < $1.count })
            else { return word }
            return name + word.drop { $0 != ":" }
        }
        return String(words.joined(separator: " ").prefix(500))
    }

    /// Lets every environment attest before anything is measured where somebody decides by it, or where no instance
    /// is shared and so none would ever be asked.
    /// - Returns: false when the task was cancelled meanwhile.
    private func attestFirst() async -> Bool {
        let isAskedLater = setup.plan.workloads.contains { $0.activity == .command }
        guard setup.admission != nil || !isAskedLater else { return true }
        for environment in setup.plan.environments.map(\.name) where !Task.isCancelled {
            // Nobody inside could attest anything.
            if refusalOfCommands(in: environment) != nil { continue }
            await launch(environment, round: 0)
            await removeInstances()
        }
        return !Task.isCancelled
    }

    private func attest(_ environment: String, _ live: LiveInstance) async throws {
        guard !attested.contains(environment) else { return }
        _ = try await pool.resume(environment)
        var inside = try await live.agent.facts()
        inside[FactKey.packageList] = try await PackageList.digest(by: live.agent)
        let outside = await (live.instance as? any Observing)?.enforcedLimits() ?? [:]
        try await pool.pause(environment)
        attested.insert(environment)
        await setup.onAttested(environment, inside, outside)
        guard let reason = await setup.admission?(environment) else { return }
        refused[environment] = reason
        setup.onEvent(.warning("\(environment) is refused: \(reason)"))
        await pool.discard(environment)
    }

    func removeInstances() async {
        let count = await pool.count
        if count > 0 { setup.onEvent(.removing(count: count)) }
        for failure in await pool.removeAll() { setup.onEvent(.warning(failure)) }
    }

    // MARK: A cell

    /// Measures one cell of a block and records it, whatever becomes of it.
    func measure(_ block: BlockKey, in environment: String, slot: Int, round: Int, attempt: Int) async throws {
        guard var workload = workload(block),
            let workloadCase = workload.cases.first(where: { $0.label == block.caseLabel })
        else { return }
        setup.onEvent(.cell(round: round, block: block, environment: environment))
        let began = setup.host.now()
        let arm = setup.plan.arms[environment]
        if let command = arm?.command { workload.command = command }
        var cell = Cell(
            run: setup.plan.run,
            session: setup.session,
            round: round,
            slot: slot,
            position: 0,
            attempt: attempt,
            environment: environment,
            instance: "",
            workload: workload,
            workloadCase: workloadCase,
            arm: arm?.name ?? "",
            roundStage: setup.plan.stage
        )
        var rows: [Sample]
        var telemetry: [TelemetryRecord] = []
        var interrupted = false
        do {
            (rows, telemetry) = try await rowsOf(&cell, began: began)
        } catch {
            interrupted = error is CancellationError || Task.isCancelled
            rows = await failure(of: cell, error, began: began, interrupted: interrupted)
        }
        try await append(rows, telemetry)
        for row in rows { progress.note(row) }
        if interrupted { throw CancellationError() }
        notePilot(rows, of: cell, seconds: Double(setup.host.now() - began) / 1e9)
        setup.onEvent(.measured(summary(of: cell, rows, began: began)))
    }

    /// Rows are written also when the task has just been cancelled.
    private func append(_ rows: [Sample], _ telemetry: [TelemetryRecord]) async throws {
        let sink = setup.sink
        let failure: (any Error)? = await uncancelled {
            do {
                try await sink.append(rows)
                try await sink.append(telemetry: telemetry)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    private func rowsOf(_ cell: inout Cell, began: UInt64) async throws -> ([Sample], [TelemetryRecord]) {
        if let reason = lost[cell.environment] {
            return (cell.rows(without: .unavailable, reason: reason, startedAt: began), [])
        }
        if let reason = refused[cell.environment] {
            return (cell.rows(without: .refused, reason: reason, startedAt: began), [])
        }
        return switch cell.workload.activity {
        case .lifecycle: try await lifecycleRows(&cell)
        case .command: try await commandRows(&cell)
        case .density: try await densityRows(&cell)
        case .engineOperation(let operation): try await operationRows(&cell, operation)
        }
    }

    private func commandRows(_ cell: inout Cell) async throws -> ([Sample], [TelemetryRecord]) {
        if let reason = refusalOfCommands(in: cell.environment) {
            return (cell.rows(without: .refused, reason: reason, startedAt: setup.host.now()), [])
        }
        if await pool.instance(of: cell.environment) == nil {
            // It was never launched in this round, or it broke in an earlier cell.
            if let reason = launchFailures[cell.environment] {
                return (cell.rows(without: .failed, reason: reason, startedAt: setup.host.now()), [])
            }
            await launch(cell.environment, round: cell.round)
            try Task.checkCancellation()
            if let reason = refused[cell.environment] {
                return (cell.rows(without: .refused, reason: reason, startedAt: setup.host.now()), [])
            }
        }
        guard let live = await pool.instance(of: cell.environment) else {
            let reason = launchFailures[cell.environment] ?? "its instance could not be launched"
            return (cell.rows(without: .failed, reason: reason, startedAt: setup.host.now()), [])
        }
        cell.instance = live.instance.spec.name
        await setup.host.settle()
        cell.position = try await pool.resume(cell.environment)
        let onEvent = setup.onEvent
        let measurement = CommandCell(cell: cell, live: live, host: setup.host) { onEvent(.step($0)) }
        let outcome = try await measurement.measure()
        if !outcome.evidence.isEmpty {
            _ = await setup.sink.keep(evidence: outcome.evidence, of: cell.identifier)
            let reason = outcome.rows.last { $0.outcome != .ok }?.reason ?? "it failed"
            await setup.onFailedInstance?(cell.instance, reason)
        }
        try await live.agent.clearAndSync(GuestPath.scratch)
        try await pool.pause(cell.environment)
        return (outcome.rows, outcome.telemetry)
    }

    private func failure(of cell: Cell, _ error: any Error, began: UInt64, interrupted: Bool) async -> [Sample] {
        let duration = setup.host.now() - began
        if interrupted {
            return cell.rows(
                without: .interrupted,
                reason: "the run was interrupted",
                startedAt: began,
                duration: duration
            )
        }
        note(error, in: cell.environment)
        let reason = sentence(error)
        _ = await setup.sink.keep(evidence: InstanceFailure.evidence(of: error), of: cell.identifier)
        setup.onEvent(.warning("\(cell.workload.name) in \(cell.environment): \(reason)"))
        await setup.onFailedInstance?(cell.instance, reason)
        if cell.workload.activity == .command { await pool.discard(cell.environment) }
        return cell.rows(without: .failed, reason: reason, startedAt: began, duration: duration)
    }

    private func summary(of cell: Cell, _ rows: [Sample], began: UInt64) -> CellSummary {
        let primary = rows.filter { $0.stage == cell.stage && $0.metric == cell.workload.metrics.first?.name }
        let values = primary.compactMap(\.value)
        let bad = rows.first { $0.outcome != .ok }
        return CellSummary(
            round: cell.round,
            block: cell.block,
            environment: cell.environment,
            outcome: bad?.outcome ?? .ok,
            value: values.isEmpty ? nil : values.reduce(0, +) / Double(values.count),
            unit: cell.workload.metrics.first?.unit ?? "",
            reason: bad?.reason ?? "",
            duration: setup.host.now() - began
        )
    }
}
