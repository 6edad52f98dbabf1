import Analysis
import BenchrunModel

/// From the request for an instance to the first answer of a service in it: one stacked bar an environment, the
/// quickest on top, with the quickest and the slowest launch as whiskers.
struct TimelinePlot {
    let notes: PlotNotes
    let timeline: Timeline
    /// Base name of its files.
    let name: String

    private static let width = 1120
    private static let left = 190.0
    private static let right = 1100.0
    private static let top = 128.0
    private static let rowHeight = 34.0
    /// Half of a bar's height, in rows.
    private static let half = "0.3"
    /// Length of a panel over its longest bar, for the figure behind it.
    private static let room = 1.42

    /// What each phase looks like: neighbours differ in lightness, too. Those of a guest alone are browns.
    private static let looks: [Phase: (name: String, colour: String)] = [
        .create: ("create", "#6a51a3"), .start: ("start", "#4a90d9"), .firstFrame: ("boot", "#a6611a"),
        .firmware: ("firmware", "#7f3b08"), .kernel: ("kernel", "#d08c3f"), .initial: ("init", "#f1d9a7"),
        .agent: ("agent", "#1b9e77"), .service: ("start the service", "#b8d957"),
        .firstAnswer: ("first answer", "#c2255c"),
    ]

    /// The plots of all of a run's timelines.
    static func all(_ notes: PlotNotes) -> [TimelinePlot] {
        notes.analysis.timelines.enumerated().map { index, timeline in
            let first = notes.analysis.timelines.firstIndex { $0.workload == timeline.workload } ?? index
            // Labels of cases may hold anything; a number does not.
            let number = index - first
            return TimelinePlot(
                notes: notes,
                timeline: timeline,
                name: "timeline-\(timeline.workload)" + (number > 0 ? "-\(number + 1)" : "")
            )
        }
    }

    /// The script and data; nil where no environment got to an answer.
    func plot() -> Plot? {
        guard !timeline.bars.isEmpty else { return nil }
        let panels = panels()
        let plotHeight = Double(timeline.bars.count) * Self.rowHeight
        let foot = PlotNotes.lines(missing + [notes.caption], width: Double(Self.width) - 40, size: 11)
        let canvas = PlotCanvas(
            name: name,
            width: Self.width,
            height: Int(Self.top + plotHeight + 52 + Double(foot.count) * 16 + 8),
            about: ["Phases from the request for an instance to the first answer in it, medians.", notes.run]
        )
        let data = self.data()
        var body = ["reset", "unset key", "set border 0", "set style fill solid noborder"] + header(canvas)
        body += foot.enumerated().map { index, line in
            let y = Self.top + plotHeight + 56 + Double(index) * 16
            return canvas.label(line, x: 20, y: y, size: 11, ink: PlotCanvas.faintInk)
        }
        body.append("set multiplot")
        for (index, panel) in panels.enumerated() {
            body += draw(panel, firstEnd: index == 0 ? nil : panels[0].end, canvas, plotHeight, data.blocks)
        }
        body.append("unset multiplot")
        return Plot(
            name: name,
            description:
                "Time from the request for an instance to the first answer of a service in it by phase, for each "
                + "environment, the quickest first; the table of \(timeline.label) has the same figures.",
            script: canvas.script(body),
            data: ("\(name).dat", data.text)
        )
    }

    private func panels() -> [BarPanel] {
        let bars = timeline.bars
        let panels = BarPanels(bars.map(\.total))
        guard let zoom = panels.zoom else {
            let end = (bars.map(\.longest).max() ?? 1) * Self.room
            return [BarPanel(title: "to scale", left: Self.left, right: Self.right, end: end)]
        }
        let shown = (bars.filter { $0.total <= zoom }.map(\.longest).max() ?? zoom) * Self.room
        let all = (bars.map(\.longest).max() ?? panels.longest) * (Self.room + 0.35)
        let middle = Self.left + (Self.right - Self.left) * 0.58
        return [
            BarPanel(title: "the quick ones", left: Self.left, right: middle - 20, end: shown),
            BarPanel(title: "all of it", left: middle + 30, right: Self.right, end: all),
        ]
    }

    private func data() -> (text: String, blocks: (phases: [(phase: Phase, block: Int)], whiskers: Int?)) {
        var data = GnuplotData(
            name: "\(name).dat",
            about: [
                "Phases in seconds, stacked from 0: medians over the launches. \(notes.run)", "row: place from the top",
                "of 'whiskers': from the quickest launch to the slowest, and the median in 'at'",
            ],
            columns: ["row", "from", "to", "at", "environment"]
        )
        let phases = timeline.phases.compactMap { phase -> (phase: Phase, block: Int)? in
            let rows = timeline.bars.enumerated().compactMap { row, bar -> [String]? in
                guard let place = bar.phases.firstIndex(where: { $0.phase == phase }) else { return nil }
                let from = bar.phases[..<place].reduce(0) { $0 + $1.seconds }
                let to = from + bar.phases[place].seconds
                return line(row, from, to, (from + to) / 2, bar)
            }
            return data.add(phase.rawValue, rows: rows).map { (phase: phase, block: $0) }
        }
        let whiskers = timeline.bars.enumerated().map { row, bar in
            line(row, bar.shortest, bar.longest, bar.total, bar)
        }
        let block = data.add("whiskers", rows: whiskers)
        return (data.text, (phases, block))
    }

    private func line(_ row: Int, _ from: Double, _ to: Double, _ at: Double, _ bar: Timeline.Bar) -> [String] {
        [GnuplotText.place(Double(row) + 0.5)] + [from, to, at].map { GnuplotText.number($0) }
            + [GnuplotText.field(bar.environment)]
    }

    /// - Parameter firstEnd: where the first panel ends; nil in that panel. Further ones have only the figures of bars
    ///   that it cuts.
    private func draw(
        _ panel: BarPanel,
        firstEnd: Double?,
        _ canvas: PlotCanvas,
        _ plotHeight: Double,
        _ blocks: (phases: [(phase: Phase, block: Int)], whiskers: Int?)
    ) -> [String] {
        var lines = panel.frame(canvas, top: Self.top, height: plotHeight, rows: timeline.bars.count)
        for (row, bar) in timeline.bars.enumerated() {
            let y = Self.top + (Double(row) + 0.5) * Self.rowHeight
            if firstEnd == nil {
                let label = TextWidth.cut(bar.environment, to: 24)
                lines.append(canvas.label(label, x: Self.left - 12, y: y, bold: true, alignment: "right"))
            }
            lines += figure(bar, panel, firstEnd, y, canvas)
        }
        let boxes = blocks.phases.map { phase, block in
            "'\(name).dat' index \(block) using 4:1:2:3:($1 - \(Self.half)):($1 + \(Self.half)) with boxxyerror "
                + "linecolor rgb \"\(Self.looks[phase]?.colour ?? PlotCanvas.faintInk)\""
        }
        let whiskers = blocks.whiskers.map {
            "'\(name).dat' index \($0) using 4:1:2:3 with xerrorbars pointtype 7 pointsize 0 linewidth 1.4 "
                + "linecolor rgb \"\(PlotCanvas.ink)\""
        }
        lines.append("plot " + (boxes + [whiskers].compactMap { $0 }).joined(separator: ", \\\n    "))
        // Labels belong to the panel they were made for.
        lines.append("unset label")
        return lines
    }

    /// The figure behind a bar, or at the panel's edge where the bar goes beyond it.
    private func figure(
        _ bar: Timeline.Bar,
        _ panel: BarPanel,
        _ firstEnd: Double?,
        _ y: Double,
        _ canvas: PlotCanvas
    ) -> [String] {
        if bar.total > panel.end {
            let edge = panel.right - 8
            return [
                canvas.label(
                    "\(Format.seconds(bar.total)) →",
                    x: edge,
                    y: y,
                    size: 11,
                    ink: "#ffffff",
                    alignment: "right",
                    isInFront: true
                )
            ]
        }
        if let firstEnd, bar.total <= firstEnd { return [] }
        let end = min(max(bar.total, bar.longest, bar.sum), panel.end)
        let x = panel.left + end / panel.end * (panel.right - panel.left)
        return [canvas.label(Self.words(bar), x: x + 8, y: y, size: 11)]
    }

    /// `214 ms (198 ms to 240 ms)`
    static func words(_ bar: Timeline.Bar) -> String {
        guard bar.launches > 1 else { return "\(Format.seconds(bar.total)) (1 launch)" }
        return "\(Format.seconds(bar.total)) (\(Format.seconds(bar.shortest)) to \(Format.seconds(bar.longest)))"
    }

    private func header(_ canvas: PlotCanvas) -> [String] {
        canvas.heading(
            "From the request to the first answer: \(timeline.label)",
            "medians over the launches; whiskers: the quickest and the slowest launch",
            legend: timeline.phases.map { Self.looks[$0] ?? ($0.rawValue, PlotCanvas.faintInk) }
        )
    }

    private var missing: [String] {
        timeline.missing.map { "not drawn: \($0.environment): \($0.reason)" }
    }
}
