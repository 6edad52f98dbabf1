import BenchrunModel
import Foundation
import Glibc
import Host
import Results
import Testing

extension IntegrationTests {
    /// Process environments without an engine, and the variants of native.
    @Suite struct DirectEnvironmentTests {
        /// A tool each.
        static let tools = ["runc", "crun", "lxc", "nspawn", "bubblewrap"]
        static let variants = ["native-cgroup", "native-unlimited", "native-userns"]

        @Test(.timeLimit(.minutes(5)))
        func eachRunsTheSmokeWorkloads() async throws {
            try await Sandbox.within { sandbox in
                let before = try await Leftovers.now()
                let outside = DirectLeftovers.now()
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: ["sysbench-cpu", "fio-randwrite-fsync", "startup"],
                    environments: Self.tools + Self.variants
                )
                let result = try await Invocation.run(sandbox.run(suite), in: sandbox)
                let folder = try sandbox.onlyRun()
                let manifest = try folder.loadManifest()
                let samples = try SampleReader.all(path: folder.samples)
                // Other programs on the machine make figures invalid, which is no fault of an environment's.
                let isDisturbed = samples.contains { $0.outcome == .invalid }
                #expect(result.status == 0 || isDisturbed, "\(result.errors.suffix(3000))")
                #expect(manifest.environments.map(\.spec.name) == ["native"] + Self.tools + Self.variants)
                for record in manifest.environments { try check(record, in: manifest, samples) }
                try checkRoots(manifest)
                checkStartup(samples)
                // Only the one that is to have no limits, and it says so.
                let words = result.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                #expect(words.contains("native-unlimited did not get what was asked for"), "\(result.output)")
                for environment in Self.tools + ["native-cgroup", "native-userns"] {
                    #expect(!words.contains("\(environment) did not get what was asked for"), "\(result.output)")
                }
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(left)")
                #expect(DirectLeftovers.now() == outside)
            }
        }

        private func check(_ record: EnvironmentRecord, in manifest: RunManifest, _ samples: [Sample]) throws {
            let name = record.spec.name
            let note = Comment(rawValue: "\(name): \(record.attested) \(record.enforced)")
            #expect(record.unavailable == nil, note)
            let own = samples.filter { $0.environment == name }
            #expect(Set(own.map(\.workload)).count == 3 && Set(own.map(\.round)) == [1, 2], note)
            #expect(own.allSatisfy { [.ok, .invalid].contains($0.outcome) && $0.value != nil }, note)
            let cpus = Limits.list(manifest.limits.cpus)
            #expect(record.enforced[FactKey.cpus] == cpus && record.attested[FactKey.cpus] == cpus, note)
            let isLimited = name != "native-unlimited"
            #expect(record.enforced[FactKey.cpuQuota] == (isLimited ? "100" : "none"), note)
            #expect(record.enforced[FactKey.memoryLimit] == (isLimited ? "\(512 << 20)" : "none"), note)
            #expect(record.attested[FactKey.umask] == "0022", note)
            #expect(record.attested[FactKey.kernel] == manifest.host[FactKey.kernel], note)
            let isNative = record.spec.driver == "native"
            #expect(record.attested[FactKey.virtualization] == (isNative ? "none" : name), note)
            // Read from outside, of the agent and not of what started it.
            for fact in [FactKey.seccomp, FactKey.capabilities, FactKey.memoryNodes] {
                #expect(record.enforced[fact] == record.attested[fact] && record.enforced[fact] != nil, note)
            }
            #expect(record.attested[FactKey.seccomp] == (name == "nspawn" ? "filter" : "disabled"), note)
            if !isNative {
                #expect(record.driverFacts["version"]?.contains(#/^[0-9]+/#) == true, note)
            }
        }

        /// One root, read-only, and the same file system under /scratch.
        private func checkRoots(_ manifest: RunManifest) throws {
            let native = try #require(manifest.environments.first).attested
            for record in manifest.environments {
                let inside = record.attested
                let note = Comment(rawValue: "\(record.spec.name): \(inside)")
                #expect(inside[FactKey.rootOptions]?.split(separator: ",").contains("ro") == true, note)
                #expect(inside[FactKey.scratchType] == native[FactKey.scratchType], note)
                #expect(inside[FactKey.packageList] == native[FactKey.packageList], note)
                #expect(inside[FactKey.openFiles] == native[FactKey.openFiles], note)
                if record.spec.name != "bubblewrap" {
                    #expect(inside[FactKey.scratchOptions] == native[FactKey.scratchOptions], note)
                }
            }
        }

        /// The first process is seen on the host's clock, also where a container is shown a boot id of its own.
        private func checkStartup(_ samples: [Sample]) {
            let rows = samples.filter { $0.workload == "startup" }
            for (cell, phases) in Dictionary(grouping: rows, by: \.cell) {
                let seconds = Dictionary(uniqueKeysWithValues: phases.map { ($0.metric, $0.value ?? .nan) })
                let parts = ["create", "start", "first-frame", "first-command"].compactMap { seconds[$0] }
                #expect(abs(parts.reduce(0, +) - (seconds["ready"] ?? .nan)) < 1e-3, "\(cell): \(seconds)")
                // It ends by itself, not when patience has run out.
                #expect(seconds["stop"] ?? 9 < 2.5, "\(cell): \(seconds)")
            }
            for environment in Self.tools {
                let starts = rows.filter { $0.environment == environment && $0.metric == "start" }.compactMap(\.value)
                let frames = rows.filter { $0.environment == environment && $0.metric == "first-frame" }
                    .compactMap(\.value)
                // What the tool does comes before the agent's first instruction, and takes longer than its greeting.
                #expect((starts.max() ?? 0) > (frames.min() ?? 9), "\(environment): \(starts) \(frames)")
            }
        }

        /// A `kill -9` while one instance works and the others are held still, which can see nothing end.
        @Test(.timeLimit(.minutes(3)))
        func nothingOutlivesAKill() async throws {
            try await Sandbox.within { sandbox in
                let before = try await Leftovers.now()
                let outside = DirectLeftovers.now()
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: ["sysbench-cpu"],
                    environments: Self.tools + ["native-userns"],
                    rounds: 1
                )
                let run = try await BackgroundRun.within(sandbox.run(suite), in: sandbox) { session in
                    _ = try await session.line(containing: "sysbench-cpu in native")
                    let run = try #require(RunID(sandbox.runs.first ?? ""))
                    for tool in Self.tools {
                        let groups = DirectLeftovers.instances(of: tool, in: run)
                        #expect(groups.count == 1, "\(tool): \(groups)")
                        #expect(groups.allSatisfy { DirectLeftovers.isFrozen($0) }, "\(tool): \(groups)")
                    }
                    Glibc.kill(session.pid, SIGKILL)
                    #expect(try await session.end().status == 128 + SIGKILL)
                    return run
                }
                let kinds = try await Leftovers.left(by: sandbox, since: before, runs: [run]).kinds
                #expect(kinds.isSuperset(of: ["control group", "file"]), "\(kinds)")
                let clean = try await Invocation.run([Machine.benchrun, "clean"], in: sandbox)
                #expect(clean.status == 0 && clean.errors.isEmpty, "\(clean.errors)")
                let left = try await Leftovers.left(by: sandbox, since: before, runs: [run])
                #expect(left.isEmpty, "left after\n\(clean.output)\nis\n\(left)")
                #expect(DirectLeftovers.now() == outside)
            }
        }

        /// Each kind's memory limit holds: what needs more is killed, and that is a row with its reason.
        @Test(.timeLimit(.minutes(3)))
        func whatNeedsMoreMemoryIsKilled() async throws {
            try await Sandbox.within { sandbox in
                let environments = Self.tools + ["native-cgroup", "native-userns"]
                let suite = try SmallSuite(in: sandbox, workloads: ["hog"], environments: environments, rounds: 1)
                try suite.add(
                    workload: "hog",
                    ofClass: "memory",
                    """
                    title: More than there is
                    class: memory
                    packages: [sysbench]
                    command: [perl, -e, 'my $text = "a" x 700_000_000; print length($text), "\\n";']
                    timeout: 60 s
                    parser: text
                    metrics:
                      - name: length
                        unit: B
                        better: higher
                        pattern: '^([0-9]+)$'

                    """
                )
                let run = try await Invocation.run(sandbox.run(suite), in: sandbox)
                #expect(run.status == 4, "\(run.errors)")
                let samples = try SampleReader.all(path: try sandbox.onlyRun().samples)
                for environment in ["native"] + environments {
                    let rows = samples.filter { $0.environment == environment }
                    #expect(!rows.isEmpty, "\(environment)")
                    for row in rows {
                        #expect(row.outcome == .failed && row.value == nil, "\(row)")
                        #expect(row.reason.contains("signal 9"), "\(environment): \(row.reason)")
                    }
                }
            }
        }
    }
}
