import AgentProtocol
import BenchrunModel
import Testing

@testable import Catalog

@Suite("What is done to an instance besides starting and ending it")
struct LifecycleFileTests {
    private func read(_ text: String) -> (workload: Workload?, problems: [String]) {
        let log = ProblemLog(file: "w.yaml")
        let file = SourceFile(kind: .workload, path: "w.yaml", name: "w", folder: "startup", bytes: Array(text.utf8))
        let workload = WorkloadFile.read(file, log: log)
        return (workload, log.problems.map { "\($0)" })
    }

    private static let head = "title: t\nclass: startup\nactivity: lifecycle\n"

    private static func metrics(_ phases: [String], unit: String = "s") -> String {
        "metrics:\n" + phases.map { "  - {name: \($0), unit: \(unit), better: lower, phase: \($0)}\n" }.joined()
    }

    @Test func aServiceIsRead() throws {
        let text =
            Self.head + "page-cache: cold\ncases: {port: [1, 2]}\n"
            + "service: {command: [serve, '{port}'], port: 6379, send: \"PING\\r\\n\"}\n"
            + Self.metrics(["answered", "firmware", "service", "first-answer", "stop"])
        let (workload, problems) = read(text)
        #expect(problems.isEmpty, "\(problems)")
        let found = try #require(workload)
        #expect(found.pageCache == .cold && found.lifecycle.instances == "1")
        let service = try #require(found.lifecycle.service)
        #expect(service.endpoint == .tcp(port: 6379) && service.request == "PING\r\n")
        #expect(CommandBuilder.service(of: found, case: found.cases[1])?.arguments == ["serve", "2"])
        #expect(CommandBuilder.service(of: found, case: found.cases[1])?.directory == "/scratch")
        let socket = text.replacing("port: 6379", with: "socket: /run/s")
        #expect(read(socket).workload?.lifecycle.service?.endpoint == .unix(path: "/run/s"))
    }

    @Test func operationsAndCompanyAreRead() throws {
        let operations = Self.head + "operations: [pause, unpause, save, restore, kill]\n"
        let read = self.read(operations + Self.metrics(["pause", "restore", "ready"]))
        #expect(read.problems.isEmpty, "\(read.problems)")
        #expect(read.workload?.lifecycle.operations == [.pause, .unpause, .save, .restore, .kill])
        let many = Self.head + "cases: {n: [1, 16]}\ninstances: '{n}'\n" + Self.metrics(["all-ready"])
        let rate = "  - {name: rate, unit: 1/s, better: higher, phase: start-rate}\n"
        let workload = try #require(self.read(many + rate).workload)
        #expect(workload.cases.map { CommandBuilder.instances(of: workload, case: $0) } == [1, 16])
    }

    @Test(
        "Mistakes are told with a remedy",
        arguments: [
            ("operations: [pause, pauze]", ["ready"], "found 'pauze'; did you mean 'pause'?"),
            ("operations: [kill, pause]", ["ready"], "nothing is left after 'kill'"),
            ("operations: [pause, pause]", ["ready"], "'pause' is there twice"),
            ("operations: [unpause]", ["ready"], "'unpause' comes after 'pause'"),
            ("operations: [restore, save]", ["ready"], "'restore' comes after 'save'"),
            ("operations: [pause]", ["ready", "kill"], "no phase 'kill'; add it to 'operations'"),
            ("timeout: 1 s", ["answered"], "no phase 'answered'; it needs a 'service'"),
            ("timeout: 1 s", ["all-ready"], "no phase 'all-ready'; it needs 'instances'"),
            ("instances: 2", ["ready"], "no phase 'ready'; with 'instances' there are all-ready, ready-median"),
            ("instances: 0", ["all-ready"], "expected a whole number from 1 to 64, found '0'"),
            ("instances: 65", ["all-ready"], "expected a whole number from 1 to 64, found '65'"),
            ("instances: '{n}'", ["all-ready"], "placeholder '{n}' has no parameter"),
            ("instances: 2\noperations: [pause]", ["all-ready"], "key 'operations' has no meaning with 'instances'"),
            ("service: {command: [s], send: x}", ["answered"], "service: expected one of port, socket"),
            ("service: {command: [s], port: 1, socket: /s, send: x}", ["answered"], "expected one of port, socket"),
            ("service: {command: [s], port: 70000, send: x}", ["answered"], "a whole number from 1 to 65535"),
            ("service: {command: [s], socket: s, send: x}", ["answered"], "an absolute path of at most 107 bytes"),
            ("service: {command: [s], port: 1}", ["answered"], "service: key 'send' is missing"),
            ("service: {port: 1, send: x}", ["answered"], "service: key 'command' is missing"),
            ("service: {command: [s], port: 1, send: x}", ["ready"], "no phase 'ready'; with a 'service'"),
            ("cases: {n: [1]}", ["ready"], "no argument uses 'n'"),
        ] as [(String, [String], String)]
    )
    func mistakes(lines: String, phases: [String], message: String) {
        let (workload, problems) = read(Self.head + lines + "\n" + Self.metrics(phases))
        #expect(workload == nil)
        #expect(problems.contains { $0.contains(message) }, "\(problems)")
    }

    @Test func aCommandHasNoneOfIt() {
        let text = "title: t\nclass: startup\ncommand: [w]\noperations: [pause]\nmetrics:\n"
        let (workload, problems) = read(text + "  - {name: t, unit: s, better: lower, resource: wall-time}\n")
        #expect(workload == nil)
        #expect(problems.contains { $0.contains("'operations' has a meaning only with 'activity: lifecycle'") })
    }
}
