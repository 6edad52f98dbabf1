import BenchrunModel
import Foundation
import Host
import Results
import Testing

extension IntegrationTests {
    /// `run --image`: the user's own image in every environment, with no file written by hand.
    @Suite struct RunImageTests {
        /// An OCI layout of an image that is built from a Dockerfile on the suite's own root.
        private func layout(in sandbox: Sandbox) async throws -> String {
            let archive = try await sandbox.smokeImage(containersOnly: true).archive
            let context = sandbox.directory + "/context"
            let layout = sandbox.directory + "/layout"
            try FileManager.default.createDirectory(atPath: context, withIntermediateDirectories: true)
            try await HostCommand(["cp", archive, context + "/rootfs.tar"]).check()
            let file = "FROM scratch\nADD rootfs.tar /\nENV GREETING=hello\nENTRYPOINT [\"/bin/false\"]\n"
            try Data(file.utf8).write(to: URL(filePath: context + "/Dockerfile"))
            let number = sandbox.directory + "/image.id"
            try await HostCommand(
                ["podman", "build", "--quiet", "--layers=false", "--iidfile", number, context],
                timeLimit: .seconds(300)
            ).check()
            let id = try String(contentsOfFile: number, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
            do {
                try await HostCommand(
                    ["podman", "save", "--quiet", "--format", "oci-dir", "--output", layout, id],
                    timeLimit: .seconds(300)
                ).check()
            } catch {
                _ = try? await HostCommand(["podman", "rmi", "--force", id]).run()
                throw error
            }
            try await HostCommand(["podman", "rmi", "--force", id]).check()
            return layout
        }

        @Test func anImageFromADockerfileRunsEverywhere() async throws {
            try await Sandbox.withinAndImagesRemoved { sandbox in
                let source = "oci:" + (try await layout(in: sandbox))
                let before = try await Leftovers.now()
                let environments = ["docker", "podman", "libvirt-tcg"]
                let result = try await Invocation.run(
                    sandbox.arguments(
                        ["run", "--image", source, "--rounds", "1", "--plain"]
                            + environments.flatMap { ["-e", $0] }
                    ) + ["--", "sysbench", "cpu", "--time=1", "run"],
                    in: sandbox
                )
                let folder = try sandbox.onlyRun()
                try expectMeasured(result, folder, in: ["native"] + environments)
                let manifest = try folder.loadManifest()
                #expect(manifest.image.source == source && manifest.image.packages["sysbench"] != nil)
                #expect(manifest.environments.map(\.spec.name) == ["native"] + environments)
                for sample in try SampleReader.all(path: folder.samples) where sample.metric == "wall-time" {
                    #expect(sample.outcome != .failed && (sample.value ?? 0) >= 1, "\(sample)")
                }
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(left)")
                try await greets(source, in: sandbox)
                try await lacksPackages(source, in: sandbox)
            }
        }

        /// The image's environment reaches the command; its entry point does not come before it.
        private func greets(_ source: String, in sandbox: Sandbox) async throws {
            let script = "test \"$GREETING\" = hello"
            let result = try await Invocation.run(
                sandbox.arguments(["run", "--image", source, "-e", "podman", "--rounds", "1", "--plain"])
                    + ["--", "sh", "-c", script],
                in: sandbox
            )
            let newest = try #require(sandbox.runs.last.flatMap { RunID($0) })
            try expectMeasured(result, sandbox.store.folder(of: newest), in: ["native", "podman"])
        }

        /// Every environment has a wall time; a guard may find it invalid where others use the machine, and that is all.
        private func expectMeasured(_ result: Invocation, _ folder: RunFolder, in environments: [String]) throws {
            let samples = try SampleReader.all(path: folder.samples).filter { $0.metric == "wall-time" }
            #expect(Set(samples.map(\.environment)) == Set(environments), "\(result.errors)")
            for sample in samples {
                #expect([.ok, .invalid].contains(sample.outcome) && sample.value != nil, "\(sample)")
            }
            let isDisturbed = samples.contains { $0.outcome == .invalid }
            #expect(result.status == 0 || (result.status == 4 && isDisturbed), "\(result.errors)")
        }

        /// Workloads of the default suite need more than this image has.
        private func lacksPackages(_ source: String, in sandbox: Sandbox) async throws {
            let result = try await Invocation.run(
                sandbox.arguments(["run", "--image", source, "-e", "native", "--rounds", "1", "--plain"]),
                in: sandbox
            )
            #expect(result.status == 64, "\(result.errors)")
            #expect(result.errors.contains("lacks packages") && result.errors.contains("sqlite"), "\(result.errors)")
        }

        @Test func aRootOfOneProgramRunsEverywhere() async throws {
            try await Sandbox.withinAndImagesRemoved { sandbox in
                let root = try await TinyRoot(in: sandbox)
                let imported = try await Invocation.run(
                    [Machine.benchrun, "image", "import", "brit-tiny", root.tree, "--plain"],
                    in: sandbox
                )
                try #require(imported.status == 0, "\(imported.errors)")
                let environments = ["docker", "podman", "libvirt-tcg"]
                let result = try await Invocation.run(
                    sandbox.arguments(
                        ["run", "--image", "brit-tiny", "--rounds", "1", "--plain"]
                            + environments.flatMap { ["-e", $0] }
                    ) + ["--", "/bin/busybox", "sha256sum", "/bin/busybox"],
                    in: sandbox
                )
                let folder = try sandbox.onlyRun()
                try expectMeasured(result, folder, in: ["native"] + environments)
                let manifest = try folder.loadManifest()
                #expect(manifest.image.source == "imported:brit-tiny" && manifest.image.packages.isEmpty)
            }
        }
    }
}
