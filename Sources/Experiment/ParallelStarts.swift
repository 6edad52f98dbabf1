import BenchrunModel

/// Asks for several instances at once and times each from the common request until it is ready.
struct ParallelStarts: Sendable {
    let driver: any Driver
    let specs: [InstanceSpec]
    let context: RunContext
    let host: any ExperimentHost

    private enum Start: Sendable {
        case ready(any Instance, at: UInt64)
        case failed(any Error)

        var failure: (any Error)? {
            if case .failed(let error) = self { error } else { nil }
        }

        var time: UInt64? {
            if case .ready(_, let time) = self { time } else { nil }
        }
    }

    /// Figures over all of them. Clean-up runs to its end even when the task is cancelled.
    /// - Throws: the first failure: figures of fewer instances would be of another experiment.
    func measure() async throws -> [Phase: Double] {
        let requested = host.now()
        let starts = await withTaskGroup(of: Start.self) { group in
            for spec in specs { group.addTask { await start(spec) } }
            return await group.reduce(into: [Start]()) { $0.append($1) }
        }
        var failures = starts.compactMap(\.failure)
        failures += await remove(starts)
        try Task.checkCancellation()
        if let failure = failures.first(where: { !($0 is CancellationError) }) ?? failures.first { throw failure }
        let times = starts.compactMap(\.time)
        return Self.figures(times.map { Double($0 - requested) / 1e9 })
    }

    /// The figures of instances that were ready after these times, in seconds.
    static func figures(_ times: [Double]) -> [Phase: Double] {
        let sorted = times.sorted()
        guard let slowest = sorted.last, slowest > 0 else { return [:] }
        let middle = sorted.count / 2
        let median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
        return [
            .allReady: slowest, .readySlowest: slowest, .readyMedian: median,
            .startRate: Double(sorted.count) / slowest,
        ]
    }

    private func start(_ spec: InstanceSpec) async -> Start {
        do {
            let instance = try await driver.create(spec, in: context)
            do {
                try await instance.start()
                let agent = try await instance.agent
                _ = try await agent.hello(within: spec.readiness.limit * specs.count)
                try await LifecycleCell.executeTrue(by: agent, in: spec.name)
                return .ready(instance, at: host.now())
            } catch {
                return .failed(await InstancePool.removing(instance, after: error))
            }
        } catch {
            return .failed(error)
        }
    }

    /// - Returns: why some could not be removed.
    private func remove(_ starts: [Start]) async -> [any Error] {
        await uncancelled {
            await withTaskGroup(of: (any Error)?.self) { group in
                for case .ready(let instance, _) in starts {
                    group.addTask {
                        do {
                            try await instance.remove()
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
                return await group.reduce(into: [any Error]()) { if let error = $1 { $0.append(error) } }
            }
        }
    }
}
