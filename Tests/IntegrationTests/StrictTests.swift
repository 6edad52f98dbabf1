import BenchrunModel
import Foundation
import Host
import Results
import Testing

extension IntegrationTests {
    /// A guest whose huge pages are other than the host's, by its own kernel arguments.
    @Suite struct StrictTests {
        /// Another mode than this host has.
        private static var mode: String {
            HostFacts.read()[FactKey.transparentHugePages] == "never" ? "always" : "never"
        }

        private static func suite(in sandbox: Sandbox) throws -> SmallSuite {
            let suite = try SmallSuite(
                in: sandbox,
                workloads: ["sysbench-cpu"],
                environments: ["native", "other-pages", "declared-pages"],
                rounds: 1
            )
            let other = """
                title: A guest with huge pages of its own
                extends: libvirt-tcg
                options:
                  kernel-arguments: transparent_hugepage=\(mode)

                """
            try Data(other.utf8).write(to: URL(filePath: suite.directory + "/environments/other-pages.yaml"))
            let declared = "title: The same, and its file says so\nextends: other-pages\ndiffers: [thp]\n"
            try Data(declared.utf8).write(to: URL(filePath: suite.directory + "/environments/declared-pages.yaml"))
            return suite
        }

        @Test(.timeLimit(.minutes(5)))
        func anUndeclaredDifferenceIsRefused() async throws {
            try await Sandbox.within { sandbox in
                let suite = try Self.suite(in: sandbox)
                let run = try await Invocation.run(sandbox.run(suite, ["--strict"]), in: sandbox)
                #expect(run.status == 4, "\(run.errors)")
                #expect(run.errors.contains("other-pages is refused: --strict: thp: asked for "), "\(run.errors)")
                #expect(run.errors.contains("(other-pages refused)"), "\(run.errors)")
                let folder = try sandbox.onlyRun()
                let manifest = try folder.loadManifest()
                #expect(manifest.conditions?.isStrict == true)
                let guests = manifest.environments.filter { $0.spec.name != "native" }
                #expect(guests.map { $0.attested[FactKey.transparentHugePages] } == [Self.mode, Self.mode])
                let samples = try SampleReader.all(path: folder.samples)
                let outcomes = Dictionary(grouping: samples, by: \.environment).mapValues { Set($0.map(\.outcome)) }
                #expect(outcomes == ["native": [.ok], "other-pages": [.refused], "declared-pages": [.ok]])
                #expect(samples.allSatisfy { ($0.value == nil) == ($0.outcome == .refused) })
                let report = sandbox.store.plotsFolder(of: manifest.run) + "/report.md"
                let text = try String(contentsOfFile: report, encoding: .utf8)
                #expect(text.contains("| 8 | transparent huge pages and mitigations | broken |"), "\(text)")
                #expect(text.contains("**≠ asked**") && text.contains("**differs, declared**"))
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func withoutStrictItIsMeasuredAndSaid() async throws {
            try await Sandbox.within { sandbox in
                let suite = try Self.suite(in: sandbox)
                let run = try await Invocation.run(sandbox.run(suite), in: sandbox)
                #expect(run.status == 0, "\(run.errors)")
                let words = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                #expect(words.contains("other-pages differs from native in transparent huge pages: \(Self.mode)"))
                #expect(words.contains("other-pages did not get what was asked for: thp"))
                #expect(!words.contains("declared-pages differs from native in transparent huge pages"))
                let samples = try SampleReader.all(path: try sandbox.onlyRun().samples)
                #expect(samples.allSatisfy { $0.outcome == .ok })
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func theShippedEnvironmentsAreAdmitted() async throws {
            try await Sandbox.within { sandbox in
                let suite = try SmallSuite(in: sandbox, workloads: ["sysbench-cpu"], rounds: 1)
                let run = try await Invocation.run(sandbox.run(suite, ["--strict"]), in: sandbox)
                #expect(run.status == 0, "\(run.errors)")
                #expect(!run.errors.contains("refused"), "\(run.errors)")
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func coldCachesAreColdInEveryEnvironment() async throws {
            try await Sandbox.within { sandbox in
                let suite = try SmallSuite(in: sandbox, workloads: ["cold-read"], rounds: 1)
                // Bytes that the command's own process group has read from a device, as the kernel counts them.
                let workload = """
                    title: Bytes read from the device for 16 MiB of a file
                    class: storage
                    page-cache: cold
                    iterations: 2
                    setup:
                      - [dd, if=/dev/zero, of=file, bs=1M, count=16, conv=fsync]
                    command: [sh, -c, 'cat file > /dev/null; cat /proc/$$/io; exit 0']
                    metrics:
                      - {name: read, unit: B, better: lower, pattern: '^read_bytes: ([0-9]+)$'}

                    """
                try suite.add(workload: "cold-read", ofClass: "storage", workload)
                let run = try await Invocation.run(sandbox.run(suite), in: sandbox)
                #expect(run.status == 0, "\(run.errors)")
                let folder = try sandbox.onlyRun()
                #expect(try folder.loadManifest().conditions?.coldWorkloads == ["cold-read"])
                let samples = try SampleReader.all(path: folder.samples)
                #expect(samples.count == 8)
                for sample in samples {
                    let bytes = try #require(sample.value, "\(sample)")
                    #expect(bytes >= 16 * 1024 * 1024, "\(sample)")
                }
            }
        }
    }
}
