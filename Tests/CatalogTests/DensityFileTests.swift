import AgentProtocol
import BenchrunModel
import Testing

@testable import Catalog

@Suite("Workloads with many instances")
struct DensityFileTests {
    private let metrics = "metrics: [{name: memory, unit: B, better: lower, density: memory}]"

    private func load(_ keys: String, activity: String = "density") -> (Workload?, [String]) {
        let text = "{title: T, class: density, activity: \(activity), \(keys) \(metrics)}"
        let (catalog, problems) = Fixture.load(text, folder: "density")
        return (try? catalog.workload(named: "sample"), problems.map(\.description))
    }

    @Test("Everything that may be said")
    func whole() throws {
        let (loaded, problems) = load(
            """
            cases: {instances: [1, 8]}, service: {command: [server, '{instances}'], port: 6379, send: "PING\\r\\n"},
             idle: 3 s, latency-bound: 100 ms, memory-reserve: 2 GiB,
            """
        )
        #expect(problems == [])
        let workload = try #require(loaded)
        let density = try #require(workload.density)
        #expect(workload.cases.map(\.instances) == [1, 8])
        #expect(density.idle == .seconds(3) && density.latencyBound == .milliseconds(100))
        #expect(density.memoryReserve == 2 << 30)
        #expect(density.service?.request == "PING\r\n")
        let command = CommandBuilder.service(of: density, case: workload.cases[1])
        #expect(command?.arguments == ["server", "8"] && command?.timeLimit == 0)
        #expect(workload.metrics.map(\.source) == [.density(.memory)])
    }

    @Test("Nothing of it needs to be said")
    func least() throws {
        let (loaded, problems) = load("")
        #expect(problems == [])
        let workload = try #require(loaded)
        #expect(workload.density == Density())
        #expect(workload.cases.map(\.instances) == [1])
    }

    @Test(
        "What cannot be meant is named",
        arguments: [
            ("cases: {instances: [0]},", "instances: expected a whole number from 1 to 256, found '0'"),
            ("cases: {instances: [many]},", "found 'many'"),
            ("cases: {size: [1]},", "no argument uses 'size'"),
            ("service: {command: [server], send: PING},", "expected one of port, socket"),
            ("command: [true],", "key 'command' has no meaning with 'activity: density'"),
            ("latency-bound: soon,", "latency-bound: expected a duration"),
        ]
    )
    func problems(_ keys: String, _ words: String) {
        let (_, problems) = load(keys)
        #expect(problems.contains { $0.contains(words) }, "\(problems)")
    }

    @Test("Its keys and figures are of no use to others")
    func elsewhere() {
        let (_, problems) = load("idle: 2 s,", activity: "lifecycle")
        #expect(problems.contains { $0.contains("key 'idle' has a meaning only with 'activity: density'") })
        #expect(problems.contains { $0.contains("'density' cannot be read with 'activity: lifecycle'; use phase") })
    }
}
