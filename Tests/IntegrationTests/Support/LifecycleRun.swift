import BenchrunModel
import Foundation
import Host
import Results
import Testing

/// One real run of lifecycles, watched from outside, that all tests of a suite look at.
struct LifecycleRun: Sendable {
    /// A guest whose kernel says on its console all that it does.
    static let loud = "libvirt-loud"
    static let environments = ["native", "docker", "docker-api", "podman", "libvirt-tcg", loud]
    static let answers = "redis-first-answer"
    static let rounds = 2

    let sandbox: Sandbox
    let invocation: Invocation
    let events: [LifeWitness.Event]
    let witness: LifeWitness
    /// The wall clock less the host's raw clock, in seconds, looked at before and after the run.
    let clocks: [Double]
    /// How long an engine's command takes that does nothing, in seconds: to start and to end.
    let commands: [String: Double]
    let leftovers: Leftovers

    /// The run of the test that is being executed.
    @TaskLocal static var current: LifecycleRun?

    static func get() throws -> LifecycleRun {
        guard let current else { throw Unexpected("a test of a suite with the trait .lifecycleRun") }
        return current
    }

    static func make(in sandbox: Sandbox) async throws -> LifecycleRun {
        let suite = try SmallSuite(in: sandbox, workloads: [answers], environments: environments, rounds: rounds)
        try suite.add(
            environment: loud,
            "title: A guest that tells all\nextends: libvirt-tcg\noptions:\n  kernel-arguments: ignore_loglevel\n"
        )
        let before = try await Leftovers.now()
        let first = clock()
        let quick = try await commandLengths()
        let witness = LifeWitness(sandbox)
        defer { witness.end() }
        let follower = Task { try await witness.follow() }
        let invocation = try await Invocation.run(sandbox.run(suite), in: sandbox)
        witness.end()
        try await follower.value
        let last = clock()
        return LifecycleRun(
            sandbox: sandbox,
            invocation: invocation,
            events: try await witness.events(),
            witness: witness,
            clocks: [first, last],
            commands: quick.merging(try await commandLengths()) { max($0, $1) },
            leftovers: try await Leftovers.left(by: sandbox, since: before)
        )
    }

    /// The wall clock less the raw one, by the quickest of several looks.
    private static func clock() -> Double {
        (0..<20).map { _ -> (trip: UInt64, offset: Double) in
            let before = RawClock.now()
            let wall = Date().timeIntervalSince1970
            let after = RawClock.now()
            return (after - before, wall - Double(before + (after - before) / 2) / 1e9)
        }.min { $0.trip < $1.trip }?.offset ?? 0
    }

    private static func commandLengths() async throws -> [String: Double] {
        var lengths: [String: Double] = [:]
        for engine in ["docker", "podman"] {
            for _ in 0..<5 {
                let began = RawClock.now()
                try await HostCommand(["taskset", "-c", "0", engine, "--version"]).check()
                lengths[engine] = max(lengths[engine] ?? 0, Double(RawClock.now() - began) / 1e9)
            }
        }
        return lengths
    }

    var samples: [Sample] {
        get throws { try SampleReader.all(path: sandbox.onlyRun().samples) }
    }

    /// The folder of the report.
    var report: String {
        get throws { sandbox.store.plotsFolder(of: try sandbox.onlyRun().loadManifest().run) }
    }

    /// The lives of an environment's instances.
    func lives(_ environment: String) throws -> [Life] {
        let own = try samples.filter { $0.environment == environment }
        return Dictionary(grouping: own, by: \.instance).map { instance, rows in
            var seconds: [String: Double] = [:]
            for row in rows { seconds[row.metric] = row.value }
            let began = Double(rows.map(\.startedAt).min() ?? 0) / 1e9
            let length = Double(rows.map(\.duration).max() ?? 0) / 1e9
            return Life(instance: instance, began: began, ended: began + length, seconds: seconds)
        }.sorted { $0.began < $1.began }
    }

    /// A moment of the raw clock on the wall clock, which may have been slewed meanwhile.
    func wall(_ raw: Double) -> Double { raw + (clocks[0] + clocks[1]) / 2 }

    /// How far the wall clock was slewed, in seconds.
    var slew: Double { abs(clocks[1] - clocks[0]) }
}

/// The phases of one instance.
struct Life {
    var instance: String
    /// When it was asked for, on the raw clock in seconds.
    var began: Double
    /// When nothing was left of it.
    var ended: Double
    var seconds: [String: Double]

    func length(_ phase: Phase) throws -> Double {
        guard let length = seconds[phase.rawValue] else { throw Unexpected("\(phase.rawValue) of \(instance)") }
        return length
    }

    /// When a phase ended, on the raw clock in seconds.
    func end(of phase: Phase) throws -> Double {
        // Between the answer and the request to stop a guest's clocks are looked at: these two count from the end.
        if phase == .remove { return ended }
        if phase == .stop { return ended - (try length(.remove)) }
        let isGuest = seconds[Phase.kernel.rawValue] != nil
        let before: [Phase] = isGuest ? Phase.toFirstAnswer : [.create, .start, .agent, .service, .firstAnswer]
        guard let place = before.firstIndex(of: phase) else { throw Unexpected("\(phase.rawValue) in a row") }
        return try before[...place].reduce(began) { $0 + (try length($1)) }
    }
}

extension Trait where Self == SharedRunTrait<LifecycleRun> {
    static var lifecycleRun: Self { SharedRunTrait(LifecycleRun.$current, make: LifecycleRun.make) }
}
