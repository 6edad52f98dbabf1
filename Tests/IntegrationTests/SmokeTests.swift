import BenchrunModel
import Experiment
import Foundation
import Host
import Results
import Testing

extension IntegrationTests {
    /// The smoke suite in the four environments, from the files to the report.
    @Suite(.smokeRun)
    struct SmokeTests {
        static let environments = ["native", "docker", "podman", "libvirt-tcg"]

        let run: SmokeRun

        init() throws {
            run = try SmokeRun.get()
        }

        @Test func succeedsAndAnswers() throws {
            #expect(run.invocation.status == 0, "\(run.invocation.errors.suffix(3000))")
            let manifest = try run.manifest
            for environment in Self.environments.dropFirst() {
                #expect(run.invocation.output.contains(environment))
            }
            #expect(run.invocation.output.contains("\(try run.sandbox.onlyRun().samples)"))
            #expect(run.invocation.output.contains("\(try run.report)/report.html"))
            #expect(run.invocation.errors.contains("[24/24] round 2:"), "\(run.invocation.errors)")
            #expect(manifest.sessions.map(\.ending) == [.completed])
            #expect(manifest.seed == SmokeRun.seed)
            #expect(manifest.environments.map(\.spec.name) == Self.environments)
            #expect(manifest.environments.allSatisfy { $0.unavailable == nil })
        }

        @Test func everyCellHasItsRows() throws {
            let manifest = try run.manifest
            let samples = try run.samples
            var expected: Set<[String]> = []
            for round in 1...manifest.rounds {
                for workload in manifest.workloads {
                    for (environment, metric) in Self.environments.flatMap({ name in
                        workload.metrics.map { (name, $0.name) }
                    }) where metric != Phase.bareExec.rawValue || environment == EnvironmentSpec.nativeName {
                        expected.insert(["\(round)", workload.name, environment, metric])
                    }
                }
            }
            #expect(manifest.rounds == 2)
            #expect(manifest.workloads.map(\.name).sorted() == ["fio-randwrite-fsync", "startup", "sysbench-cpu"])
            let found = samples.map { ["\($0.round)", $0.workload, $0.environment, $0.metric] }
            #expect(Set(found) == expected)
            #expect(found.count == expected.count, "no row is there twice")
            for sample in samples {
                let value = try #require(sample.value, "\(sample)")
                #expect(sample.outcome == .ok && sample.reason.isEmpty && sample.stage == .measured, "\(sample)")
                #expect(value.isFinite && value >= 0, "\(sample)")
                // A phase may be too short for the clock; everything else took time or did work.
                #expect(value > 0 || sample.workload == "startup", "\(sample)")
                #expect(sample.run == manifest.run && sample.session == 1 && sample.attempt == 1, "\(sample)")
                #expect(sample.duration > 0 && sample.startedAt >= manifest.sessions[0].hostClock, "\(sample)")
                let metric = manifest.workloads.first { $0.name == sample.workload }?.metrics
                    .first { $0.name == sample.metric }
                #expect(sample.unit == metric?.unit && sample.better == metric?.better, "\(sample)")
            }
        }

        @Test func instancesAreSharedByARoundAndNoLonger() throws {
            let commands = try run.samples.filter { $0.workload != "startup" }
            for environment in Self.environments {
                let rows = commands.filter { $0.environment == environment }
                let byRound = Dictionary(grouping: rows, by: \.round).mapValues { Set($0.map(\.instance)) }
                #expect(byRound.values.allSatisfy { $0.count == 1 }, "\(byRound)")
                #expect(byRound[1] != byRound[2], "\(byRound)")
            }
            let startups = Dictionary(grouping: try run.samples.filter { $0.workload == "startup" }, by: \.cell)
            #expect(Set(startups.values.compactMap { $0.first?.instance }).count == 8)
            #expect(Set(startups.values.flatMap { $0.map(\.instance) }).isDisjoint(with: commands.map(\.instance)))
        }

        @Test func startupPhasesAddUp() throws {
            let rows = try run.samples.filter { $0.workload == "startup" }
            for (cell, phases) in Dictionary(grouping: rows, by: \.cell) {
                let seconds = Dictionary(uniqueKeysWithValues: phases.map { ($0.metric, $0.value ?? .nan) })
                let parts = ["create", "start", "first-frame", "first-command"].compactMap { seconds[$0] }
                #expect(parts.count == 4)
                #expect(abs(parts.reduce(0, +) - (seconds["ready"] ?? .nan)) < 1e-3, "\(cell): \(seconds)")
            }
        }

        @Test func orderIsThatOfTheSeed() throws {
            let manifest = try run.manifest
            let plan = Plan(
                run: manifest.run,
                seed: SmokeRun.seed,
                rounds: manifest.rounds,
                budget: nil,
                workloads: manifest.workloads.map {
                    Workload(name: $0.name, title: $0.title, workloadClass: $0.workloadClass, metrics: [])
                },
                environments: manifest.environments.map(\.spec)
            )
            let planned = plan.schedule().flatMap { round in
                round.blocks.flatMap { block in
                    block.environments.map { "r\(round.number).\(block.key.workload).\($0).1" }
                }
            }
            let samples = try run.samples
            let written = samples.map(\.cell).reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
            #expect(written == planned)
            let measured = Dictionary(grouping: samples, by: \.cell).mapValues { $0.map(\.startedAt).min() ?? 0 }
            #expect(measured.keys.sorted { (measured[$0] ?? 0) < (measured[$1] ?? 0) } == planned)
            for sample in samples {
                let block = plan.schedule()[sample.round - 1].blocks.first { $0.key.workload == sample.workload }
                #expect(block?.environments[sample.slot] == sample.environment, "\(sample)")
            }
        }

        @Test func nothingIsLeft() {
            #expect(run.leftovers.isEmpty, "\(run.leftovers)")
        }
    }
}
