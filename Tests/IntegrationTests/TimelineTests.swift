import BenchrunModel
import Experiment
import Foundation
import Host
import Results
import Testing

extension IntegrationTests {
    /// What looks at one run of redis's first answer, and at what others saw of it.
    @Suite(.lifecycleRun)
    struct FirstAnswerTests {}
}

extension IntegrationTests.FirstAnswerTests {
    /// From the request to the first answer of redis: rows, picture and pages.
    @Suite struct TimelineTests {
        let run: LifecycleRun

        init() throws {
            run = try LifecycleRun.get()
        }

        @Test func everyEnvironmentAnswersAndNothingIsLeft() throws {
            #expect(run.invocation.status == 0, "\(run.invocation.errors.suffix(3000))")
            for environment in LifecycleRun.environments {
                let lives = try run.lives(environment)
                // A cell that others took CPU time from is measured again.
                #expect(lives.count >= LifecycleRun.rounds, "\(environment)")
            }
            #expect(try run.samples.allSatisfy { $0.outcome == .ok || $0.outcome == .invalid })
            #expect(try run.samples.allSatisfy { $0.value != nil })
            #expect(run.leftovers.isEmpty, "\(run.leftovers)")
        }

        @Test(arguments: LifecycleRun.environments)
        func phasesAddUpToTheAnswer(_ environment: String) throws {
            let isGuest = environment.hasPrefix("libvirt")
            for life in try run.lives(environment) {
                let boot: [Phase] = [.firmware, .kernel, .initial, .agent]
                let own = Phase.toFirstAnswer.filter { isGuest || !boot.contains($0) || $0 == .agent }
                let parts = own.compactMap { life.seconds[$0.rawValue] }
                #expect(parts.count == own.count, "\(life)")
                #expect(parts.allSatisfy { $0 >= 0 })
                let answered = try #require(life.seconds["answered"])
                #expect(abs(parts.reduce(0, +) - answered) < 1e-3, "\(life)")
                let frame = boot.compactMap { life.seconds[$0.rawValue] }.reduce(0, +)
                #expect(abs(frame - (life.seconds["first-frame"] ?? 0)) < 1e-3, "\(life)")
                #expect(life.seconds["ready"] == nil && life.seconds["first-command"] == nil)
                // Both need time everywhere; what a kernel and its firmware do takes far longer than a clock's tick.
                for phase in ["service", "first-answer"] + (isGuest ? ["firmware", "kernel", "init"] : []) {
                    #expect((life.seconds[phase] ?? 0) > (isGuest ? 1e-3 : 1e-5), "\(phase) of \(life)")
                }
            }
        }

        @Test func thePictureShowsThemAll() async throws {
            let path = try run.report + "/timeline-\(LifecycleRun.answers)"
            let picture = try PNG(contentsOf: path + ".png")
            #expect(picture.width >= 1000 && picture.height >= 300)
            #expect(picture.colours >= 12, "\(picture.colours) colours")
            #expect((0.01...0.7).contains(picture.inked), "\(picture.inked) of the pixels are not background")
            let vector = try String(contentsOfFile: path + ".svg", encoding: .utf8)
            for text in LifecycleRun.environments + ["firmware", "kernel", "init", "first answer"] {
                #expect(vector.contains(text), "\(text)")
            }
            // Script and data make it again without anything else.
            let copy = run.sandbox.directory + "/copy"
            try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
            for ending in [".gp", ".dat"] {
                let name = "timeline-\(LifecycleRun.answers)" + ending
                try FileManager.default.copyItem(atPath: try run.report + "/" + name, toPath: copy + "/" + name)
            }
            try await HostCommand(
                [
                    "env", "-i", "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "gnuplot",
                    "timeline-\(LifecycleRun.answers).gp",
                ],
                directory: copy
            ).check()
            let again = "\(copy)/timeline-\(LifecycleRun.answers).png"
            #expect(FileManager.default.contentsEqual(atPath: again, andPath: path + ".png"))
        }

        @Test func pagesAndTerminalHaveTheTable() throws {
            let heading = "From the request to the first answer: \(LifecycleRun.answers)"
            #expect(run.invocation.output.contains(heading))
            for page in ["report.md", "report.html"] {
                let text = try String(contentsOfFile: try run.report + "/" + page, encoding: .utf8)
                #expect(text.contains(heading))
                #expect(text.contains("timeline-") || page == "report.html")
            }
        }
    }
}
