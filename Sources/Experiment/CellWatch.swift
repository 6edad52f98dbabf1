import BenchrunModel

/// Reads telemetry right before and right after one execution.
///
/// Whatever costs the instance time is read outside of the host's own two readings, so that telemetry never counts
/// itself.
struct CellWatch: Sendable {
    let host: any ExperimentHost
    let live: LiveInstance

    /// What was read before.
    struct Mark: Sendable {
        fileprivate var counters: Counters
        fileprivate var clock: ClockLook?
    }

    /// One look at a guest's clock, on the host's clock from the request to the answer.
    fileprivate struct ClockLook: Sendable {
        var before: UInt64
        var inside: UInt64
        var after: UInt64

        var middle: UInt64 { before + (after - before) / 2 }
    }

    func begin() async throws -> Mark {
        var mark = Mark(counters: try await inside())
        mark.counters.merge(await outside()) { $1 }
        mark.clock = try await lookAtClock()
        mark.counters.merge(host.counters(at: .begin)) { $1 }
        return mark
    }

    /// What has been added since then. An agent that does not answer in time has still measured: then its part is absent.
    /// - Throws: `CancellationError` only.
    func end(since mark: Mark) async throws -> Counters {
        var counters = host.counters(at: .end)
        var clock: ClockLook?
        do {
            clock = try await lookAtClock()
            counters.merge(await outside()) { $1 }
            counters.merge(try await inside()) { $1 }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // What comes next asks the agent again, and says so if it is gone.
        }
        var window = counters.since(mark.counters)
        if let first = mark.clock, let last = clock, last.inside >= first.inside {
            window[Counter(.clock, "elapsed")] = last.middle - first.middle
            window[Counter(.clock, "inside")] = last.inside - first.inside
            window[Counter(.clock, "round-trip")] = (first.after - first.before + last.after - last.before) / 2
        }
        return window
    }

    /// What the host counts for the instance, and when that was.
    private func outside() async -> Counters {
        guard let observing = live.instance as? any Observing else { return [:] }
        var counters = await observing.counters()
        counters[Counter(.instance, "elapsed")] = host.now()
        return counters
    }

    /// Whether the instance has a kernel, and so clocks and counters, of its own.
    private var isGuest: Bool { live.bootID != host.bootID }

    /// Counters of an instance on the host's own kernel are the host's, but for its network.
    private func inside() async throws -> Counters {
        var counters: Counters = [:]
        let all = try await live.agent.counters()
        counters.add(isGuest ? all : all.filter { $0.key.hasPrefix("network.") }, of: .inside)
        return counters
    }

    private func lookAtClock() async throws -> ClockLook? {
        guard isGuest else { return nil }
        let before = host.now()
        let inside = try await live.agent.clock()
        return ClockLook(before: before, inside: inside, after: host.now())
    }
}
