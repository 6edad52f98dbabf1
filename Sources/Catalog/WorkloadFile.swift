import BenchrunModel
import Yams

/// Reads one file under `workloads/`.
struct WorkloadFile {
    static let keys =
        [
            "title", "class", "packages", "activity", "operation", "setup", "command", "environment", "page-cache",
            "cases", "timeout", "warm-up", "iterations", "max-iterations", "parser", "metrics", "work", "load",
        ] + DensityFile.keys + LifecycleFile.keys
    /// Keys that have no meaning for a lifecycle.
    private static let commandKeys = [
        "setup", "command", "environment", "warm-up", "iterations", "max-iterations", "parser", "work", "load",
    ]
    /// The most iterations that a pilot may decide on where the file does not say.
    private static let mostIterations = 16

    private let file: SourceFile
    private let reader: MappingReader
    private let log: ProblemLog

    /// The workload; what is wrong with it is in the log, and then the result is not to be used.
    static func read(_ file: SourceFile, log: ProblemLog) -> Workload? {
        guard let root = Document.root(of: file, log: log),
            let reader = MappingReader(root, keys: keys, log: log)
        else { return nil }
        return WorkloadFile(file: file, reader: reader, log: log).workload()
    }

    private func workload() -> Workload? {
        let title = reader.requiredLine("title", example: "what it does, in one line")
        let workloadClass = self.workloadClass()
        let activity = self.activity()
        let parser = reader.choice("parser", of: OutputParser.self) ?? .text
        let cases = CasesFile(reader: reader, log: log)
        let commands = self.commands(activity, cases)
        let metrics = MetricFile.read(reader, activity: activity, parser: parser, cases: cases, log: log)
        let work = activity == .command ? WorkFile.read(reader, parser: parser, cases: cases, log: log) : nil
        let load = self.load(metrics)
        let file = lifecycleFile(cases)
        let density = DensityFile.read(reader, activity: activity, cases: cases, service: file.service, log: log)
        let lifecycle = activity == .lifecycle ? file.read(metrics) : Lifecycle()
        cases.reportUnused()
        let iterations = self.iterations()
        var workload = Workload(
            name: self.file.name,
            title: title?.value ?? "",
            workloadClass: workloadClass ?? .compute,
            packages: packages(),
            activity: activity,
            setup: commands.setup,
            command: commands.command,
            environment: environment(),
            cases: cases.cases,
            pageCache: reader.choice("page-cache", of: Workload.PageCache.self) ?? .warm,
            timeout: reader.duration("timeout") ?? .seconds(60),
            warmups: reader.integer("warm-up", in: 0...1000) ?? 0,
            iterations: iterations.fixed,
            parser: activity == .command ? parser : .none,
            metrics: metrics
        )
        workload.mostIterations = iterations.most
        workload.work = work
        workload.load = load
        workload.density = density
        workload.lifecycle = lifecycle
        return log.problems.isEmpty ? workload : nil
    }

    /// Quantiles need to know how requests come; and where each waits for an answer, a slow one hides those that would
    /// have come meanwhile, so that no verdict may rest on the quantile.
    private func load(_ metrics: [Metric]) -> Load? {
        let load = reader.choice("load", of: Load.self)
        guard metrics.contains(where: { $0.quantile != nil }) else {
            if reader.has("load") {
                log.report(
                    reader.mark(of: "load"),
                    "key 'load' has a meaning only with a metric that has a 'quantile'; remove one of the two"
                )
            }
            return load
        }
        if !reader.has("load") { reader.reportMissing("load", example: "closed") }
        if load == .closed, metrics.first?.quantile != nil {
            reader.report(
                "load",
                "load: the first metric is the one that is judged, and a quantile under closed-loop load cannot be; put "
                    + "another first, or write 'load: open' if requests come at their own times"
            )
        }
        return load
    }

    /// `iterations: 3`, or `auto` with the most a pilot may decide on.
    private func iterations() -> (fixed: Int, most: Int?) {
        let isAutomatic = reader.node("iterations")?.scalar?.string == "auto"
        let most = reader.integer("max-iterations", in: 2...1000)
        if isAutomatic { return (1, most ?? Self.mostIterations) }
        if reader.has("max-iterations") {
            log.report(
                reader.mark(of: "max-iterations"),
                "key 'max-iterations' has a meaning only with 'iterations: auto'; remove one of the two"
            )
        }
        let range = 1...100_000
        let fixed = reader.value(
            "iterations",
            expected: "auto, or a whole number from 1 to 100000",
            next: "write 'iterations: 1' or more"
        ) { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }
        return (fixed ?? 1, nil)
    }

    private func workloadClass() -> Workload.Class? {
        guard reader.has("class") else {
            reader.reportMissing("class", example: file.folder)
            return nil
        }
        guard let workloadClass = reader.choice("class", of: Workload.Class.self) else { return nil }
        if workloadClass.rawValue != file.folder, Workload.Class(rawValue: file.folder) != nil {
            reader.report(
                "class",
                "class: the file is in the folder '\(file.folder)'; "
                    + "write 'class: \(file.folder)', or move it to '\(workloadClass.rawValue)'"
            )
        }
        return workloadClass
    }

    private func activity() -> Workload.Activity {
        guard let text = reader.text("activity") else {
            reportLifecycleKeys()
            return .command
        }
        let without = text.value == OperationFile.activity ? [] : ["operation"]
        switch text.value {
        case "command":
            reportLifecycleKeys()
            refuse(without, with: text.value)
            return .command
        case "lifecycle":
            refuse(Self.commandKeys + without, with: text.value)
            return .lifecycle
        case "density":
            refuse(Self.commandKeys + LifecycleFile.keys.filter { $0 != "service" } + without, with: text.value)
            return .density
        case OperationFile.activity:
            refuse(Self.commandKeys + LifecycleFile.keys, with: text.value)
            return OperationFile.read(reader)
        default:
            reader.report(
                "activity",
                "activity: expected one of command, lifecycle, density, \(OperationFile.activity), found "
                    + "'\(Excerpt.of(text.value, limit: 40))'"
            )
            return .command
        }
    }

    private func reportLifecycleKeys() {
        for key in LifecycleFile.keys where reader.has(key) {
            log.report(reader.mark(of: key), "key '\(key)' has a meaning only with 'activity: lifecycle'; add that")
        }
    }

    private func lifecycleFile(_ cases: CasesFile) -> LifecycleFile {
        LifecycleFile(reader: reader, cases: cases, log: log) { node, label in
            command(node, label: label, cases)
        }
    }

    private func refuse(_ keys: [String], with activity: String) {
        for key in keys where reader.has(key) {
            log.report(
                reader.mark(of: key),
                "key '\(key)' has no meaning with 'activity: \(activity)'; remove one of the two"
            )
        }
    }

    private func commands(
        _ activity: Workload.Activity,
        _ cases: CasesFile
    ) -> (setup: [[String]], command: [String]) {
        guard activity == .command else { return ([], []) }
        var setup: [[String]] = []
        if let node = reader.node("setup") {
            if case .sequence(let sequence) = node {
                for (index, node) in sequence.enumerated() {
                    setup.append(command(node, label: "setup: command \(index + 1)", cases))
                }
            } else {
                log.report(node, "setup", expected: "a list of commands", next: "write '- [program, argument]' lines")
            }
        }
        guard let node = reader.node("command") else {
            reader.reportMissing("command", example: "[program, argument]")
            return (setup, [])
        }
        return (setup, command(node, label: "command", cases))
    }

    private func command(_ node: Node, label: String, _ cases: CasesFile) -> [String] {
        guard case .sequence(let sequence) = node else {
            let words = node.scalar.map { $0.string.split(separator: " ").joined(separator: ", ") } ?? ""
            let example = words.isEmpty ? "program, argument" : Excerpt.of(words, limit: 60)
            log.report(node, label, expected: "a list of program and arguments", next: "write '[\(example)]'")
            return []
        }
        let arguments = sequence.enumerated().compactMap { index, node in
            MappingReader.text(node, subject: "\(label): item \(index + 1)", log: log)
        }
        if sequence.isEmpty {
            log.report(node.place, "\(label): the list is empty; write program and arguments")
        } else if let program = arguments.first, program.value.isEmpty {
            log.report(program.mark, "\(label): the program's name is empty; write the program first")
        }
        for argument in arguments {
            cases.use(argument)
        }
        return arguments.map(\.value)
    }

    private func packages() -> [String] {
        let packages = reader.texts("packages", example: "[fio]") ?? []
        for package in packages where !Names.isPackage(package.value) {
            log.report(
                package.mark,
                "packages: '\(Excerpt.of(package.value, limit: 40))' is no Debian package's name; "
                    + "'apt-cache search' finds it"
            )
        }
        return packages.map(\.value)
    }

    private func environment() -> [String] {
        guard let node = reader.node("environment"),
            let entries = MappingReader(node, subject: "environment", keys: nil, log: log)
        else { return [] }
        return entries.keys.compactMap { name in
            guard Names.isVariable(name.value) else {
                log.report(
                    name.mark,
                    "environment: '\(Excerpt.of(name.value, limit: 40))' is no variable's name; "
                        + "use letters, digits and '_'"
                )
                return nil
            }
            return entries.text(name.value).map { "\(name.value)=\($0.value)" }
        }
    }
}
