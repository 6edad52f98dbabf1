import BenchrunModel
import Experiment
import Foundation
import Glibc
import Host
import Results
import Testing

extension IntegrationTests {
    /// `kill -9` wherever it may hit: no finished cell is lost, `clean` removes all that is left, `resume` goes on.
    @Suite struct KillTests {
        @Test(.timeLimit(.minutes(10)))
        func aRunThatIsKilledTenTimesIsCompleted() async throws {
            let sandbox = try Sandbox()
            defer { sandbox.remove() }
            let suite = try SmallSuite(in: sandbox, workloads: ["sysbench-cpu", "startup"])
            var victim = Victim(sandbox: sandbox, suite: suite, before: try await Leftovers.now())
            for point in KillPoint.all { try await victim.kill(at: point) }
            try await victim.complete()
        }
    }
}

/// A moment of a run.
private struct KillPoint: CustomTestStringConvertible {
    /// The line on standard error that announces it.
    var line: String
    /// A program that must be in the run's control groups by then.
    var program: String?
    /// Whether the daemons are killed in the same instant.
    var withDaemons: Bool
    /// Whether `clean` removes what is left, or the next session.
    var cleans = true

    var testDescription: String {
        "'\(line)'" + (program.map { " once \($0) runs" } ?? "") + (withDaemons ? ", with the daemons" : "")
    }

    /// From the first moment to the last, in the order that ``Victim/seed`` gives. What is killed before the run is
    /// on disk is begun again.
    static let all = [
        KillPoint(line: "probing native", program: "dockerd", withDaemons: true),
        KillPoint(line: "launching docker", withDaemons: false),
        KillPoint(line: "preparing podman", withDaemons: true),
        KillPoint(line: "looking for image", withDaemons: false),
        KillPoint(line: "[1/", withDaemons: true),
        KillPoint(line: "launching libvirt-tcg", program: "qemu-system-x86", withDaemons: false),
        KillPoint(line: "startup in docker", withDaemons: true),
        KillPoint(line: "sysbench-cpu in podman", program: "sysbench", withDaemons: false, cleans: false),
        KillPoint(line: "removing 4 instances", withDaemons: true),
        KillPoint(line: "sysbench-cpu in native", program: "sysbench", withDaemons: false),
        KillPoint(line: "startup in libvirt-tcg", program: "qemu-system-x86", withDaemons: true),
        KillPoint(line: "removing what this run started", withDaemons: false),
    ]
}

/// A run that is killed again and again.
private struct Victim {
    let sandbox: Sandbox
    let suite: SmallSuite
    private let seed: UInt64
    private let before: Leftovers
    private var run: RunID?
    private var runs: Set<RunID> = []
    /// Rows that were read after each kill: none of them may ever be missing again.
    private var samples: [Sample] = []
    /// Kinds of things that kills left until `clean` removed them.
    private var kindsLeft: Set<String> = []

    init(sandbox: Sandbox, suite: SmallSuite, before: Leftovers) {
        self.sandbox = sandbox
        self.before = before
        self.suite = suite
        seed =
            (1...).first { seed in
                let names = ["native", "docker", "podman", "libvirt-tcg"]
                let schedule = Self.schedule(
                    suite.workloads,
                    names.map { EnvironmentSpec(name: $0, driver: $0) },
                    seed: seed
                )
                // Shared instances to the end of the first round and from the beginning of the second.
                return schedule.map { $0.blocks.map(\.key.workload) } == [
                    ["startup", "sysbench-cpu"], ["sysbench-cpu", "startup"],
                ]
            } ?? 0
    }

    private static func schedule(
        _ workloads: [String],
        _ environments: [EnvironmentSpec],
        seed: UInt64
    ) -> [RoundPlan] {
        // The order does not depend on the run's name.
        guard let run = RunID("any") else { return [] }
        let workloads = workloads.map { Workload(name: $0, title: $0, workloadClass: .compute, metrics: []) }
        return Plan(
            run: run,
            seed: seed,
            rounds: 2,
            budget: nil,
            workloads: workloads,
            environments: environments
        ).schedule()
    }

    private var locations: Locations { Locations.standard(environment: sandbox.environment) }

    private func command() -> [String] {
        if let run { return sandbox.resume(run.text, suite) }
        return sandbox.run(suite, ["--seed", "\(seed)"])
    }

    /// Goes on with the run until a moment, kills it there and lets `clean` remove what is left.
    mutating func kill(at point: KillPoint) async throws {
        let note = Comment(rawValue: point.testDescription)
        let (live, lines) = try await BackgroundRun.within(command(), in: sandbox) { session in
            _ = try await session.line(containing: point.line)
            let live = try #require(await Ledger.all(in: locations.state + "/ledgers").first { $0.isLive }?.run, note)
            let group = ControlGroup("benchrun/\(live)")
            if let program = point.program {
                try #require(await eventually { group.processes().contains { Self.name(of: $0) == program } }, note)
            }
            let daemons = point.withDaemons ? Self.daemons(of: live) : []
            #expect(!point.withDaemons || !daemons.isEmpty, note)
            for process in [session.pid] + daemons { Glibc.kill(process, SIGKILL) }
            #expect(try await session.end().status == 128 + SIGKILL, note)
            return (live, session.lines)
        }
        runs.insert(live)
        kindsLeft.formUnion(try await Leftovers.left(by: sandbox, since: before, runs: runs).kinds)
        try checkSamples(after: lines, of: live, note)
        if point.cleans { try await clean(note) }
    }

    /// The run's daemons and their supervisors, which carry the agent's name: without these nobody is left that would
    /// end what a dead daemon had started.
    private static func daemons(of run: RunID) -> [Int32] {
        let names: Set<String> = ["dockerd", "containerd", "libvirtd", "virtlogd", "benchrun-agent"]
        return ["dockerd", "libvirtd"].flatMap { ControlGroup("benchrun/\(run)/\($0)").processes() }
            .filter { names.contains(name(of: $0)) }
    }

    private static func name(of process: Int32) -> String {
        let text = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)
        return (text ?? "").trimmingCharacters(in: .newlines)
    }

    /// Every cell that was reported as finished is in samples.csv, and so is everything that was there before.
    private mutating func checkSamples(after lines: [ProgressLines.Line], of live: RunID, _ note: Comment) throws {
        let folder = RunFolder(path: "\(sandbox.results)/\(live)")
        guard folder.exists else {
            #expect(run == nil, note)
            return
        }
        run = live
        let earlier = samples
        samples = try SampleReader.all(path: folder.samples, tail: .skip)
        #expect(Array(samples.prefix(earlier.count)) == earlier, note)
        let new = samples.dropFirst(earlier.count)
        for line in lines {
            guard let cell = FinishedCell(line.text) else { continue }
            let rows = new.filter {
                $0.round == cell.round && $0.workload == cell.workload && $0.environment == cell.environment
            }
            #expect(!rows.isEmpty && rows.allSatisfy { $0.outcome == .ok && $0.value != nil }, "lost: \(line.text)")
        }
    }

    private func clean(_ note: Comment) async throws {
        let first = try await Invocation.run([Machine.benchrun, "clean"], in: sandbox)
        #expect(first.status == 0 && first.errors.isEmpty, "\(note): \(first.errors)")
        let left = try await Leftovers.left(by: sandbox, since: before, runs: runs)
        #expect(left.isEmpty, "\(note): left after\n\(first.output)\nis\n\(left)")
        let second = try await Invocation.run([Machine.benchrun, "clean"], in: sandbox)
        #expect(second.status == 0 && second.output.contains("nothing to remove"), "\(note): \(second.output)")
    }

    /// Lets the run end, and looks at the whole of it.
    mutating func complete() async throws {
        // Otherwise the looks after each `clean` would have proved nothing.
        let kinds: Set<String> = ["process", "control group", "container", "file"]
        #expect(kindsLeft.isSuperset(of: kinds), "\(kindsLeft.sorted())")
        let run = try #require(run)
        let ended = try await Invocation.run(command(), in: sandbox)
        #expect(ended.status == 0, "\(ended.errors)")
        let left = try await Leftovers.left(by: sandbox, since: before, runs: runs)
        #expect(left.isEmpty, "\(left)")

        let folder = RunFolder(path: "\(sandbox.results)/\(run)")
        let manifest = try folder.loadManifest()
        #expect(manifest.seed == seed)
        #expect(manifest.sessions.last?.ending == .completed)
        let final = try SampleReader.all(path: folder.samples)
        #expect(Array(final.prefix(samples.count)) == samples)
        let rounds = Self.schedule(manifest.workloads.map(\.name), manifest.environments.map(\.spec), seed: seed)
        #expect(rounds.count == manifest.rounds)
        for round in rounds {
            for block in round.blocks { check(block, in: round.number, final) }
        }
    }

    /// The last attempt at a block is whole, of one session, without failure, and in the order of the seed.
    private func check(_ block: Block, in round: Int, _ samples: [Sample]) {
        let rows = samples.filter { $0.round == round && $0.workload == block.key.workload && $0.stage == .measured }
        let attempt = rows.map(\.attempt).max()
        let last = rows.filter { $0.attempt == attempt }
        let name = Comment(rawValue: "round \(round), \(block.key.workload)")
        #expect(Set(last.map(\.session)).count == 1, name)
        #expect(last.allSatisfy { $0.outcome == .ok }, name)
        var order: [String] = []
        for row in last where order.last != row.environment { order.append(row.environment) }
        #expect(order == block.environments, name)
        #expect(last.allSatisfy { $0.environment == block.environments[$0.slot] }, name)
    }
}

/// A cell that was reported: `[3/16] round 1: sysbench-cpu in docker: 4458 events/s, about 40 s left`.
private struct FinishedCell {
    var round: Int
    var workload: String
    var environment: String

    init?(_ line: String) {
        let pattern = #/^\[[0-9]+/[0-9]+\] round ([0-9]+): (\S+) in (\S+): /#
        guard let match = line.firstMatch(of: pattern), let round = Int(match.1) else { return nil }
        self.round = round
        workload = String(match.2)
        environment = String(match.3)
    }
}
