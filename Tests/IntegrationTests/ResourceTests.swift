import BenchrunModel
import Foundation
import Glibc
import Results
import Testing

extension IntegrationTests {
    /// What happens to a run when something it needs goes away or fills up.
    @Suite struct ResourceTests {
        @Test func runsGoOnWithoutTheirDockerDaemon() async throws {
            try await Sandbox.within { sandbox in
                let before = try await Leftovers.now()
                let arguments =
                    sandbox.arguments(
                        ["run", "-e", "docker", "-e", "podman", "--rounds", "3", "--plain"]) + Sandbox.work
                let result = try await BackgroundRun.within(arguments, in: sandbox) { run in
                    _ = try await run.line(containing: "round 1: command in docker: ")
                    let daemons = HostProcess.all(of: "dockerd", naming: sandbox.directory)
                    #expect(daemons.count == 1, "\(daemons)")
                    for daemon in daemons { daemon.send(SIGKILL) }
                    return try await run.end()
                }
                #expect(result.status == 4, "\(result.errors)")
                #expect(result.errors.contains("warning: docker: docker/"), "\(result.errors)")
                let folder = try sandbox.onlyRun()
                let samples = try SampleReader.all(path: folder.samples)
                for environment in ["native", "podman"] {
                    let own = samples.filter { $0.environment == environment }
                    #expect(own.count == 3 * 4 && own.allSatisfy { $0.outcome == .ok }, "\(environment)")
                }
                let docker = samples.filter { $0.environment == "docker" }
                #expect(Set(docker.map(\.round)) == [1, 2, 3], "every round has its rows")
                #expect(docker.filter { $0.round == 1 }.allSatisfy { $0.outcome == .ok })
                for sample in docker where sample.round > 1 {
                    #expect([.failed, .unavailable].contains(sample.outcome) && sample.value == nil, "\(sample)")
                    #expect(sample.reason.contains("no longer answers"), "\(sample.reason)")
                }
                #expect(docker.contains { $0.round == 3 && $0.outcome == .unavailable }, "it is not tried for ever")
                let manifest = try folder.loadManifest()
                #expect(manifest.sessions.map(\.ending) == [.completed])
                let page = try String(
                    contentsOfFile: sandbox.store.plotsFolder(of: manifest.run) + "/report.md",
                    encoding: .utf8
                )
                #expect(page.contains("no longer answers"))
                try await expectOnlyTheDeadDaemonsRecord(result, in: sandbox, since: before)
                let resumed = try await Invocation.run(sandbox.arguments(["resume", "latest", "--plain"]), in: sandbox)
                #expect(resumed.status == 0, "\(resumed.errors)")
                let mended = try SampleReader.all(path: folder.samples).filter { $0.session == 2 }
                #expect(mended.count == 2 * 3 * 4 && mended.allSatisfy { $0.outcome == .ok })
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(left)")
            }
        }

        /// A dead daemon cannot forget its container: its record is left, which is said with the command that removes
        /// it; and nothing that runs, is mounted or takes a control group.
        private func expectOnlyTheDeadDaemonsRecord(
            _ result: Invocation,
            in sandbox: Sandbox,
            since before: Leftovers
        ) async throws {
            #expect(result.errors.contains("is left; run 'benchrun clean'"), "\(result.errors)")
            var left = try await Leftovers.left(by: sandbox, since: before)
            #expect(left.processes.isEmpty && left.mounts.isEmpty && left.controlGroups.isEmpty, "\(left)")
            let clean = try await Invocation.run([Machine.benchrun, "clean"], in: sandbox)
            #expect(clean.status == 0 && clean.output.contains("removed docker container"), "\(clean)")
            left = try await Leftovers.left(by: sandbox, since: before)
            #expect(left.isEmpty, "\(left)")
        }

        @Test func fullScratchDisksFailWhatWritesToThem() async throws {
            try await Sandbox.within { sandbox in
                let before = try await Leftovers.now()
                try await SmallDisk.within(sandbox.directory + "/scratch", bytes: 16 << 20) { disk in
                    let result = try await Invocation.run(
                        sandbox.arguments([
                            "run", "-w", "fio-randwrite-fsync", "-w", "sysbench-cpu", "-e", "docker", "-e", "podman",
                            "--rounds", "1", "--plain", "--scratch", disk.path,
                        ]),
                        in: sandbox
                    )
                    #expect(result.status == 4, "\(result.errors)")
                    #expect(result.errors.contains("3 cells failed; what they printed is in "), "\(result.errors)")
                    #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path).isEmpty)
                }
                let folder = try sandbox.onlyRun()
                let samples = try SampleReader.all(path: folder.samples)
                for environment in ["native", "docker", "podman"] {
                    let own = samples.filter { $0.environment == environment }
                    let cpu = own.filter { $0.workload == "sysbench-cpu" }
                    #expect(!cpu.isEmpty && cpu.allSatisfy { $0.outcome == .ok }, "\(environment)")
                    let storage = own.filter { $0.workload == "fio-randwrite-fsync" }
                    #expect(storage.map(\.metric).sorted() == ["fsync-latency", "iops"], "\(environment)")
                    for sample in storage {
                        #expect(sample.outcome == .failed && sample.value == nil)
                        #expect(sample.reason.contains("No space left on device"), "\(sample.reason)")
                    }
                    let output = "\(folder.outputs)/r1.fio-randwrite-fsync.\(environment).1.txt"
                    let said = try String(contentsOfFile: output, encoding: .utf8)
                    #expect(said.contains("No space left on device"), "\(said)")
                }
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(left)")
            }
        }

        @Test func fullResultsDisksKeepWholeCells() async throws {
            try await Sandbox.within { sandbox in
                let before = try await Leftovers.now()
                try await SmallDisk.within(sandbox.results, bytes: 1 << 20) { disk in
                    let arguments = sandbox.arguments(["run", "-e", "native", "--rounds", "40", "--plain"])
                    let result = try await BackgroundRun.within(arguments + Sandbox.work, in: sandbox) { run in
                        _ = try await run.line(containing: "[1/40] ")
                        try disk.fill()
                        return try await run.end()
                    }
                    #expect(result.status == 2)
                    let run = try #require(sandbox.runs.first { RunID($0) != nil && $0 != "filler" })
                    let folder = RunFolder(path: "\(sandbox.results)/\(run)")
                    // Whichever of the two the disk had no more room for.
                    let isNamed = [folder.samples, folder.telemetry].contains { path in
                        result.errors.contains("\(path): no space left on device")
                    }
                    #expect(isNamed, "\(result.errors)")
                    #expect(result.errors.contains("free some space there, then continue with 'benchrun resume'"))
                    #expect(result.errors.contains("benchrun resume \(run)"), "\(result.errors)")
                    let cells = Dictionary(grouping: try SampleReader.all(path: folder.samples), by: \.cell)
                    #expect(
                        (1..<40).contains(cells.count) && cells.values.allSatisfy { $0.count == 4 },
                        "\(cells.count)"
                    )
                    disk.free()
                    let resumed = try await Invocation.run(
                        sandbox.arguments(["resume", run, "--plain"]),
                        in: sandbox
                    )
                    #expect(resumed.status == 0, "\(resumed.errors)")
                    let all = try SampleReader.all(path: folder.samples)
                    #expect(all.count == 40 * 4 && Set(all.map(\.cell)).count == 40)
                    #expect(Set(all.map(\.session)) == [1, 2])
                    #expect(try folder.loadManifest().sessions.last?.ending == .completed)
                }
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(left)")
            }
        }

        @Test func missingGnuplotCostsThePicturesOnly() async throws {
            try await Sandbox.within { sandbox in
                let result = try await sandbox.measureNatively(
                    environment: ["PATH": try sandbox.tools(without: "gnuplot")]
                )
                #expect(result.status == 2)
                #expect(result.errors.contains("gnuplot: not found, so there are no pictures"), "\(result.errors)")
                #expect(result.errors.contains("'make setup'") && result.errors.contains("'benchrun report'"))
                #expect(result.output.contains("Overhead against native"))
                let folder = try sandbox.onlyRun()
                #expect(try SampleReader.all(path: folder.samples).count == 4)
                let plots = sandbox.store.plotsFolder(of: try folder.loadManifest().run)
                let files = Set(try FileManager.default.contentsOfDirectory(atPath: plots))
                #expect(
                    files == ["overhead.gp", "overhead.dat", "samples.gp", "samples.dat", "report.md", "report.html"]
                )
                let again = try await Invocation.run(sandbox.arguments(["report", "latest"]), in: sandbox)
                #expect(again.status == 0, "\(again.errors)")
                #expect(FileManager.default.fileExists(atPath: plots + "/overhead.png"))
            }
        }
    }
}
