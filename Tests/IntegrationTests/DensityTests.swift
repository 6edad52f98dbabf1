import BenchrunModel
import Foundation
import Results
import Testing

extension IntegrationTests {
    /// What idle instances take of the host, and how many are added before a bound is reached.
    @Suite struct DensityTests {
        private static let environments = ["native", "docker", "podman", "libvirt-tcg"]

        @Test(.timeLimit(.minutes(10)))
        func memoryGrowsWithInstances() async throws {
            try await Sandbox.within { sandbox in
                let suite = try SmallSuite(in: sandbox, workloads: ["few"], environments: Self.environments, rounds: 1)
                try suite.add(workload: "few", ofClass: "density", Self.few)
                let before = try await Leftovers.now()
                let run = try await Invocation.run(sandbox.run(suite, ["--seed", "5"]), in: sandbox)
                #expect([0, 4].contains(run.status), "\(run.errors)")
                let folder = try sandbox.onlyRun()
                let rows = try SampleReader.all(path: folder.samples)
                let values = Values(rows: rows)
                for environment in Self.environments {
                    let bad = rows.filter { $0.environment == environment && $0.value == nil }
                    #expect(bad.isEmpty, "\(environment): \(bad.map(\.reason))")
                    let one = values["memory-total", environment, 1] ?? 0
                    let three = values["memory-total", environment, 3] ?? 0
                    #expect(one > 100_000 && three > 1.3 * one, "\(environment): \(one) B, then \(three) B")
                    #expect((values["group-memory", environment, 3] ?? 0) > 0, "\(environment)")
                    #expect((values["disk", environment, 3] ?? 0) > 0, "\(environment)")
                    // Idle is idle: no instance takes a tenth of a CPU; a guest takes more than nothing.
                    #expect((values["cpu", environment, 3] ?? 1000) < 100, "\(environment)")
                    #expect((values["launch-total", environment, 3] ?? 0) > (values["launch", environment, 3] ?? 0))
                }
                #expect((values["memory", "libvirt-tcg", 1] ?? 0) > 20 * (values["memory", "native", 1] ?? 0))
                #expect((values["cpu", "libvirt-tcg", 3] ?? 0) > 0)
                // A guest's scratch disk is wholly written.
                #expect((values["disk", "libvirt-tcg", 1] ?? 0) > Double(64 << 20))
                try checkDaemons(values, folder)
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(left)")
            }
        }

        /// Daemons are told apart from instances, and from one another.
        private func checkDaemons(_ values: Values, _ folder: RunFolder) throws {
            for environment in ["native", "podman"] {
                #expect(values["daemon-memory", environment, 3] == nil, "\(environment)")
            }
            for environment in ["docker", "libvirt-tcg"] {
                #expect((values["daemon-memory", environment, 3] ?? 0) > 1_000_000, "\(environment)")
            }
            let text = try String(contentsOfFile: folder.telemetry, encoding: .utf8)
            for name in ["dockerd", "containerd", "libvirtd"] {
                #expect(text.contains("\(name),pss.bytes"), "\(name)")
            }
            #expect(text.contains("ksm.state"))
        }

        @Test(.timeLimit(.minutes(10)))
        func aSlowServiceEndsTheCell() async throws {
            try await Sandbox.within { sandbox in
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: ["slow"],
                    environments: ["native", "docker"],
                    rounds: 1
                )
                try suite.add(workload: "slow", ofClass: "density", Self.slow)
                let before = try await Leftovers.now()
                let run = try await Invocation.run(sandbox.run(suite), in: sandbox)
                let rows = try SampleReader.all(path: sandbox.onlyRun().samples)
                #expect(rows.count == 2, "\(run.errors)")
                for row in rows {
                    #expect(row.outcome == .refused && row.value == nil, "\(row)")
                    #expect(row.reason.contains("latency bound was reached with 1 instances"), "\(row.reason)")
                }
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(left)")
            }
        }

        /// The image is that of other tests, so that it need not be built for these.
        private static let few = """
            title: A few
            class: density
            activity: density
            packages: [sysbench]
            cases: {instances: [1, 3]}
            idle: 1 s
            metrics:
              - {name: memory-total, unit: B, better: lower, density: memory-total}
              - {name: memory, unit: B, better: lower, density: memory}
              - {name: group-memory, unit: B, better: lower, density: group-memory}
              - {name: daemon-memory, unit: B, better: none, density: daemon-memory}
              - {name: disk, unit: B, better: lower, density: disk}
              - {name: cpu, unit: ms/s, better: none, density: cpu}
              - {name: launch, unit: s, better: lower, density: launch}
              - {name: launch-total, unit: s, better: lower, density: launch-total}

            """

        /// A service that takes half a second to answer.
        private static let slow = """
            title: Slow
            class: density
            activity: density
            packages: [sysbench]
            cases: {instances: [4]}
            service:
              command:
                - perl
                - -MIO::Socket::INET
                - -e
                - >-
                  my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 7777, Listen => 9, ReuseAddr => 1);
                  while (my $c = $s->accept) {{ <$c>; select(undef, undef, undef, 0.5); print $c "pong\\n"; close $c }}
              port: 7777
              send: "ping\\n"
            latency-bound: 200 ms
            idle: 1 s
            metrics:
              - {name: memory, unit: B, better: lower, density: memory}

            """
    }
}

/// Values of one round by metric, environment and number of instances.
private struct Values {
    let rows: [Sample]

    subscript(_ metric: String, _ environment: String, _ instances: Int) -> Double? {
        rows.first {
            $0.metric == metric && $0.environment == environment && $0.caseLabel == "instances=\(instances)"
        }?.value
    }
}
