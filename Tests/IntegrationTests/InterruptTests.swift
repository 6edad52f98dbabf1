import BenchrunModel
import Foundation
import Glibc
import Host
import Results
import Testing

extension IntegrationTests {
    /// Ctrl-C and SIGTERM: answered within a second, whatever is going on; finished samples stay, and nothing else.
    @Suite struct InterruptTests {
        static let second: UInt64 = 1_000_000_000

        /// A line on standard error, and a program that must run in the run's control groups by then.
        static let moments: [(line: String, program: String?)] = [
            ("probing native", nil), ("probing native", "dockerd"), ("looking for image", nil),
            ("preparing podman", nil), ("preparing libvirt-tcg", nil), ("launching docker", nil),
            ("launching podman", nil), ("launching libvirt-tcg", "qemu-system-x86"),
            ("sysbench-cpu in native", "sysbench"), ("sysbench-cpu in libvirt-tcg", nil), ("[1/", nil),
            ("removing 4 instances", nil), ("removing what this run started", nil), ("drawing the report", nil),
        ]

        @Test(.timeLimit(.minutes(10)), arguments: [[], ["taskset", "-c", "0"]])
        func signalsAreAnsweredAtOnce(_ prefix: [String]) async throws {
            let sandbox = try Sandbox()
            defer { sandbox.remove() }
            let suite = try SmallSuite(in: sandbox, workloads: ["sysbench-cpu"], rounds: 1)
            let before = try await Leftovers.now()
            for (index, moment) in Self.moments.enumerated() {
                let note = Comment(rawValue: "at '\(moment.line)' \(moment.program ?? "") \(prefix)")
                let signal = index.isMultiple(of: 2) ? SIGINT : SIGTERM
                let known = Set(sandbox.runs)
                let (ended, lines) = try await BackgroundRun.within(prefix + sandbox.run(suite), in: sandbox) { run in
                    _ = try await run.line(containing: moment.line)
                    if let program = moment.program {
                        try #require(await eventually { Self.isRunning(program, of: sandbox) }, note)
                    }
                    let sent = RawClock.now()
                    Glibc.kill(run.pid, signal)
                    let answer = try await run.line(
                        containing: "interrupted (\(SignalSource.name(of: signal)))",
                        after: 0
                    )
                    #expect(answer.at - sent < Self.second, note)
                    return (try await run.end(), run.lines)
                }
                #expect(ended.status == 130, "\(note): \(ended.errors)")
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(note): \(left)")
                for run in Set(sandbox.runs).subtracting(known) {
                    try checkSamples(of: run, in: sandbox, lines, note)
                }
            }
        }

        /// Every cell that was reported has its rows, the one that was cut off says so, and no line is cut.
        private func checkSamples(
            of run: String,
            in sandbox: Sandbox,
            _ lines: [ProgressLines.Line],
            _ note: Comment
        ) throws {
            let folder = RunFolder(path: "\(sandbox.results)/\(run)")
            let samples = try SampleReader.all(path: folder.samples)
            let reported = lines.filter { $0.text.hasPrefix("[") && $0.text.contains("] round ") }.count
            let finished = samples.filter { $0.outcome == .ok && $0.value != nil }
            #expect(Set(finished.map(\.cell)).count == reported, note)
            let others = samples.filter { $0.outcome != .ok }
            #expect(others.allSatisfy { $0.outcome == .interrupted && $0.value == nil }, "\(note): \(others)")
            #expect(Set(others.map(\.cell)).count <= 1, note)
            let expected: SessionRecord.Ending = reported == 4 ? .completed : .interrupted
            #expect(try folder.loadManifest().sessions.map(\.ending) == [expected], note)
        }

        private static func isRunning(_ program: String, of sandbox: Sandbox) -> Bool {
            ControlGroup("benchrun").processes().contains { process in
                let name = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)
                return (name ?? "").trimmingCharacters(in: .newlines) == program
            }
        }

        /// In the middle of making the root file system, which mounts and runs other programs as root.
        @Test func imageBuildsEndToo() async throws {
            try await Sandbox.within { sandbox in
                let before = try await Leftovers.now()
                let cache = sandbox.directory + "/own-cache"
                let arguments = sandbox.arguments(["run", "-e", "podman", "--plain"]) + Sandbox.work
                let ended = try await BackgroundRun.within(
                    arguments,
                    in: sandbox,
                    environment: ["XDG_CACHE_HOME": cache]
                ) { run in
                    _ = try await run.line(containing: "installing packages")
                    let sent = RawClock.now()
                    Glibc.kill(run.pid, SIGINT)
                    let answer = try await run.line(containing: "interrupted (SIGINT)", after: 0)
                    #expect(answer.at - sent < Self.second)
                    return try await run.end()
                }
                #expect(ended.status == 130, "\(ended.errors)")
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(left)")
                // Only the files that builders and users of an image lock.
                let images = (try? FileManager.default.contentsOfDirectory(atPath: cache + "/benchrun/images")) ?? []
                #expect(images.allSatisfy { $0.hasSuffix(".build") || $0.hasSuffix(".use") }, "\(images)")
            }
        }

        /// A person's terminal: the display moves at least once a second from the first line to the last, and Ctrl-C
        /// is answered.
        @Test(.timeLimit(.minutes(5)), arguments: [[], ["taskset", "-c", "0"]])
        func theDisplayNeverStandsStill(_ prefix: [String]) async throws {
            try await Sandbox.within { sandbox in
                let before = try await Leftovers.now()
                let suite = try SmallSuite(in: sandbox, workloads: ["sysbench-cpu", "startup"], rounds: 1)
                let command = prefix + sandbox.run(suite).filter { $0 != "--plain" }
                let metronome = Metronome()
                let session = try await TerminalSession.within(command, in: sandbox) { session in
                    #expect(await session.end() == 0)
                    return session
                }
                let stall = metronome.stop()
                let pieces = session.shown
                // The last cells may be of some milliseconds.
                let isAtEnd = (6...8).contains { session.text.contains("cell \($0) of 8") }
                #expect(pieces.count > 20 && isAtEnd, "\(session.text.suffix(2000))")
                for (earlier, later) in zip(pieces, pieces.dropFirst()) {
                    #expect(later.at - earlier.at < Self.second + stall, "after \(earlier.text)")
                }

                try await TerminalSession.within(command, in: sandbox) { session in
                    // A cell of some milliseconds may come and go between two drawings.
                    _ = try await session.moment(showingAny: (2...6).map { "cell \($0) of 8" })
                    let pressed = try session.pressControlC()
                    let answered = try await session.moment(showing: "interrupted (SIGINT)", after: pressed)
                    #expect(answered - pressed < Self.second)
                    #expect(await session.end() == 130)
                }
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(left)")
            }
        }
    }
}
