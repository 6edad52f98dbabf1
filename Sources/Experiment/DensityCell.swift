import AgentProtocol
import BenchrunModel
import Catalog
import Host
import Results

/// A cell that adds instances of its own one by one until there are as many as its case says, a limit of the host is
/// reached or their service answers too slowly, and then looks at what the host gives for them while they are idle.
///
/// All of them are removed before it returns, also when the task is cancelled.
struct DensityCell: Sendable {
    let cell: Cell
    let density: Density
    let driver: any Driver
    /// One a wanted instance.
    let specs: [InstanceSpec]
    let context: RunContext
    let host: any DensityHost
    let onStep: @Sendable (String) -> Void

    /// How long the kernel's merging of equal pages may take to come to rest.
    private static let mergingLimit = Duration.seconds(30)
    /// How long a service may take to answer at all.
    private static let serviceLimit = Duration.seconds(60)
    /// Telemetry's scopes in which an instance's CPU time is; daemons that others share are not among them.
    private static let ownScopes: [Counter.Scope] = [.instance, .shim, .conmon]

    /// An instance and what has been seen of it.
    private struct Member {
        var instance: any Instance
        var agent: any AgentConnection
        var seen: DensityFigures.Instance
    }

    /// A bound that was reached.
    private struct BoundReached: Error {
        var reason: String
    }

    /// The cell's rows and telemetry. A bound that is reached makes rows with the reason and without a value.
    func measure() async throws -> (rows: [Sample], telemetry: TelemetryRecord) {
        let startedAt = host.now()
        let before = host.counters(at: .begin)
        var members: [Member] = []
        do {
            try await addAll(to: &members)
            let (figures, merging) = try await look(at: members, since: startedAt)
            await remove(members)
            var window = host.counters(at: .end).since(before)
            for (scope, memory) in figures.daemons { window[Counter(scope, "pss.bytes")] = memory }
            window[Counter(.host, "ksm.state")] = merging.code
            window[Counter(.host, "ksm.sharing")] = host.samePageMerging().sharing
            let verdict = CellVerdict(window)
            let rows = rows(figures, startedAt: startedAt).map { $0.value == nil ? $0 : verdict.judge($0) }
            return (rows, cell.record(window, iteration: 1, stage: cell.stage))
        } catch let bound as BoundReached {
            await remove(members)
            let rows = cell.rows(
                without: .refused,
                reason: bound.reason,
                startedAt: startedAt,
                duration: host.now() - startedAt
            )
            let window = host.counters(at: .end).since(before)
            return (rows, cell.record(window, iteration: 1, stage: cell.stage))
        } catch {
            var log = ""
            if !(error is CancellationError), let last = members.last { log = await last.instance.diagnostics() }
            await remove(members)
            throw log.isEmpty ? error : InstanceFailure(cause: error, log: log)
        }
    }

    // MARK: Adding

    private func addAll(to members: inout [Member]) async throws {
        for (index, spec) in specs.enumerated() {
            try Task.checkCancellation()
            onStep("instance \(index + 1) of \(specs.count)")
            if let left = host.availableMemory(), left < UInt64(density.memoryReserve) {
                throw BoundReached(
                    reason: "the memory limit was reached with \(members.count) instances: the host has "
                        + "\(Self.mebibytes(left)) left, and \(Self.mebibytes(UInt64(density.memoryReserve))) are kept"
                )
            }
            members.append(try await add(spec))
            guard let bound = density.latencyBound else { continue }
            for index in members.indices { members[index].seen.latency = try await latency(of: members[index].agent) }
            let slowest = members.compactMap(\.seen.latency).max() ?? 0
            if Duration.nanoseconds(Int64(clamping: slowest)) > bound {
                throw BoundReached(
                    reason: "the latency bound was reached with \(members.count) instances: one answered in "
                        + "\(Self.milliseconds(slowest)), and \(bound) are permitted"
                )
            }
        }
    }

    private func add(_ spec: InstanceSpec) async throws -> Member {
        let requested = host.now()
        let instance = try await driver.create(spec, in: context)
        do {
            try await instance.start()
            let agent = try await instance.agent
            _ = try await agent.hello(within: spec.readiness.limit)
            if let command = CommandBuilder.service(of: density, case: cell.workloadCase) {
                _ = try await agent.spawn(command)
            }
            _ = try await latency(of: agent)
            return Member(instance: instance, agent: agent, seen: .init(launch: host.now() - requested))
        } catch {
            throw await InstancePool.removing(instance, after: error)
        }
    }

    /// How long the service takes to answer on the instance's own clock, or the agent on the host's where there is no
    /// service.
    private func latency(of agent: any AgentConnection) async throws -> UInt64 {
        guard let service = density.service else {
            let asked = host.now()
            _ = try await agent.clock()
            return host.now() - asked
        }
        return try await agent.probe(service.endpoint, send: Array(service.request.utf8), within: Self.serviceLimit)
    }

    // MARK: Looking

    private func look(
        at members: [Member],
        since startedAt: UInt64
    ) async throws -> (figures: DensityFigures, merging: MergingState) {
        var members = members
        let total = host.now() - startedAt
        for index in members.indices { members[index].seen.latency = try await latency(of: members[index].agent) }
        onStep("waiting for the host to come to rest")
        let merging = try await settle()
        onStep("leaving \(members.count) instances alone")
        let before = await cpuTimes(of: members)
        let began = host.now()
        try await Task.sleep(for: density.idle)
        let window = host.now() - began
        let after = await cpuTimes(of: members)
        onStep("looking at their memory")
        for index in members.indices {
            if let earlier = before[index], let later = after[index], later >= earlier {
                members[index].seen.cpu = later - earlier
            }
            members[index].seen.footprint = await (members[index].instance as? any FootprintObserving)?.footprint()
        }
        let figures = DensityFigures(instances: members.map(\.seen), total: total, window: window)
        return (figures, merging)
    }

    private func cpuTimes(of members: [Member]) async -> [UInt64?] {
        var times: [UInt64?] = []
        for member in members {
            let counters = await (member.instance as? any Observing)?.counters() ?? [:]
            let own = Self.ownScopes.compactMap { counters[$0, "cpu"] }
            times.append(counters[.instance, "cpu"] == nil ? nil : own.reduce(0, &+))
        }
        return times
    }

    /// Waits, bounded, until no more pages are merged.
    private func settle() async throws -> MergingState {
        var last = host.samePageMerging()
        guard last.isRunning else { return .off }
        let deadline = ContinuousClock.now + Self.mergingLimit
        while ContinuousClock.now < deadline {
            try await Task.sleep(for: .seconds(2))
            let next = host.samePageMerging()
            if next.isSettled(since: last) { return .settled }
            if next.scans >= last.scans + 2 { last = next }
        }
        return .unsettled
    }

    // MARK: Rows and clean-up

    private func rows(_ figures: DensityFigures, startedAt: UInt64) -> [Sample] {
        let duration = host.now() - startedAt
        return cell.workload.metrics.flatMap { metric -> [Sample] in
            guard case .density(let figure) = metric.source else { return [] }
            guard let value = figures.value(figure) else {
                // Where nothing is shared there is nothing to tell.
                return figure == .daemonMemory ? [] : unread(metric, startedAt: startedAt, duration: duration)
            }
            return [
                cell.row(
                    metric,
                    value: value * metric.scale,
                    iteration: 1,
                    stage: cell.stage,
                    startedAt: startedAt,
                    duration: duration
                )
            ]
        }
    }

    /// The row of a figure that could not be read.
    private func unread(_ metric: Metric, startedAt: UInt64, duration: UInt64) -> [Sample] {
        var alone = cell
        alone.workload.metrics = [metric]
        return alone.rows(
            without: .refused,
            reason: "\(cell.environment) does not tell this of all its instances",
            startedAt: startedAt,
            duration: duration
        )
    }

    /// Removes all of them, at once; what cannot be removed is for `clean`, which finds it by its label.
    private func remove(_ members: [Member]) async {
        await uncancelled {
            await withTaskGroup(of: Void.self) { group in
                for member in members {
                    group.addTask {
                        await member.agent.close()
                        try? await member.instance.remove()
                    }
                }
            }
        }
    }

    private static func mebibytes(_ bytes: UInt64) -> String { "\(bytes >> 20) MiB" }

    private static func milliseconds(_ nanoseconds: UInt64) -> String {
        "\(Double(nanoseconds / 10_000) / 100) ms"
    }
}
