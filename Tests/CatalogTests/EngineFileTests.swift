import BenchrunModel
import Testing

@testable import Catalog

@Suite("Operations of engines, and ladders")
struct EngineFileTests {
    private static func workload(_ lines: String) -> (Workload?, [String]) {
        let (catalog, problems) = Fixture.load(
            "title: t\nclass: compute\n" + lines + "\nmetrics:\n  - {name: time, unit: s, better: lower, "
                + "resource: wall-time}\n"
        )
        return (catalog.workloads.first, problems.map(\.description))
    }

    @Test func anOperationIsRead() throws {
        let (workload, problems) = Self.workload("activity: engine-operation\noperation: import")
        #expect(problems == [])
        #expect(workload?.activity == .engineOperation(.importing))
        #expect(workload?.activity.operation == .importing)
        #expect(workload?.parser == OutputParser.none)
        #expect(workload?.operationUnit == nil)
    }

    @Test(
        arguments: [
            ("activity: engine-operation", "operation"),
            ("activity: engine-operation\noperation: fetch", "operation: expected one of"),
            ("activity: engine-operation\noperation: pull\ncommand: [true]", "'command' has no meaning"),
            ("activity: command\ncommand: [true]\noperation: pull", "'operation' has no meaning"),
        ]
    )
    func whatDoesNotFitIsReported(lines: String, words: String) {
        let (workload, problems) = Self.workload(lines)
        #expect(workload == nil)
        #expect(problems.contains { $0.contains(words) }, "\(problems)")
    }

    @Test func onlyTheElapsedTimeOfAnOperationIsKnown() {
        let (_, problems) = Fixture.load(
            """
            title: t
            class: compute
            activity: engine-operation
            operation: pull
            metrics:
              - {name: time, unit: s, better: lower, resource: user-time}
            """
        )
        #expect(problems.map(\.description).contains { $0.contains("only wall-time") }, "\(problems)")
    }

    /// A suite beside three environments and a workload.
    private static func suite(_ lines: String) -> (Suite?, [String]) {
        func file(_ kind: CatalogKind, _ name: String, _ text: String) -> SourceFile {
            SourceFile(kind: kind, path: "\(name).yaml", name: name, folder: "compute", bytes: Array(text.utf8))
        }
        let (catalog, problems) = Catalog.load(
            [
                file(.environment, "native", "title: n\ndriver: native\n"),
                file(.environment, "docker", "title: d\ndriver: docker\n"),
                file(.environment, "open", "title: o\nextends: docker\noptions: {seccomp: unconfined}\n"),
                file(.image, "debian", "title: i\n"),
                file(
                    .workload,
                    "w",
                    "title: t\nclass: compute\npackages: [fio]\ncommand: [x]\nmetrics:\n"
                        + "  - {name: t, unit: s, better: lower, resource: wall-time}\n"
                ),
                file(.suite, "s", "title: t\nworkloads: [w]\nrounds: 2\n" + lines),
            ],
            drivers: Fixture.drivers
        )
        return (catalog.suites.first, problems.map(\.description))
    }

    @Test func aLaddersRungsAreMeasured() {
        let (alone, problems) = Self.suite("ladder: [docker, open, native]\n")
        #expect(problems == [])
        #expect(alone?.ladder == ["docker", "open", "native"])
        #expect(alone?.environments == ["docker", "open", "native"])
        let (both, none) = Self.suite("environments: [native, open]\nladder: [docker, open]\n")
        #expect(none == [])
        #expect(both?.environments == ["native", "open", "docker"])
    }

    @Test(
        arguments: [
            ("ladder: [docker]\n", "one rung is no ladder"), ("ladder: [docker, opne]\n", "opne"),
            ("rows: 2\n", "environments"),
        ]
    )
    func aLadderThatIsNone(lines: String, words: String) {
        let (suite, problems) = Self.suite(lines)
        #expect(suite == nil)
        #expect(problems.contains { $0.contains(words) }, "\(problems)")
    }

    @Test func theShippedLadderGoesDownToNative() throws {
        let (catalog, problems) = Catalog.load(directory: Fixture.benchmarks, drivers: Fixture.shippedDrivers)
        #expect(problems == [])
        let suite = try catalog.suite(named: "docker-ladder")
        #expect(suite.ladder.count > 5)
        #expect(suite.ladder.last == "native")
        let operations = try catalog.suite(named: "engine-operations").workloads
            .map { try catalog.workload(named: $0).activity.operation }
        #expect(Set(operations) == Set(EngineOperation.allCases))
    }
}
