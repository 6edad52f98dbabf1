import Analysis
import BenchrunModel
import Glibc
import Results
import Statistics

/// Puts a run's figures into words and cells.
struct ReportModelBuilder {
    let manifest: RunManifest
    let analysis: RunAnalysis
    let notes: PlotNotes
    let pictures: [ReportModel.Picture]

    func model() -> ReportModel {
        let startup = startupTable()
        return ReportModel(
            run: analysis.run.text,
            subtitle: subtitle,
            headlines: Headline.all(of: analysis).map(Self.typographic),
            groups: groups(),
            suite: suite(),
            suiteTitle: suiteTitle,
            pictures: pictures,
            hasStartup: !startup.rows.isEmpty,
            startupColumns: startup.columns,
            startup: startup.rows,
            startupNote: startupNote,
            timelines: TimelinePlot.all(notes).map { view($0) },
            absolutes: absolutes(),
            hostCost: HostCostTable(analysis).table,
            ladder: LadderTable(analysis),
            ladderMissing: LadderTable.missing(analysis),
            ladderPicture: pictures.filter { $0.name == "ladder" },
            environments: environments(),
            attestation: AttestationTable(analysis.attestation),
            guards: guards(),
            differences: differences.sentences,
            declaredDifferences: differences.declaredSentences,
            hasDeclaredDifferences: !differences.declaredSentences.isEmpty,
            failures: failures(),
            warnings: analysis.warnings,
            noise: NoiseFloorWords.sentences(analysis),
            method: manifest.origin.map { ImportWords.method($0) } ?? Method(manifest: manifest).paragraphs,
            conditions: conditions(),
            commands: commands(),
            hasGuards: !analysis.guards.isEmpty,
            isUnpaired: analysis.isUnpaired,
            counted: Wording.counted(analysis),
            attestationTitle: manifest.origin == nil
                ? "Asked and got: every fact, from inside and outside" : ImportWords.attestationTitle,
            attestationNote: manifest.origin == nil ? Self.attestationNote : ImportWords.attestationNote,
            hasDifferences: !differences.sentences.isEmpty,
            hasFailures: !failures().isEmpty,
            hasWarnings: !analysis.warnings.isEmpty,
            hasStops: Wording.hasStops(analysis),
            overheadPicture: pictures.filter { $0.name == "overhead" },
            startupPicture: pictures.filter { $0.name == "startup" },
            samplesPicture: pictures.filter { $0.name == "samples" }
        )
    }

    private var differences: DifferenceNotes { DifferenceNotes(analysis.differences) }

    private func guards() -> [ReportModel.GuardLine] {
        analysis.guards.map { line in
            let tone =
                switch line.state {
                case .holds: "good"
                case .broken: "bad"
                case .uncontrolled, .unknown: "open"
                }
            return ReportModel.GuardLine(
                number: "\(line.number)",
                title: line.title,
                state: line.state.rawValue,
                tone: tone,
                proof: line.proof
            )
        }
    }

    private var subtitle: String {
        let began = manifest.sessions.first.map { "\(UTC.minute($0.wallClock)) · " } ?? ""
        let suite = manifest.origin == nil ? "suite \(analysis.suiteName) · " : ""
        return "\(began)\(suite)\(Wording.rounds(analysis)) · benchrun \(manifest.benchrunVersion)"
    }

    private static func typographic(_ headline: Headline) -> Headline {
        Headline(
            environment: headline.environment,
            cost: Format.typographic(headline.cost),
            details: Format.typographic(headline.details),
            startup: headline.startup
        )
    }

    private var suiteTitle: String {
        analysis.suite.first.map(Wording.suite) ?? ""
    }

    private func suite() -> [ReportModel.Row] {
        analysis.suite.enumerated().map { index, suite in
            ReportModel.Row(
                isFirst: index == 0,
                group: suiteTitle,
                native: "",
                span: analysis.suite.count,
                environment: suite.environment,
                overhead: suite.estimate.map { Format.typographic(Format.overhead($0.value)) } ?? "–",
                interval: suite.estimate.flatMap(Format.interval).map(Format.typographic) ?? "–",
                verdict: suite.absence ?? "geometric mean",
                tone: suite.absence == nil ? "plain" : "open",
                rounds: suite.estimate.map { "\($0.rounds)" } ?? "–",
                needed: "",
                stopped: ""
            )
        }
    }

    private func groups() -> [ReportModel.Group] {
        ResultGroup.all(of: analysis).compactMap { group in
            guard let first = group.first, !group.others.isEmpty else { return nil }
            let native = group.native?.median.map { Format.value($0, unit: first.metric.unit) } ?? "no value"
            return ReportModel.Group(
                name: first.label,
                title: first.title,
                native: native,
                rows: group.others.enumerated().map { index, result in
                    row(result, group, native, isFirst: index == 0)
                },
                count: group.others.count
            )
        }
    }

    private func row(
        _ result: MetricResult,
        _ group: ResultGroup,
        _ native: String,
        isFirst: Bool
    ) -> ReportModel.Row {
        var row = ReportModel.Row(
            isFirst: isFirst,
            group: result.label,
            native: native,
            span: group.others.count,
            environment: result.environment,
            overhead: "–",
            interval: "–",
            verdict: Wording.absence(result, native: group.native, in: analysis),
            tone: "open",
            rounds: "–",
            needed: "",
            stopped: Wording.stop(result.comparison)
        )
        guard let comparison = result.comparison, let estimate = comparison.estimate else { return row }
        row.overhead = Format.typographic(Format.overhead(estimate.value))
        row.interval = Format.interval(estimate).map(Format.typographic) ?? "–"
        row.verdict = Wording.verdict(comparison) + differences.mark(result)
        row.tone = Self.toneName(comparison)
        row.rounds = "\(estimate.rounds)"
        row.needed = Wording.roundsNeeded(comparison)
        let notes = RowNotes.flags(result) + RowNotes.cost(comparison)
        row.notes = (notes + (isFirst ? RowNotes.nativeFlags(group) : [])).map(Format.typographic)
        return row
    }

    private static func toneName(_ comparison: Comparison) -> String {
        switch comparison.verdict {
        case .slower: "bad"
        case .faster, .equivalent: "good"
        case .inconclusive: "open"
        }
    }

    private func startupTable() -> ReportModel.Table {
        let phases: [Phase] = [.create, .start, .firstFrame, .firstCommand, .ready, .stop, .remove]
        return ReportModel.Table(
            columns: phases.map { $0 == .ready ? "ready (all four)" : $0.rawValue.replacing("-", with: " ") },
            rows: analysis.startup.map { startup in
                ReportModel.Table.Row(
                    name: startup.caseLabel.isEmpty
                        ? startup.environment : "\(startup.environment) \(startup.caseLabel)",
                    note: startup.absence ?? "",
                    cells: phases.map { startup.seconds($0).map(Format.seconds) ?? "–" }
                )
            }
        )
    }

    private func view(_ plot: TimelinePlot) -> ReportModel.TimelineView {
        let table = TimelineTable(timeline: plot.timeline)
        return ReportModel.TimelineView(
            label: plot.timeline.label,
            title: plot.timeline.title,
            columns: table.columns,
            rows: plot.timeline.bars.map {
                ReportModel.Table.Row(name: $0.environment, note: "", cells: table.cells(of: $0, missing: "–"))
            },
            missing: table.missing,
            picture: pictures.filter { $0.name == plot.name }
        )
    }

    private var startupNote: [String] {
        analysis.startup.compactMap { $0.seconds(.bareExec) }.prefix(1).map {
            "For scale: a bare fork and exec of a program on this host, without any isolation, takes "
                + "\(Format.seconds($0))."
        }
    }

    /// Medians and their spread of every metric, judged or not.
    private func absolutes() -> ReportModel.Table {
        let names = analysis.environments.filter { $0.unavailable == nil }.map(\.name)
        return ReportModel.Table(
            columns: names,
            rows: ResultGroup.everything(of: analysis).compactMap { group in
                // What is derived has a table of its own.
                guard let first = group.first, first.metric.per == nil else { return nil }
                let all = [group.native].compactMap { $0 } + group.others
                return ReportModel.Table.Row(
                    name: "\(first.label): \(first.metric.name)",
                    note: Wording.direction(first.metric),
                    cells: names.map { name in
                        guard let result = all.first(where: { $0.environment == name }), let median = result.median
                        else { return "–" }
                        let spread = result.variation.map { " ± \(Format.share($0))" } ?? ""
                        return Format.value(median, unit: first.metric.unit) + spread
                    }
                )
            }
        )
    }

    private func environments() -> [ReportModel.Environment] {
        zip(manifest.environments, analysis.environments).map { record, summary in
            ReportModel.Environment(
                name: record.spec.name,
                title: record.spec.title,
                driver: record.spec.driver,
                status: record.unavailable.map { "not available: \($0.reason); \($0.nextStep)" }
                    ?? (manifest.origin == nil ? "measured" : "imported"),
                isAvailable: record.unavailable == nil,
                options: record.spec.options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                    .joined(separator: ", "),
                launches: "\(summary.launches)",
                failures: "\(summary.failures)"
            )
        }
    }

    private func failures() -> [ReportModel.Failure] {
        analysis.failures.map { failure in
            ReportModel.Failure(
                environment: failure.environment,
                workload: failure.caseLabel.isEmpty ? failure.workload : "\(failure.workload) \(failure.caseLabel)",
                outcome: failure.outcome.rawValue,
                count: "\(failure.count)",
                rounds: failure.rounds.map(String.init).joined(separator: ", "),
                lost: failure.lostRounds.isEmpty
                    ? "none, measured again" : failure.lostRounds.map(String.init).joined(separator: ", "),
                reason: Printable.line(failure.reason, limit: 400)
            )
        }
    }

    private static let attestationNote =
        "What was asked for, what the first instance of each environment saw from inside, and, where it says so, what "
        + "the host saw from outside."

    private func conditions() -> [ReportModel.Pair] {
        if let origin = manifest.origin { return ImportWords.conditions(origin, manifest, host: notes.host) }
        let limits = manifest.limits
        var pairs = [
            ReportModel.Pair(name: "Host", value: notes.host),
            ReportModel.Pair(
                name: "Every instance",
                value: "CPU \(Limits.list(limits.cpus)) at \(limits.cpuQuota) %, "
                    + "\(Format.bytes(Double(limits.memory))); benchrun, daemons and emulator threads on CPU "
                    + Limits.list(limits.housekeepingCPUs)
            ),
            ReportModel.Pair(name: "Image", value: "\(manifest.image.recipe), \(manifest.imageDigest)"),
            ReportModel.Pair(name: "Seed", value: "\(manifest.seed)"),
        ]
        pairs += (manifest.schedule?.pilots ?? []).map(Method.pilot)
        pairs += tools()
        pairs += manifest.sessions.map { session in
            let took = session.seconds.map { ", \(Format.seconds($0))" } ?? ""
            return ReportModel.Pair(
                name: "Session \(session.number)",
                value: "\(UTC.minute(session.wallClock))\(took), \(Method.ending(session))"
            )
        }
        return pairs
    }

    /// The options that decide on the number of rounds.
    private var schedule: String {
        let rule = analysis.stopping
        let reuse = analysis.reusesInstances ? " --reuse-instances" : ""
        guard rule.mode == .adaptive else { return " --rounds \(manifest.rounds)\(reuse)" }
        let budget = manifest.budget.map { " --budget '\(Format.number($0)) s'" } ?? ""
        return " --precise --half-width '\(Format.number(rule.halfWidth * 100)) %' --max-rounds \(rule.maximum)"
            + "\(budget)\(reuse)"
    }

    /// Versions of what the workloads execute.
    private func tools() -> [ReportModel.Pair] {
        guard let conditions = manifest.conditions else { return [] }
        let versions = conditions.tools.values.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        let list = versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        var pairs = list.isEmpty ? [] : [ReportModel.Pair(name: "Tools", value: Printable.line(list))]
        if conditions.isStrict {
            let value = "--strict: environments that differ undeclared are refused"
            pairs.append(ReportModel.Pair(name: "Admission", value: value))
        }
        return pairs
    }

    private func commands() -> [String] {
        // The commands are not escaped: they are to be copied.
        let isPlain = analysis.suiteName.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        let isNamed = isPlain && !["custom", "calibration"].contains(analysis.suiteName)
        let suite = isNamed ? " --suite \(analysis.suiteName)" : ""
        let again = "benchrun run\(suite)\(schedule) --seed \(manifest.seed)   # the same plan again"
        return (manifest.origin == nil ? [again] : []) + [
            "benchrun report \(manifest.run)   # this report from results/\(manifest.run)",
            "cd plots/\(manifest.run) && gnuplot overhead.gp   # one picture",
        ]
    }
}
