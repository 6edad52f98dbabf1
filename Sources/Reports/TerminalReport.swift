public import Analysis
import BenchrunModel
import Results

/// The report as text: for a terminal, or plain for a log.
public struct TerminalReport: Sendable {
    /// The figures.
    public var analysis: RunAnalysis
    /// Paths to name at the end, with what each is: `("report", "plots/x/report.html")`.
    public var files: [(name: String, path: String)]
    /// Columns to use; at least 60.
    public var width: Int
    /// Whether to use a terminal's colours.
    public var colour: Bool

    /// Creates a report.
    public init(
        analysis: RunAnalysis,
        files: [(name: String, path: String)] = [],
        width: Int = 110,
        colour: Bool = false
    ) {
        self.analysis = analysis
        self.files = files
        self.width = max(60, width)
        self.colour = colour
    }

    /// The whole text, with a line break at the end.
    public func render() -> String {
        let about =
            "run \(analysis.run), "
            + (analysis.origin == nil ? "suite \(Printable.line(analysis.suiteName)), " : "")
            + "\(Wording.rounds(analysis)), 95 % intervals; more than 0 costs more"
        var lines = [title("Overhead against native")]
        lines += TextWidth.wrap(about, to: width, indent: 0).map(faint) + [""]
        lines += overhead()
        lines += startup()
        for timeline in analysis.timelines {
            lines += ["", title("From the request to the first answer: \(Printable.line(timeline.label, limit: 60))")]
            lines += TimelineTable(timeline: timeline).lines(width: width, colour: colour)
        }
        let operations = OperationTable(analysis).lines(width: width, colour: colour)
        if !operations.isEmpty { lines += ["", title("Operations of container engines, medians")] + operations }
        let ladder = LadderTable(analysis).lines(width: width, colour: colour)
        if !ladder.isEmpty {
            lines += ["", title("What each step of the ladder costs")] + ladder
            lines += LadderTable.missing(analysis).flatMap {
                TextWidth.wrap("- \(Printable.line($0))", to: width, indent: 2)
            }
        }
        let costs = HostCostTable(analysis).lines(width: width, colour: colour)
        if !costs.isEmpty {
            lines += ["", title("CPU time of the whole host per unit of work, against native")] + costs
        }
        lines += sentences("Noise floor", NoiseFloorWords.sentences(analysis))
        lines += unavailable()
        lines += sentences("Differences that can explain figures", differences.sentences)
        lines += sentences("Guards that do not hold", guards)
        lines += sentences("Warnings", analysis.warnings)
        if !files.isEmpty {
            lines.append("")
            let widest = files.map { TextWidth.of($0.name) }.max() ?? 0
            lines += files.map { file in
                file.name + String(repeating: " ", count: widest - TextWidth.of(file.name) + 2) + file.path
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private var differences: DifferenceNotes { DifferenceNotes(analysis.differences) }

    /// The pages have a line for each guard; here are those that a reader must know of.
    private var guards: [String] {
        analysis.guards.filter { $0.state == .broken || $0.state == .uncontrolled }.map {
            "\($0.title), \($0.state.rawValue): \($0.proof)"
        }
    }

    private func title(_ text: String) -> String { Style(colour).paint(text, .strong) }
    private func faint(_ text: String) -> String { Style(colour).paint(text, .faint) }

    private func overhead() -> [String] {
        var table = TextTable([
            .init(title: "workload"), .init(title: "environment"), .init(title: "overhead", alignment: .trailing),
            .init(title: "95 % interval", alignment: .trailing), .init(title: "verdict"),
            .init(title: Wording.counted(analysis), alignment: .trailing, sacrifice: 1),
        ])
        if !analysis.isUnpaired {
            table.columns.append(.init(title: "needed", alignment: .trailing, sacrifice: 1))
        }
        let hasStops = Wording.hasStops(analysis)
        if hasStops { table.columns.append(.init(title: "stopped", sacrifice: 2)) }
        for (index, suite) in analysis.suite.enumerated() {
            table.add(suiteRow(suite, isFirst: index == 0))
        }
        for group in ResultGroup.all(of: analysis) {
            table.rows.append(.blank)
            for (index, result) in group.others.enumerated() {
                table.add([heading(group, line: index)] + row(result, native: group.native))
                table.rows += RowNotes.flags(result).map { .note("\(result.environment), \($0)") }
            }
            if group.others.count < 2 { table.add([heading(group, line: 1)]) }
            table.rows += RowNotes.nativeFlags(group).map { .note($0) }
        }
        let needed =
            "needed: rounds until the interval is likely to be \(Wording.target(analysis)) (or what the environment's "
            + "file says); "
        let note = TextWidth.wrap(
            (analysis.isUnpaired ? "" : needed)
                + "verdicts compare the interval with the smallest change that matters to the workload"
                + (hasStops ? "; stopped: why no further round of a row was asked for" : ""),
            to: width,
            indent: 0
        )
        // Environments that were not available have a paragraph of their own.
        let missing = analysis.suite.filter { suite in
            analysis.environments.contains { $0.name == suite.environment && $0.unavailable == nil }
        }.flatMap { suite in
            suite.absence.map {
                TextWidth.wrap(Printable.line("\(suite.environment): \($0)"), to: width, indent: 2)
            } ?? []
        }
        return table.lines(width: width, colour: colour) + [""] + (missing + note).map(faint)
    }

    private func suiteRow(_ suite: SuiteResult, isFirst: Bool) -> [TextTable.Cell] {
        let name = TextTable.Cell(
            isFirst ? Wording.suite(suite) : "",
            .strong
        )
        let environment = TextTable.Cell(suite.environment, .strong)
        guard let estimate = suite.estimate else {
            return [
                name, environment, .init("-"), .init(""), .init("no figure", .open),
            ]
        }
        return [
            name, environment, .init(Format.overhead(estimate.value), .strong),
            .init(Format.interval(estimate) ?? "-"), .init("geometric mean", .faint), .init("\(estimate.rounds)"),
        ]
    }

    /// The workload's name in its first line, what native reached in its second.
    private func heading(_ group: ResultGroup, line: Int) -> TextTable.Cell {
        guard let first = group.first, line < 2 else { return TextTable.Cell("") }
        if line == 0 { return TextTable.Cell(Printable.line(first.label, limit: 40), .strong) }
        let native = group.native?.median.map { Format.value($0, unit: first.metric.unit) } ?? "no value"
        return TextTable.Cell("  native \(Printable.line(native, limit: 30))", .faint)
    }

    private func row(_ result: MetricResult, native: MetricResult?) -> [TextTable.Cell] {
        let environment = TextTable.Cell(result.environment)
        guard let comparison = result.comparison, let estimate = comparison.estimate else {
            let reason = Wording.absence(result, native: native, in: analysis)
            return [environment, .init("-"), .init(""), .init(Printable.line(reason, limit: 26), .open)]
        }
        let cells: [TextTable.Cell] = [
            environment, .init(Format.overhead(estimate.value)), .init(Format.interval(estimate) ?? "-"),
            .init(Wording.verdict(comparison) + differences.mark(result), Wording.tone(comparison)),
            .init("\(estimate.rounds)"),
        ]
        guard !analysis.isUnpaired else { return cells }
        return cells + [.init(Wording.roundsNeeded(comparison)), .init(Wording.stop(comparison))]
    }

    private func startup() -> [String] {
        guard !analysis.startup.isEmpty else { return [] }
        let phases: [Phase] = [.create, .start, .firstFrame, .firstCommand, .ready, .stop, .remove]
        var table = TextTable(
            [.init(title: "environment")]
                + phases.map { phase in
                    .init(
                        title: phase.rawValue,
                        alignment: .trailing,
                        sacrifice: phase == .ready ? 0 : phase == .stop || phase == .remove ? 2 : 1
                    )
                }
        )
        for startup in analysis.startup {
            let name = startup.caseLabel.isEmpty ? startup.environment : "\(startup.environment) \(startup.caseLabel)"
            table.add(
                [.init(Printable.line(name, limit: 40))]
                    + phases.map { phase in
                        .init(startup.seconds(phase).map(Format.seconds) ?? "-", phase == .ready ? .strong : .plain)
                    }
            )
        }
        let bare = analysis.startup.lazy.compactMap { $0.seconds(.bareExec) }.first
        let note = bare.map { "a bare fork and exec on this host: \(Format.seconds($0))" }
        return ["", title("From the request for an instance to its end, medians")]
            + table.lines(width: width, colour: colour) + (note.map { [faint($0)] } ?? [])
    }

    private func unavailable() -> [String] {
        let missing = analysis.environments.filter { $0.unavailable != nil }
        guard !missing.isEmpty else { return [] }
        return ["", title("Not available")]
            + missing.flatMap { environment -> [String] in
                guard let why = environment.unavailable else { return [] }
                return TextWidth.wrap(
                    Printable.line("- \(environment.name): \(why.reason); \(why.nextStep)"),
                    to: width,
                    indent: 2
                )
            }
    }

    private func sentences(_ heading: String, _ sentences: [String]) -> [String] {
        guard !sentences.isEmpty else { return [] }
        return ["", title(heading)]
            + sentences.flatMap { TextWidth.wrap("- \(Printable.line($0))", to: width, indent: 2) }
    }
}
