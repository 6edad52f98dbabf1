import BenchrunModel
import Foundation
import Testing

@testable import Catalog

@Suite("What a workload does, and how its requests come")
struct WorkFileTests {
    /// The problems of one workload file, or the workload.
    private func read(_ text: String) -> (workload: Workload?, problems: [String]) {
        let log = ProblemLog(file: "w.yaml")
        let file = SourceFile(kind: .workload, path: "w.yaml", name: "w", folder: "compute", bytes: Array(text.utf8))
        let workload = WorkloadFile.read(file, log: log)
        return (workload, log.problems.map { "\($0)" })
    }

    private static let head = "title: t\nclass: compute\ncommand: [w]\nparser: json\nmetrics:\n"
    private static let rate = "  - {name: rate, unit: x/s, better: higher, path: rate}\n"

    @Test func aWholeOneIsRead() throws {
        let text =
            Self.head + Self.rate
            + "  - {name: p99, unit: us, better: lower, path: p99, quantile: 99 %, requests: count}\n"
            + "load: open\nwork:\n  operations: {unit: thing, path: done, scale: 2}\n  read: {path: r}\n"
        let (workload, problems) = read(text)
        #expect(problems.isEmpty)
        let found = try #require(workload)
        #expect(found.load == .open && found.operationUnit == "thing")
        #expect(found.work?.operations == .init(source: .path("done"), scale: 2))
        #expect(found.work?.read == .init(source: .path("r")) && found.work?.written == nil)
        #expect(found.metrics[1].quantile == 0.99 && found.metrics[1].requests == .path("count"))
    }

    @Test func aFixedAmountIsTheExecution() {
        #expect(read(Self.head + Self.rate).workload?.operationUnit == nil)
        let time = "  - {name: time, unit: s, better: lower, path: time}\n"
        #expect(read(Self.head + time).workload?.operationUnit == "execution")
    }

    @Test(
        arguments: [
            ("work: 3", "work: expected a mapping"),
            ("work: {operations: {path: a}}", "work: operations: key 'unit' is missing"),
            ("work: {operations: {unit: x}}", "work: operations: expected one of pattern, path"),
            ("work: {read: {pattern: '(a)'}}", "work: read: 'pattern' cannot be read with 'parser: json'"),
            ("work: {written: {path: a, unit: x}}", "work: written: unknown key 'unit'"),
            ("work: {wrote: {path: a}}", "work: unknown key 'wrote'"),
            ("load: open", "key 'load' has a meaning only with a metric that has a 'quantile'"),
        ]
    )
    func mistakes(lines: String, message: String) {
        let problems = read(Self.head + Self.rate + lines + "\n").problems
        #expect(problems.contains { $0.contains(message) }, "\(problems)")
    }

    @Test(
        arguments: [
            ("quantile: 99 %", "'quantile' and 'requests' belong together"),
            ("requests: n", "'quantile' and 'requests' belong together"),
            ("quantile: 100 %, requests: n", "quantile: write less than 100 %"),
            ("quantile: 99 %, requests: n", "key 'load' is missing; add 'load: closed'"),
        ]
    )
    func quantileMistakes(entries: String, message: String) {
        let metric = "  - {name: p, unit: us, better: lower, path: p, \(entries)}\n"
        let problems = read(Self.head + Self.rate + metric).problems
        #expect(problems.contains { $0.contains(message) }, "\(problems)")
    }

    @Test func noVerdictRestsOnAQuantileUnderClosedLoad() {
        let metric = "  - {name: p, unit: us, better: lower, path: p, quantile: 99 %, requests: n}\n"
        #expect(read(Self.head + metric + "load: open\n").problems.isEmpty)
        let problems = read(Self.head + metric + "load: closed\n").problems
        #expect(problems.contains { $0.contains("a quantile under closed-loop load cannot be") }, "\(problems)")
    }
}
