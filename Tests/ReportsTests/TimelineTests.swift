import Analysis
import BenchrunModel
import Results
import TestSupport
import Testing

@testable import Reports

@Suite("from the request to the first answer")
struct TimelineTests {
    /// Phases by environment in milliseconds; the last rounds are slower.
    private static let lengths: [(String, [(Phase, Double)])] = [
        ("native", [(.create, 2), (.start, 1), (.agent, 8), (.service, 1), (.firstAnswer, 6)]),
        ("docker", [(.create, 40), (.start, 150), (.agent, 18), (.service, 1), (.firstAnswer, 7)]),
        ("podman", [(.create, 60), (.start, 70), (.agent, 20), (.service, 1), (.firstAnswer, 7)]),
        (
            "libvirt-tcg",
            [
                (.create, 90), (.start, 330), (.firmware, 900), (.kernel, 800), (.initial, 1000), (.agent, 90),
                (.service, 40), (.firstAnswer, 260),
            ]
        ),
    ]

    static func run(rounds: Int = 3, more: [String] = [], workload: String = "redis") -> SyntheticRun {
        let phases = [Phase.answered, .create, .start, .firstFrame] + Phase.toFirstAnswer.dropFirst(2)
        let metrics = phases.map { MetricRecord(name: $0.rawValue, unit: "s", better: .lower, delta: 0.1) }
        var run = SyntheticRun(
            workloads: [.init(name: workload, workloadClass: .startup, metrics: metrics)],
            environments: lengths.map(\.0) + more,
            rounds: rounds
        )
        for round in 1...rounds {
            for (environment, parts) in lengths {
                let factor = (0.9 + 0.1 * Double(round)) / 1000
                for (phase, length) in parts {
                    run.add(workload, environment, round: round, length * factor, metric: phase.rawValue)
                }
                let total = parts.reduce(0) { $0 + $1.1 } * factor
                run.add(workload, environment, round: round, total, metric: Phase.answered.rawValue)
            }
        }
        return run
    }

    @Test("bars are sorted, have their own phases, and say how the launches differ")
    func analysis() throws {
        var run = Self.run(more: ["libvirt-kvm", "bare"])
        run.manifest.environments[4].unavailable = .init(reason: "no guest answered", nextStep: "look at its log")
        run.add("redis", "bare", round: 1, nil, outcome: .failed, reason: "redis-server is missing")
        let analysis = RunAnalysis.of(run.manifest, samples: run.samples)
        #expect(analysis.startup.isEmpty, "a timeline is not a plain start-up")
        let timeline = try #require(analysis.timelines.first)
        #expect(analysis.timelines.count == 1)
        #expect(timeline.bars.map(\.environment) == ["native", "podman", "docker", "libvirt-tcg"])
        #expect(timeline.phases == Phase.toFirstAnswer)
        let native = timeline.bars[0]
        #expect(native.phases.map(\.phase) == [.create, .start, .agent, .service, .firstAnswer])
        #expect(abs(native.total - 0.0198) < 1e-9 && abs(native.sum - native.total) < 1e-9)
        #expect(abs(native.shortest - 0.018) < 1e-9 && abs(native.longest - 0.0216) < 1e-9)
        #expect(native.launches == 3)
        #expect(timeline.missing.map(\.environment) == ["libvirt-kvm", "bare"])
        #expect(timeline.missing[0].reason == "not available: no guest answered")
        #expect(timeline.missing[1].reason == "failed: redis-server is missing")
        let firmware = analysis.results.first { $0.environment == "docker" && $0.metric.name == "firmware" }
        #expect(firmware?.absence == "instances of this kind have no such thing")
    }

    @Test("without the parts of a guest's boot there is its whole")
    func wholeBoot() throws {
        var run = Self.run()
        let parts: [Phase] = [.firmware, .kernel, .initial, .agent]
        run.samples.removeAll { sample in
            sample.environment == "libvirt-tcg" && parts.contains { $0.rawValue == sample.metric }
        }
        for round in 1...3 { run.add("redis", "libvirt-tcg", round: round, 2.79, metric: "first-frame") }
        let timeline = try #require(RunAnalysis.of(run.manifest, samples: run.samples).timelines.first)
        let guest = try #require(timeline.bars.last)
        #expect(guest.phases.map(\.phase) == [.create, .start, .firstFrame, .service, .firstAnswer])
        #expect(timeline.phases == [.create, .start, .firstFrame, .agent, .service, .firstAnswer])
    }

    @Test("bars far apart have a panel of their own, others not")
    func panels() {
        #expect(BarPanels([0.02, 0.2, 0.22, 4]).zoom == 0.22)
        #expect(BarPanels([0.2, 0.22, 0.25]).zoom == nil)
        // The shortest alone would be compared with nothing.
        #expect(BarPanels([0.01, 4, 4.1]).zoom == nil)
        #expect(BarPanels([1]).zoom == nil && BarPanels([]).longest == 1)
        #expect(BarPanels([.nan, .infinity, -1, 2]).longest == 2)
        #expect(BarPanels.ticks(to: 0.31).count == 4)
        #expect(BarPanels.ticks(to: 4.9).last == 4)
        #expect(BarPanels.ticks(to: .nan).isEmpty && BarPanels.ticks(to: 0).isEmpty)
    }

    @Test("nothing in a name or a reason is obeyed")
    func escaping() throws {
        let hostile = "x'`touch $HOME`{/:Bold y}\n\"; system 'id' #%s\\"
        var run = Self.run(more: ["gone"])
        run.manifest.environments[1].spec.name = hostile
        for index in run.samples.indices where run.samples[index].environment == "docker" {
            run.samples[index].environment = hostile
        }
        run.manifest.environments[4].unavailable = .init(reason: hostile, nextStep: hostile)
        let analysis = RunAnalysis.of(run.manifest, samples: run.samples)
        let notes = PlotNotes(manifest: run.manifest, analysis: analysis)
        let plot = try #require(TimelinePlot.all(notes).first?.plot())
        #expect(plot.name == "timeline-redis")
        for line in plot.script.split(separator: "\n") where line.contains("touch") {
            // Inside of one literal: the quotation marks of the text are doubled.
            #expect(line.hasPrefix("set label '"), "\(line)")
            #expect(line.filter { $0 == "'" }.count.isMultiple(of: 2), "\(line)")
        }
        #expect(!plot.script.contains("\nsystem") && !plot.data.text.contains("\"; system"))
        let text = TerminalReport(analysis: analysis).render()
        #expect(text.contains("From the request to the first answer: redis"))
        #expect(text.contains("no answer in gone: not available"))
    }

    @Test("pages and terminal have the figures")
    func pages() async throws {
        let folder = try TemporaryFolder()
        let source = RunFolder(path: folder.file("r"))
        var run = Self.run(more: ["libvirt-kvm"])
        run.manifest.environments[4].unavailable = .init(reason: "no guest answered", nextStep: "look at its log")
        try run.write(to: source)
        let report = try await ReportBuilder(searchPath: InstalledGnuplot.searchPath).build(
            runFolder: source,
            plotsFolder: folder.file("p")
        )
        for file in ["report.md", "report.html"] {
            let page = try folder.read("p/\(file)")
            #expect(page.contains("From the request to the first answer: redis"))
            #expect(page.contains("no answer in libvirt-kvm: not available: no guest answered"))
            #expect(page.contains("19.8 ms (18 ms to 21.6 ms)") || page.contains("19.8 ms (18.0 ms to 21.6 ms)"))
        }
        #expect(report.files.contains { $0.hasSuffix("timeline-redis.gp") })
        guard InstalledGnuplot.exists else { return }
        #expect(try folder.read("p/report.md").contains("](timeline-redis.svg)"))
        let picture = try PNGPicture(readFile(folder.file("p/timeline-redis.png")))
        #expect(picture.width == 2240 && picture.height > 400)
        let colours = picture.colours()
        #expect(colours.count > 50)
        let vector = try folder.read("p/timeline-redis.svg")
        for name in ["native", "docker", "podman", "libvirt-tcg", "firmware", "first answer", "the quick ones"] {
            #expect(vector.contains(name), "\(name)")
        }
    }
}
