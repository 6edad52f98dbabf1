import AgentProtocol
import BenchrunModel
import Yams

/// Reads what a workload with `activity: lifecycle` does: `service`, `operations`, `instances`.
struct LifecycleFile {
    /// Keys of a workload that have a meaning only for a lifecycle.
    static let keys = ["service", "operations", "instances"]
    private static let serviceKeys = ["command", "port", "socket", "send"]

    let reader: MappingReader
    let cases: CasesFile
    let log: ProblemLog
    /// Reads a command.
    let command: (Node, _ label: String) -> [String]

    /// - Parameter metrics: what the workload wants to know; a phase that it cannot have is reported.
    func read(_ metrics: [Metric]) -> Lifecycle {
        var lifecycle = Lifecycle()
        lifecycle.service = service()
        lifecycle.operations = operations()
        if let instances = instances() { lifecycle.instances = instances }
        checkCompany(lifecycle)
        for metric in metrics {
            guard case .phase(let phase) = metric.source, !lifecycle.gives(phase) else { continue }
            log.report(
                reader.mark(of: "metrics"),
                "metric '\(metric.name)': this workload has no phase '\(phase.rawValue)'; "
                    + Self.remedy(phase, lifecycle)
            )
        }
        return lifecycle
    }

    /// What runs in each instance; nil where the file does not say, or not well.
    func service() -> Lifecycle.Service? {
        guard let node = reader.node("service"),
            let entries = MappingReader(node, subject: "service", keys: Self.serviceKeys, log: log)
        else { return nil }
        var words: [String] = []
        if let node = entries.node("command") {
            words = command(node, "service: command")
        } else {
            entries.reportMissing("command", example: "[program, argument]")
        }
        let endpoint = endpoint(entries)
        guard let request = entries.text("send") else {
            if !entries.has("send") { entries.reportMissing("send", example: "\"PING\\r\\n\"") }
            return nil
        }
        guard request.value.utf8.count <= 4096 else {
            entries.report("send", "send: more than 4096 bytes; shorten it")
            return nil
        }
        return endpoint.map { Lifecycle.Service(command: words, endpoint: $0, request: request.value) }
    }

    private func endpoint(_ entries: MappingReader) -> Endpoint? {
        guard entries.has("port") != entries.has("socket") else {
            log.report(
                entries.mark,
                entries.label("expected one of port, socket; write 'port: 6379', or 'socket: /run/name.sock'")
            )
            return nil
        }
        if entries.has("port") {
            return entries.integer("port", in: 1...65_535).map { .tcp(port: UInt16($0)) }
        }
        return entries.value(
            "socket",
            expected: "an absolute path of at most 107 bytes",
            next: "write 'socket: /run/name.sock'"
        ) { $0.hasPrefix("/") && $0.utf8.count < 108 ? .unix(path: $0) : nil }
    }

    private func operations() -> [LifecycleOperation] {
        let names = LifecycleOperation.allCases.map(\.rawValue)
        var operations: [LifecycleOperation] = []
        for text in reader.texts("operations", example: "[pause, unpause]") ?? [] {
            let shown = Excerpt.of(text.value, limit: 40)
            guard let operation = LifecycleOperation(rawValue: text.value) else {
                let question = Names.question(Names.near(text.value, in: names)).map { "; \($0)" } ?? ""
                log.report(
                    text.mark,
                    "operations: expected one of \(names.joined(separator: ", ")), found '\(shown)'\(question)"
                )
                continue
            }
            // Each is a phase, and a phase has one figure.
            if operations.contains(operation) {
                log.report(text.mark, "operations: '\(shown)' is there twice; keep one")
            } else {
                operations.append(operation)
            }
        }
        for (later, earlier) in [(LifecycleOperation.unpause, LifecycleOperation.pause), (.restore, .save)] {
            guard let place = operations.firstIndex(of: later) else { continue }
            if !operations[..<place].contains(earlier) {
                reader.report(
                    "operations",
                    "operations: '\(later.rawValue)' comes after '\(earlier.rawValue)'; write '\(earlier.rawValue)' "
                        + "before it"
                )
            }
        }
        if let place = operations.firstIndex(of: .kill), place != operations.count - 1 {
            reader.report("operations", "operations: nothing is left after 'kill'; write it last")
        }
        return operations
    }

    private func instances() -> String? {
        guard let text = reader.text("instances") else { return nil }
        let range = 1...Lifecycle.mostInstances
        let isNamed = !Placeholder.names(in: text.value).isEmpty
        if isNamed { cases.use(text) }
        // One a case, or one for all.
        let values = isNamed ? cases.cases.map { Placeholder.expand(text.value, with: $0.values) } : [text.value]
        for value in values where Int(value).map({ !range.contains($0) }) ?? true {
            log.report(
                text.mark,
                "instances: expected a whole number from 1 to \(range.upperBound), "
                    + "found '\(Excerpt.of(value, limit: 40))'; write 'instances: 4', or '{name}' with 'cases: {name: [1, 2, 4]}'"
            )
        }
        return text.value
    }

    private func checkCompany(_ lifecycle: Lifecycle) {
        guard lifecycle.instances != "1" else { return }
        for key in ["service", "operations"] where reader.has(key) {
            log.report(reader.mark(of: key), "key '\(key)' has no meaning with 'instances'; remove one of the two")
        }
    }

    private static func remedy(_ phase: Phase, _ lifecycle: Lifecycle) -> String {
        if lifecycle.instances != "1" {
            return "with 'instances' there are \(Phase.ofMany.map(\.rawValue).joined(separator: ", "))"
        }
        if Phase.ofMany.contains(phase) { return "it needs 'instances'" }
        if LifecycleOperation(rawValue: phase.rawValue) != nil { return "add it to 'operations'" }
        return lifecycle.service == nil ? "it needs a 'service'" : "with a 'service' there is 'answered'"
    }
}
