import Analysis
import BenchrunModel
import Results

/// What each step of the ladder takes away and costs, workload by workload.
struct LadderTable {
    /// One a workload and case.
    let groups: [Group]
    let isEmpty: Bool

    struct Group {
        var name: String
        var rows: [Row]
        /// For `rowspan`.
        var count: Int
        /// Rungs without a value, a sentence each.
        var missing: [String]
    }

    /// Templates find the members by name.
    struct Row {
        var isFirst: Bool
        var group: String
        var span: Int
        var step: String
        var removes: String
        var cost: String
        var interval: String
        var rounds: String
        /// Whether it is the whole ladder at once.
        var isWhole: Bool
    }

    init(_ analysis: RunAnalysis) {
        groups = analysis.ladders.map { ladder in
            let steps = ladder.steps.map { ($0, false) } + [ladder.whole].compactMap { $0.map { ($0, true) } }
            return Group(
                name: ladder.label,
                rows: steps.enumerated().map { index, step in
                    Self.row(step.0, isWhole: step.1, of: ladder, isFirst: index == 0, span: steps.count)
                },
                count: steps.count,
                missing: ladder.missing.map { "\(ladder.label): no \($0.environment): \($0.reason)" }
            )
        }
        isEmpty = groups.allSatisfy { $0.rows.isEmpty && $0.missing.isEmpty }
    }

    private static func row(
        _ step: LadderResult.Step,
        isWhole: Bool,
        of ladder: LadderResult,
        isFirst: Bool,
        span: Int
    ) -> Row {
        Row(
            isFirst: isFirst,
            group: ladder.label,
            span: span,
            step: "\(step.from) → \(step.to)",
            removes: isWhole ? "all of it" : step.removes.joined(separator: ", "),
            cost: step.estimate.map { Format.typographic(Format.overhead($0.value)) } ?? "–",
            interval: step.estimate.flatMap(Format.interval).map(Format.typographic) ?? "–",
            rounds: step.estimate.map { "\($0.rounds)" } ?? "–",
            isWhole: isWhole
        )
    }

    /// Rungs without a value, said once where the reason is the same for every workload.
    static func missing(_ analysis: RunAnalysis) -> [String] {
        var order: [String] = []
        var labels: [String: [String]] = [:]
        for ladder in analysis.ladders {
            for rung in ladder.missing {
                let sentence = "\(rung.environment): \(rung.reason)"
                if labels[sentence] == nil { order.append(sentence) }
                labels[sentence, default: []].append(ladder.label)
            }
        }
        return order.map { sentence in
            let own = labels[sentence] ?? []
            let whose = own.count == analysis.ladders.count ? "" : " (\(Wording.conjunction(own)))"
            return "no rung \(sentence)\(whose)"
        }
    }

    /// For a terminal.
    func lines(width: Int, colour: Bool) -> [String] {
        let shown = groups.filter { !$0.rows.isEmpty }
        guard !shown.isEmpty else { return [] }
        var table = TextTable([
            .init(title: "workload"), .init(title: "step"), .init(title: "takes away", sacrifice: 2),
            .init(title: "cost", alignment: .trailing), .init(title: "95 % interval", alignment: .trailing),
            .init(title: "rounds", alignment: .trailing, sacrifice: 1),
        ])
        for (index, group) in shown.enumerated() {
            if index > 0 { table.rows.append(.blank) }
            for row in group.rows {
                let tone: TextTable.Tone = row.isWhole ? .strong : .plain
                table.add([
                    .init(row.isFirst ? Printable.line(group.name, limit: 40) : "", .strong), .init(row.step, tone),
                    .init(row.removes, .faint), .init(row.cost, tone), .init(row.interval), .init(row.rounds),
                ])
            }
        }
        return table.lines(width: width, colour: colour)
    }
}
