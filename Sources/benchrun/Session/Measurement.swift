import Analysis
import ArgumentParser
import BenchrunModel
import Catalog
import Experiment
import Host
import Reports
import Results

/// `all`, `run` and `resume` from the arguments to the exit status.
struct Measurement: Sendable {
    let selection: Selection
    let catalog: Catalog
    let store: StoreOptions
    let options: MeasureOptions
    let output: OutputOptions
    /// The run to go on with; nil begins a new one.
    var resumed: RunManifest?
    /// Whether the report is made when the run has ended.
    var makesReport = true
    /// The two sides of an A/B run; nil in any other.
    var arms: ArmsChoice?

    func run() async throws {
        if let target = options.plannedHalfWidth {
            let plan = PrecisionPlan(measurement: self, target: target)
            return Terminal.out(output.json ? try JSON.text(plan.answer()) : try plan.text())
        }
        if options.dryRun {
            _ = try CPUTopology.detect(chosen: options.cpus)
            return try printPlan()
        }
        let display = output.display()
        let outcome = await Interruption.watching({ announce($0, $1, on: display) }) {
            try await measure(display)
        }
        display.stop()
        switch outcome.result {
        case .success(let finished): try finish(finished, isInterrupted: outcome.isInterrupted)
        case .failure where outcome.isInterrupted: throw Failure("interrupted", status: ExitStatus.interrupted)
        case .failure(let error): throw (error as? Failure) ?? Failure(error)
        }
    }

    func announce(_ signal: String, _ count: Int, on display: ProgressDisplay) {
        display.answer(
            count == 1
                ? "interrupted (\(signal)): finished samples are kept; removing what this run started"
                : "still removing what this run started; if this takes too long, kill benchrun and run 'benchrun clean'"
        )
    }

    /// Measures once and, unless told otherwise, makes the report.
    func measure(_ display: ProgressDisplay) async throws -> FinishedRun {
        let locations = Locations.standard()
        let run = resumed?.run ?? RunNames.run()
        let lock = try HostLock.acquire(run: run, at: locations.lock)
        defer { lock.release() }
        let swept = await Sweeping.sweepDeadRuns(locations: locations)
        if !swept.removed.isEmpty { display.line("removed what a killed run had left: \(swept.removed.count) things") }
        try Task.checkCancellation()
        for line in swept.restored { display.line("restored what a killed run had set: \(line)") }
        for failure in swept.failed { display.warning(failure) }
        var topology = try CPUTopology.detect(chosen: options.cpus)
        let tuning =
            options.tune ? HostTuning.plan(measured: topology.measured, housekeeping: topology.housekeeping) : nil
        if let tuning { topology.housekeeping.removeAll { tuning.offline.contains($0) } }
        let session = try await HostSession.open(run: run, locations: locations, topology: topology)
        let result: Result<FinishedRun, any Error>
        do {
            let prepared = try await RunPreparation(
                measurement: self,
                session: session,
                topology: topology,
                display: display,
                tuned: try await tune(tuning, session, display)
            ).prepare()
            result = .success(try await execute(prepared, display))
        } catch {
            result = .failure(error)
        }
        display.activity("removing what this run started")
        for failure in await session.close() { display.warning(failure) }
        var finished = try result.get()
        if makesReport, finished.ending != .interrupted, !Task.isCancelled {
            display.activity("drawing the report")
            do {
                let report = try await Reporting.build(named: run.text, store: store)
                finished.report = report
                finished.reportFailure = report.report.pictureError.map { "\($0)" }
            } catch {
                finished.reportFailure = "\(error)"
            }
        }
        return finished
    }

    /// Turns the host's knobs; ``HostSession/close()`` turns them back.
    private func tune(
        _ plan: HostTuning?,
        _ session: HostSession,
        _ display: ProgressDisplay
    ) async throws -> TuningRecord? {
        guard let plan else { return nil }
        let outcome = try await TuningJournal(session.ledger).apply(plan)
        for line in outcome.changed { display.line("--tune: \(line)") }
        for line in outcome.uncontrolled { display.line("--tune: uncontrolled: \(line)") }
        return TuningRecord(changed: outcome.changed, uncontrolled: outcome.uncontrolled)
    }

    private func execute(_ prepared: PreparedRun, _ display: ProgressDisplay) async throws -> FinishedRun {
        let log = RunLog(store.runs.folder(of: prepared.plan.run))
        // From here on instances are measured: this process stays off their CPUs.
        try CPUAffinity.setAllThreads(prepared.context.limits.housekeepingCPUs)
        let tracker = tracker(prepared.plan, prepared.progress, prepared, display)
        let setup = setup(prepared, prepared.plan, prepared.progress, tracker, log, display)
        var ending = await Experiment(setup).run()
        var failedCells = tracker.failedCells
        if arms != nil, ending == .completed || ending == .budget {
            let confirmed = try await confirm(prepared, log, display)
            if confirmed.ending != .completed { ending = confirmed.ending }
            failedCells += confirmed.failedCells
        }
        tracker.save(to: prepared.bookPath)
        do {
            try await prepared.recorder.end(ending)
        } catch {
            // What stopped the samples stops this file too, and the first failure says more than the second.
            guard case .failed = ending else { throw error }
        }
        return FinishedRun(
            run: prepared.plan.run,
            ending: ending,
            failedCells: failedCells,
            refused: tracker.refused
        )
    }

    /// Measures rows of an A/B again that look like a regression.
    private func confirm(
        _ prepared: PreparedRun,
        _ log: RunLog,
        _ display: ProgressDisplay
    ) async throws -> (ending: SessionEnding, failedCells: Int) {
        let folder = store.runs.folder(of: prepared.plan.run)
        let suspects = try await FileQueue.run("suspects") { () throws(ResultsError) in
            try InterleavedGate(folder).suspects
        }
        guard !suspects.isEmpty else { return (.completed, 0) }
        display.line("looks like a regression, so it is measured afresh: \(suspects.joined(separator: ", "))")
        let plan = prepared.plan.confirmation(of: suspects)
        let progress = RunProgress(reference: plan.reference, stage: plan.stage)
        let tracker = tracker(plan, progress, prepared, display)
        var setup = setup(prepared, plan, progress, tracker, log, display)
        // The schedule that the manifest keeps is that of the rows themselves.
        setup.onSchedule = { _ in }
        return (await Experiment(setup).run(), tracker.failedCells)
    }

    private func tracker(
        _ plan: Plan,
        _ progress: RunProgress,
        _ prepared: PreparedRun,
        _ display: ProgressDisplay
    ) -> ProgressTracker {
        ProgressTracker(plan: plan, progress: progress, book: DurationBook.load(prepared.bookPath), display: display)
    }

    private func setup(
        _ prepared: PreparedRun,
        _ plan: Plan,
        _ progress: RunProgress,
        _ tracker: ProgressTracker,
        _ log: RunLog,
        _ display: ProgressDisplay
    ) -> Experiment.Setup {
        let hold: @Sendable (String, String) async -> Void = { await Self.hold($0, $1, display) }
        var setup = Experiment.Setup(
            plan: plan,
            session: prepared.sessionNumber,
            progress: progress,
            drivers: prepared.session.drivers,
            context: prepared.context,
            host: RealHost(context: prepared.context),
            sink: prepared.recorder,
            onFailedInstance: options.keep ? hold : nil,
            onAttested: { environment, inside, outside in
                await prepared.recorder.attested(environment, inside: inside, outside: outside)
            },
            onEvent: { event in
                log.note(event)
                tracker.handle(event)
            }
        )
        setup.contexts = prepared.contexts
        setup.onSchedule = { await prepared.recorder.scheduleChanged($0) }
        if options.strict { setup.admission = { await prepared.recorder.refusal(of: $0) } }
        return setup
    }

    /// Keeps a failed instance for inspection until the user has seen enough.
    private static func hold(_ instance: String, _ reason: String, _ display: ProgressDisplay) async {
        display.line("--keep: '\(instance)' failed: \(reason)")
        display.line("--keep: it is left as it is; look at it now, then press Ctrl-C to end the run and remove it")
        display.activity("holding '\(instance)' for inspection")
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
    }

    private func printPlan() throws {
        let plan = DryRun(selection: selection, options: options)
        Terminal.out(output.json ? try JSON.text(plan.answer()) : plan.text())
    }

    private func finish(_ finished: FinishedRun, isInterrupted: Bool) throws {
        let runFolder = store.results + "/" + finished.run.text
        if let report = finished.report {
            Terminal.out(output.json ? try report.json() : report.text(colour: Reporting.wantsColour))
        }
        if isInterrupted, finished.ending == .completed {
            Terminal.error("interrupted: all samples are in \(runFolder)/samples.csv")
            Terminal.error("  benchrun report \(finished.run)   makes the report")
            throw ExitStatus.interrupted
        }
        if let failure = finished.reportFailure { Terminal.error("benchrun: \(failure)") }
        switch finished.ending {
        case .interrupted:
            Terminal.error(
                """
                interrupted: the samples of finished cells are in \(runFolder)/samples.csv
                  benchrun resume \(finished.run)   goes on with it
                  benchrun report \(finished.run)   reports what was measured
                """
            )
            throw ExitStatus.interrupted
        case .failed(let reason):
            throw Failure("\(reason)\n  'benchrun resume \(finished.run)' goes on when the cause is mended")
        case .completed, .budget:
            if finished.reportFailure != nil { throw ExitStatus.failed }
            if let missing = finished.report?.unavailable.first(where: { selection.requiredEnvironments.contains($0) })
            {
                Terminal.error("benchrun: environment '\(missing)' could not be used; 'benchrun doctor' says more")
                throw ExitStatus.unavailable
            }
            if finished.failedCells > 0 {
                let refused = finished.refused.isEmpty ? "" : " (\(finished.refused.joined(separator: ", ")) refused)"
                Terminal.error(
                    "benchrun: \(finished.failedCells) cells failed\(refused); what they printed is in \(runFolder)/outputs"
                )
                throw ExitStatus.invalidMeasurement
            }
        }
    }
}

/// What a measurement leaves for its last words.
struct FinishedRun: Sendable {
    var run: RunID
    var ending: SessionEnding
    var failedCells: Int
    /// Environments with cells for which what was asked could not be given.
    var refused: [String]
    var report: RunReport?
    var reportFailure: String?
}
