import BenchrunModel
import Glibc
import Results
import Statistics
import TestSupport
import Testing

@testable import Analysis
@testable import Reports

@Suite("History over runs")
struct HistoryTests {
    /// A store of runs with these overheads of docker.
    private func store(_ overheads: [Double], in folder: TemporaryFolder) throws -> RunStore {
        let store = RunStore(results: folder.file("results"), plots: folder.file("plots"))
        for (index, overhead) in overheads.enumerated() {
            let hour = index < 10 ? "0\(index)" : "\(index)"
            var run = RunPairs.run(
                "202601\(hour.count == 2 ? hour : "99")-000000-000\(index % 10)",
                overhead: overhead,
                rounds: 6,
                seed: UInt64(index + 1),
                workloads: ["cpu"]
            )
            run.manifest.host[FactKey.kernel] = index < overheads.count / 2 ? "6.1" : "6.2"
            run.manifest.sessions[0].wallClock = 1000 * Double(index + 1)
            try run.write(to: store.folder(of: run.manifest.run))
        }
        return store
    }

    @Test("A step is an alert at its run, and the latest run is held against those before it")
    func step() throws {
        let folder = try TemporaryFolder()
        let store = try store([Double](repeating: 0.1, count: 8) + [Double](repeating: 0.4, count: 8), in: folder)
        let index = HistoryIndex(store)
        #expect(index.failures.isEmpty && index.entries.count == 32)
        let all = HistorySeries.all(index.entries)
        #expect(all.map(\.key.environment) == ["docker"])
        let series = try #require(all.first)
        #expect(series.entries.count == 16)
        let alert = try #require(series.alerts.first)
        #expect(series.alerts.count == 1 && alert.index == 8)
        #expect(abs(alert.change - 1.4 / 1.1 + 1) < 0.02)
        #expect(alert.previous < alert.run)
        let text = HistoryReport(all).render()
        #expect(text.contains("cpu in docker: the overhead's ratio changed by +27 % at run \(alert.run)"), "\(text)")
    }

    @Test("The index is read again without the runs, and notices what changed")
    func index() throws {
        let folder = try TemporaryFolder()
        let store = try store([0.1, 0.1, 0.1], in: folder)
        let first = HistoryIndex(store)
        let path = "\(store.results)/history.csv"
        let text = String(decoding: try readFile(path), as: UTF8.self)
        #expect(HistoryIndex(store).entries == first.entries)
        // Figures come from the index as long as the run's file is the same.
        try replaceFile(path, with: Array(text.replacing(",cpu,", with: ",gpu,").utf8))
        #expect(Set(HistoryIndex(store).entries.map(\.workload)) == ["gpu"])
        let run = try #require(store.runs().first)
        var changed = RunPairs.run(run.text, overhead: 0.5, rounds: 7, workloads: ["cpu"])
        changed.manifest.sessions[0].wallClock = 1000
        try changed.write(to: store.folder(of: run))
        #expect(Set(HistoryIndex(store).entries.map(\.workload)) == ["cpu", "gpu"])
        for broken in ["", "run,size\n", text + "x,1\n", "nonsense"] {
            try replaceFile(path, with: Array(broken.utf8))
            #expect(Set(HistoryIndex(store).entries.map(\.workload)) == ["cpu"])
        }
    }

    @Test("A run that cannot be read is told, and the others are there")
    func broken() throws {
        let folder = try TemporaryFolder()
        let store = try store([0.1, 0.1, 0.1], in: folder)
        let run = try #require(store.runs().last)
        try replaceFile(store.folder(of: run).samples, with: Array("not,a,table\n".utf8))
        let index = HistoryIndex(store)
        #expect(index.failures.count == 1 && index.failures[0].contains("missing columns"))
        #expect(Set(index.entries.map(\.run)).count == 2)
    }

    @Test("Other work under the same name, and another place, are another series")
    func otherWorkAndPlace() throws {
        let folder = try TemporaryFolder()
        let store = try store([0.1, 0.1, 0.1, 0.1], in: folder)
        let runs = store.runs()
        for (run, change) in zip(runs, [0, 1, 2, 3]) where change < 2 {
            var manifest = try store.folder(of: run).loadManifest()
            if change == 0 { manifest.workloads[0].command = ["another"] }
            if change == 1 { manifest.host[FactKey.cpuModel] = "Another CPU" }
            try store.folder(of: run).save(manifest)
        }
        let series = try #require(HistorySeries.all(HistoryIndex(store).entries).first)
        #expect(series.entries.map(\.run) == runs.suffix(2).map(\.text))
    }

    @Test("Runs that compare environments with themselves are no history")
    func calibration() throws {
        let folder = try TemporaryFolder()
        let store = try store([0.1, 0.1], in: folder)
        let run = try #require(store.runs().last)
        var manifest = try store.folder(of: run).loadManifest()
        manifest.suite = "calibration"
        try store.folder(of: run).save(manifest)
        #expect(Set(HistoryIndex(store).entries.map(\.run)).count == 1)
    }

    @Test(
        "By history: as before, worse, better, and too few runs",
        arguments: [
            ([0.1, 0.101, 0.099, 0.1, 0.102, 0.1], GateStatus.pass),
            ([0.1, 0.101, 0.099, 0.1, 0.102, 0.3], .regression),
            ([0.1, 0.101, 0.099, 0.1, 0.102, -0.1], .improved),
            // Runs that scatter by more than matters cannot show a change of that size.
            ([0.1, 0.3, 0.05, 0.35, 0.0, 0.3], .inconclusive),
        ]
    )
    func gate(overheads: [Double], status: GateStatus) throws {
        let folder = try TemporaryFolder()
        let store = try store(overheads, in: folder)
        let run = try #require(store.latest)
        let report = try HistoryGate.judge(run, entries: HistoryIndex(store).entries)
        #expect(report.rows.map(\.status) == [status], "\(report.rows)")
        #expect(report.mode == .history && report.baseline == "5 earlier runs")
        // Of a run in the middle, later ones are no history.
        let early = try #require(store.runs().dropLast().last)
        #expect {
            try HistoryGate.judge(early, entries: HistoryIndex(store).entries)
        } throws: { "\($0)".contains("has 4 runs before it") }
    }

    @Test("Pictures are gnuplot's to draw, whatever a workload is called")
    func plot() throws {
        let folder = try TemporaryFolder()
        let store = try store([Double](repeating: 0.1, count: 8) + [Double](repeating: 0.4, count: 8), in: folder)
        var series = try #require(HistorySeries.all(HistoryIndex(store).entries).first)
        series.key.workload = "a'b`c\n\"d"
        let plot = HistoryPlot(series: series).plot()
        #expect(plot.name == "a_b_c__d_docker")
        #expect(plot.script.contains("'a''b`c \"d in docker'") || plot.script.contains("a''b`c"))
        let lines = plot.script.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(!lines.contains { $0.contains("a'b`") })
        #expect(plot.script.contains("nohead dashtype 2"))
        #expect(plot.data.text.split(separator: "\n").count == 3 + 16)
    }
}
