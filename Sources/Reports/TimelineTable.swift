import Analysis
import BenchrunModel
import Results

/// The figures of a ``TimelinePlot`` as a table.
struct TimelineTable {
    let timeline: Timeline

    /// Column titles after the environment's.
    var columns: [String] { timeline.phases.map(Self.title) + ["answered", "launches"] }

    /// A cell for each column.
    func cells(of bar: Timeline.Bar, missing: String) -> [String] {
        timeline.phases.map { phase in
            bar.phases.first { $0.phase == phase }.map { Format.seconds($0.seconds) } ?? missing
        } + [TimelinePlot.words(bar), "\(bar.launches)"]
    }

    /// `redis-first-answer: docker is not there: no engine answers`
    var missing: [String] { timeline.missing.map { "no answer in \($0.environment): \($0.reason)" } }

    /// As lines for a terminal.
    func lines(width: Int, colour: Bool) -> [String] {
        let last = columns.count
        var table = TextTable(
            [.init(title: "environment")]
                + columns.enumerated().map { index, title in
                    // What a reader needs least goes first.
                    .init(
                        title: title,
                        alignment: .trailing,
                        sacrifice: index == last - 2 ? 0 : index == last - 1 ? 2 : 1
                    )
                }
        )
        for bar in timeline.bars {
            let cells = cells(of: bar, missing: "-")
            table.add(
                [.init(bar.environment)]
                    + cells.enumerated().map { .init($0.element, $0.offset == cells.count - 2 ? .strong : .plain) }
            )
        }
        return table.lines(width: width, colour: colour)
            + missing.flatMap { TextWidth.wrap(Printable.line($0), to: width, indent: 2) }
    }

    private static func title(_ phase: Phase) -> String {
        phase == .firstFrame ? "boot" : phase.rawValue.replacing("-", with: " ")
    }
}
