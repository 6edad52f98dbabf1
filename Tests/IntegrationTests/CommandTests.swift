import BenchrunModel
import Foundation
import Results
import Testing

extension IntegrationTests {
    /// `run -- COMMAND`: a user's own command in the default image.
    @Suite struct CommandTests {
        @Test func measuresTheWallTime() async throws {
            try await Sandbox.within { sandbox in
                let before = try await Leftovers.now()
                let result = try await Invocation.run(
                    sandbox.arguments(["run", "-e", "podman", "--rounds", "2", "--plain"]) + Sandbox.work,
                    in: sandbox
                )
                #expect(result.status == 0, "\(result.errors)")
                let folder = try sandbox.onlyRun()
                let manifest = try folder.loadManifest()
                #expect(manifest.suite == "command" && manifest.environments.map(\.spec.name) == ["native", "podman"])
                #expect(manifest.workloads.map(\.command) == [["sha256sum", "/usr/bin/perl"]])
                let samples = try SampleReader.all(path: folder.samples)
                #expect(samples.count == 2 * 2 * 4)
                for sample in samples { #expect(sample.outcome == .ok, "\(sample)") }
                for sample in samples where sample.metric == "wall-time" {
                    #expect(sample.unit == "s" && (sample.value ?? 0) > 0)
                }
                #expect(result.output.contains("command") && result.output.contains("podman"))
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(left)")
            }
        }

        @Test func argumentsReachTheCommandAsTheyAre() async throws {
            try await Sandbox.within { sandbox in
                // Braces are placeholders in a workload's file, and a shell would make three words of the last.
                let words = ["awk", "BEGIN { exit ARGV[1] != \"{size} *  $HOME;\" }", "{size} *  $HOME;"]
                let result = try await Invocation.run(
                    sandbox.arguments(["run", "-e", "native", "--rounds", "1", "--plain"]) + ["--"] + words,
                    in: sandbox
                )
                #expect(result.status == 0, "\(result.errors)")
                #expect(try sandbox.onlyRun().loadManifest().workloads.map(\.title) == [words.joined(separator: " ")])
            }
        }

        @Test(arguments: [
            (["sha256sum", "/no/such/file"], "exited with status 1", "No such file or directory"),
            (["no-such-program", "-x"], "no-such-program", "no-such-program"),
        ])
        func failuresAreRowsWithTheirReason(_ command: [String], _ reason: String, _ words: String) async throws {
            try await Sandbox.within { sandbox in
                let before = try await Leftovers.now()
                let result = try await Invocation.run(
                    sandbox.arguments(["run", "-e", "podman", "--rounds", "1", "--plain"]) + ["--"] + command,
                    in: sandbox
                )
                #expect(result.status == 4)
                #expect(result.errors.contains("2 cells failed; what they printed is in "), "\(result.errors)")
                #expect(result.output.contains("podman"), "the report is printed all the same")
                let folder = try sandbox.onlyRun()
                let samples = try SampleReader.all(path: folder.samples)
                #expect(Set(samples.map(\.environment)) == ["native", "podman"])
                for sample in samples {
                    #expect(sample.outcome == .failed && sample.value == nil, "\(sample)")
                    #expect(sample.reason.contains(reason), "\(sample.reason)")
                }
                let reasons = samples.map { $0.reason.replacingOccurrences(of: $0.environment, with: "HERE") }
                #expect(Set(reasons).count == 1, "it fails alike in both environments: \(Set(reasons))")
                let outputs = try FileManager.default.contentsOfDirectory(atPath: folder.outputs)
                #expect(outputs.sorted() == ["r1.command.native.1.txt", "r1.command.podman.1.txt"])
                for file in outputs {
                    let said = try String(contentsOfFile: "\(folder.outputs)/\(file)", encoding: .utf8)
                    #expect(said.contains(words), "\(said)")
                }
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(left)")
            }
        }

        /// An environment that was asked for and cannot be used: the rest is measured, and the status tells.
        @Test func missingEnvironmentsFailTheCommandAndNotTheRun() async throws {
            try await Sandbox.within { sandbox in
                let kvm = try #require(try await sandbox.availability()["libvirt-kvm"])
                let result = try await Invocation.run(
                    sandbox.arguments(["run", "-e", "libvirt-kvm", "--rounds", "1", "--plain"]) + Sandbox.work,
                    in: sandbox
                )
                let folder = try sandbox.onlyRun()
                let manifest = try folder.loadManifest()
                let samples = try SampleReader.all(path: folder.samples)
                #expect(samples.contains { $0.environment == "native" && $0.outcome == .ok })
                let record = try #require(manifest.environments.first { $0.spec.name == "libvirt-kvm" })
                if kvm.available {
                    #expect(result.status == 0, "\(result.errors)")
                    #expect(record.unavailable == nil && samples.contains { $0.environment == "libvirt-kvm" })
                    return
                }
                #expect(result.status == 69, "\(result.errors)")
                #expect(result.errors.contains("environment 'libvirt-kvm' could not be used"), "\(result.errors)")
                #expect(result.errors.contains("benchrun doctor"))
                #expect(record.unavailable?.reason == kvm.reason)
                #expect(!samples.contains { $0.environment == "libvirt-kvm" && $0.value != nil })
                let page = try String(
                    contentsOfFile: sandbox.store.plotsFolder(of: manifest.run) + "/report.md",
                    encoding: .utf8
                )
                #expect(page.contains("libvirt-kvm"))
                #expect(result.output.contains("libvirt-kvm"))
            }
        }
    }
}
