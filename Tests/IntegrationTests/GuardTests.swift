import BenchrunModel
import Foundation
import Results
import Testing

extension IntegrationTests {
    /// Each guard that watches executions, provoked on the real thing; and a clean run, in which none fires.
    @Suite struct GuardTests {
        private static let everywhere = ["native", "docker", "podman", "libvirt-tcg"]

        @Test(.timeLimit(.minutes(8)))
        func aCleanRunRaisesNoFlagAndHasItsTelemetry() async throws {
            try await Sandbox.within { sandbox in
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: ["sysbench-cpu", "fio-randwrite-fsync", "fio-randread-4k"],
                    scratch: "256 MiB"
                )
                let measured = try await Measured.run(suite, in: sandbox, status: 0)
                // The quantile under closed-loop load is labelled on purpose.
                #expect(Set(measured.samples.flatMap(\.flags)) == ["closed-loop"], "\(measured.flagged)")
                #expect(measured.samples.allSatisfy { $0.outcome == .ok })
                #expect(measured.telemetry.count == 3 * 2 * Self.everywhere.count)
                for record in measured.telemetry { checkHarness(record) }
                try checkScopes(measured)
                let report = try measured.report("report.md")
                for line in [
                    "| 1 | clock | holds |", "| 2 | CPU time taken away | holds |", "| 9 | CPU quota | holds |",
                    "| 4 | bytes claimed, and bytes that the device saw | holds |", "| 10 | latency load | holds |",
                    "## CPU time of the whole host per unit of work",
                ] {
                    #expect(report.contains(line), "\(line) in \(report)")
                }
            }
        }

        /// benchrun itself uses under 1 % of a CPU while a cell is measured.
        private func checkHarness(_ record: TelemetryRecord) {
            let own = record.counters[.benchrun, "cpu"] ?? .max
            let elapsed = record.counters[.host, "elapsed"] ?? 0
            #expect(Double(own) < 0.01 * Double(elapsed), "\(record.cell): \(own) ns of \(elapsed)")
        }

        /// Who serves an instance is seen: its daemons, holders and emulator threads.
        private func checkScopes(_ measured: Measured) throws {
            let common: Set<Counter.Scope> = [
                .host, .cpus, .perf, .device, .benchrun, .instance, .command, .work, .inside,
            ]
            let own: [String: Set<Counter.Scope>] = [
                "native": [], "docker": [.dockerd, .containerd, .shim], "podman": [.conmon],
                "libvirt-tcg": [.vcpu, .ioThread, .emulator, .domain, .clock],
            ]
            for environment in Self.everywhere {
                let records = measured.telemetry(of: environment)
                #expect(!records.isEmpty)
                for record in records {
                    // Without a network but the loopback there is nothing to tell from inside.
                    let scopes = Set(record.counters.keys.map(\.scope)).union([.inside])
                    #expect(scopes == common.union(own[environment] ?? []), "\(environment): \(scopes)")
                    #expect((record.counters[.instance, "cpu"] ?? 0) > 0)
                    // The instance is read a little earlier and later than the host.
                    let part = Double(record.counters[.instance, "cpu"] ?? .max)
                    #expect(Double(record.counters[.host, "cpu"] ?? 0) >= part * 0.98 - 5e6)
                }
            }
        }

        @Test(.timeLimit(.minutes(8)))
        func otherWorkOnTheMeasuredCPUIsSeenAndMeasuredAgain() async throws {
            try await Sandbox.within { sandbox in
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: ["sysbench-cpu"],
                    environments: ["native", "libvirt-tcg"],
                    rounds: 1
                )
                let measured = try await BusyLoop.within {
                    try await Measured.run(suite, in: sandbox, status: 4)
                }
                #expect(Set(measured.samples.map(\.attempt)) == [1, 2, 3])
                for (environment, flag) in [("native", CellFlag.busyCPU), ("libvirt-tcg", .runDelay)] {
                    let rows = measured.samples.filter { $0.environment == environment }
                    #expect(rows.allSatisfy { $0.outcome == .invalid && $0.value != nil }, "\(rows)")
                    #expect(rows.allSatisfy { $0.flags == [flag.rawValue] && !$0.reason.isEmpty }, "\(rows)")
                }
                #expect(measured.invocation.output.contains("CPU time taken away, broken: 'busy-cpu' in 3 of 6"))
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func aQuotaThatHoldsBackMakesInvalid() async throws {
            try await Sandbox.within { sandbox in
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: ["sysbench-cpu"],
                    environments: ["native", "docker"],
                    rounds: 1,
                    more: "cpu-quota: 50 %"
                )
                let measured = try await Measured.run(suite, in: sandbox, status: 4)
                #expect(measured.samples.allSatisfy { $0.outcome == .invalid && $0.flags == ["throttled"] })
                #expect(measured.samples.allSatisfy { $0.reason.contains("'cpu-quota: 100 %'") })
                #expect(measured.invocation.output.contains("CPU quota, broken: 'throttled' in "))
            }
        }

        @Test(.timeLimit(.minutes(8)))
        func storageThatIsNotWhatItClaimsIsCaught() async throws {
            try await Sandbox.within { sandbox in
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: ["fio-randwrite-fsync", "fio-randread-4k"],
                    environments: ["native", "podman", "podman-rm", "libvirt-unsafe"],
                    rounds: 1,
                    scratch: "256 MiB"
                )
                try suite.add(
                    environment: "podman-rm",
                    "extends: podman\ntitle: As podman run --rm\noptions: {scratch: layer, auto-remove: 'yes'}\n"
                )
                try suite.add(
                    environment: "libvirt-unsafe",
                    "extends: libvirt-tcg\ntitle: A disk that ignores flushes\noptions: {cache: unsafe}\n"
                )
                let measured = try await Measured.run(suite, in: sandbox, status: 0)
                let writes = measured.flags(of: "fio-randwrite-fsync", metric: "iops")
                #expect(
                    writes == [
                        "native": [], "podman": [], "podman-rm": ["not-durable"], "libvirt-unsafe": ["not-durable"],
                    ],
                    "\(measured.flagged)"
                )
                let reads = measured.flags(of: "fio-randread-4k", metric: "iops")
                #expect(reads["native"] == [] && reads["podman"] == [], "\(measured.flagged)")
                #expect(reads["libvirt-unsafe"] == ["cached"], "\(measured.flagged)")
                let output = measured.invocation.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                #expect(output.contains("podman-rm, not-durable in 1 of 1 launches: what the tool claims"), "\(output)")
                #expect(output.contains("bytes claimed, and bytes that the device saw, broken"), "\(output)")
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func aClockOfItsOwnAFixedLayoutAndOtherControlsAreSeen() async throws {
            try await Sandbox.within { sandbox in
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: ["sysbench-cpu"],
                    environments: ["native", "undeclared", "odd-guest"],
                    rounds: 1
                )
                // The TCG's time stamp counter runs at 1 GHz: told to be 5 % faster, time passes 5 % slower.
                try suite.add(
                    environment: "odd-guest",
                    "extends: libvirt-tcg\ntitle: Another clock, one layout\n"
                        + "options: {kernel-arguments: tsc_early_khz=1050000 norandmaps}\n"
                )
                try suite.add(environment: "undeclared", "driver: docker\ntitle: Docker that declares nothing\n")
                let measured = try await Measured.run(suite, in: sandbox, status: 0)
                let flags = measured.flags(of: "sysbench-cpu", metric: "throughput")
                #expect(flags == ["native": [], "undeclared": [], "odd-guest": ["clock"]], "\(measured.flagged)")
                let report = try measured.report("report.md")
                for line in [
                    "| 1 | clock | broken | 'clock' in 1 of 3 executions (odd-guest); ",
                    "| 3 | seccomp and speculation controls | broken |",
                    "| 7 | address space randomization | broken |",
                ] {
                    #expect(report.contains(line), "\(line) in \(report)")
                }
            }
        }
    }
}

/// A finished run of the small suite, with all that it recorded.
private struct Measured {
    var invocation: Invocation
    var samples: [Sample]
    var telemetry: [TelemetryRecord]
    private var plots: String

    static func run(_ suite: SmallSuite, in sandbox: Sandbox, status: Int32) async throws -> Measured {
        let invocation = try await Invocation.run(sandbox.run(suite), in: sandbox)
        #expect(invocation.status == status, "\(invocation.errors)")
        let folder = try sandbox.onlyRun()
        var reader = try TelemetryReader(path: folder.telemetry)
        var telemetry: [TelemetryRecord] = []
        while let record = try reader.next() { telemetry.append(record) }
        return Measured(
            invocation: invocation,
            samples: try SampleReader.all(path: folder.samples),
            telemetry: telemetry,
            plots: sandbox.store.plotsFolder(of: try folder.loadManifest().run)
        )
    }

    func telemetry(of environment: String) -> [TelemetryRecord] {
        let cells = Set(samples.filter { $0.environment == environment }.map(\.cell))
        return telemetry.filter { cells.contains($0.cell) }
    }

    func flags(of workload: String, metric: String) -> [String: [String]] {
        let rows = samples.filter { $0.workload == workload && $0.metric == metric }
        return Dictionary(grouping: rows, by: \.environment).mapValues { Array(Set($0.flatMap(\.flags))).sorted() }
    }

    /// For a failure's message.
    var flagged: [String] {
        samples.filter { !$0.flags.isEmpty }.map { "\($0.cell) \($0.metric) \($0.flags) \($0.reason)" }
    }

    func report(_ file: String) throws -> String {
        try String(contentsOfFile: plots + "/" + file, encoding: .utf8)
    }
}
