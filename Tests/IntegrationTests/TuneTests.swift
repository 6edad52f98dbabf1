import BenchrunModel
import Foundation
import Glibc
import Host
import Results
import Testing

extension IntegrationTests {
    /// `--tune` with real knobs of this host: huge pages, and interrupts where the kernel lets them be moved.
    @Suite(.enabled(if: Knob.hugePages.isWritable, "this host's transparent huge pages cannot be set"))
    struct TuneTests {
        @Test(.timeLimit(.minutes(5)))
        func whatAKilledRunHasSetIsRestoredByClean() async throws {
            try await Self.withHugePages { sandbox, interrupt in
                let before = interrupt?.value
                try await Self.kill(in: sandbox, interrupt)
                let first = try await Invocation.run([Machine.benchrun, "clean"], in: sandbox)
                #expect(first.status == 0, "\(first.errors)")
                #expect(first.output.contains("restored \(Knob.hugePages.path) to 'always'"), "\(first.output)")
                #expect(Knob.hugePages.value == "always")
                #expect(interrupt?.value == before)
                let second = try await Invocation.run([Machine.benchrun, "clean"], in: sandbox)
                #expect(second.output.contains("nothing to remove"), "\(second.output)")
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func theNextStartRestoresToo() async throws {
            try await Self.withHugePages { sandbox, interrupt in
                let before = interrupt?.value
                try await Self.kill(in: sandbox, interrupt)
                let next = try await sandbox.measureNatively()
                #expect(next.status == 0, "\(next.errors)")
                #expect(next.errors.contains("restored what a killed run had set: \(Knob.hugePages.path) to 'always'"))
                #expect(Knob.hugePages.value == "always")
                #expect(interrupt?.value == before)
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func aRunThatEndsRestoresAndSaysWhatItDid() async throws {
            try await Self.withHugePages { sandbox, interrupt in
                let before = interrupt?.value
                let run = try await Invocation.run(
                    sandbox.arguments(["run", "-e", "native", "--rounds", "1", "--plain", "--tune"]) + Sandbox.work,
                    in: sandbox
                )
                #expect(run.status == 0, "\(run.errors)")
                #expect(run.errors.contains("--tune: transparent huge pages: always to madvise"), "\(run.errors)")
                #expect(Knob.hugePages.value == "always")
                #expect(interrupt?.value == before)
                let manifest = try sandbox.onlyRun().loadManifest()
                let tuning = try #require(manifest.conditions?.tuning)
                #expect(tuning.changed.contains("transparent huge pages: always to madvise"))
                // What instances attested is what they had while they were measured.
                #expect(manifest.environments[0].attested[FactKey.transparentHugePages] == "madvise")
                if manifest.host[FactKey.governor] == nil {
                    #expect(tuning.uncontrolled.contains("governor: no cpufreq here"))
                }
                let report = sandbox.store.plotsFolder(of: manifest.run) + "/report.md"
                let text = try String(contentsOfFile: report, encoding: .utf8)
                #expect(text.contains("--tune: transparent huge pages: always to madvise"))
            }
        }

        /// Runs with `--tune` and kills it with SIGKILL once something is measured.
        private static func kill(in sandbox: Sandbox, _ interrupt: Knob?) async throws {
            let before = interrupt?.value
            let arguments = ["run", "-e", "native", "--rounds", "50", "--plain", "--tune"]
            try await BackgroundRun.within(sandbox.arguments(arguments) + Sandbox.work, in: sandbox) { run in
                _ = try await run.line(containing: "[1/")
                #expect(Knob.hugePages.value == "madvise")
                if let interrupt { #expect(interrupt.value != before) }
                Glibc.kill(run.pid, SIGKILL)
                #expect(try await run.end().status == 128 + SIGKILL)
            }
            #expect(Knob.hugePages.value == "madvise", "nobody has restored it yet")
        }

        /// Sets the host's huge pages to `always` for the time of a test, so that there is something to tune.
        private static func withHugePages(_ body: (Sandbox, _ interrupt: Knob?) async throws -> Void) async throws {
            let original = try #require(Knob.hugePages.value)
            try Knob.hugePages.set("always")
            defer { try? Knob.hugePages.set(original) }
            try await Sandbox.within { sandbox in try await body(sandbox, Knob.movableInterrupt) }
        }
    }
}

/// A file by which the kernel lets itself be told what to do.
struct Knob: Sendable {
    var path: String

    static let hugePages = Knob(path: "/sys/kernel/mm/transparent_hugepage/enabled")

    /// An interrupt that may go to every CPU and can be moved; nil where there is none, or only one CPU.
    static var movableInterrupt: Knob? {
        guard let online = Knob(path: "/sys/devices/system/cpu/online").value, online != "0" else { return nil }
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/irq")) ?? []
        return numbers.sorted().map { Knob(path: "/proc/irq/\($0)/smp_affinity_list") }
            .first { $0.value == online && $0.isWritable }
    }

    /// What it holds; of several the selected one.
    var value: String? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        let selected = words.first { $0.hasPrefix("[") && $0.hasSuffix("]") }
        return selected.map { String($0.dropFirst().dropLast()) } ?? words.first.map(String.init)
    }

    /// Whether it takes the value that it has.
    var isWritable: Bool {
        guard let value else { return false }
        return (try? set(value)) != nil
    }

    func set(_ value: String) throws {
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { try? file.close() }
        try file.write(contentsOf: Data(value.utf8))
    }
}
