import Analysis
import BenchrunModel

/// From the request for an instance to its end, by phase: stacked bars to scale, and where one environment takes many
/// times as long as the others, a second panel that shows the short ones larger. A logarithmic axis would not do:
/// the length of a stacked bar's part would depend on where it begins.
struct StartupPlot {
    let notes: PlotNotes

    private static let width = 1120
    private static let left = 190.0
    private static let right = 1100.0
    private static let top = 128.0
    private static let rowHeight = 54.0
    /// A panel of its own from this ratio of neighbouring totals on.
    private static let splitRatio = 4.0
    /// Length of a panel over its longest bar, for the figure behind it.
    private static let room = 1.26

    /// Phases in their order, with colours of even steps from dark to light that survive greyscale, and two greys.
    private static let ready: [(phase: Phase, name: String, colour: String)] = [
        (.create, "create", "#6a51a3"), (.start, "start", "#2f7ebc"), (.firstFrame, "first frame", "#23a98b"),
        (.firstCommand, "first command", "#a5c83c"),
    ]
    private static let end: [(phase: Phase, name: String, colour: String)] = [
        (.stop, "stop", "#8f6d5b"), (.remove, "remove", "#c4aa9b"),
    ]

    private struct Bar {
        var label: String
        var ready: [(index: Int, seconds: Double)]
        var end: [(index: Int, seconds: Double)]
        var total: Double { ready.reduce(0) { $0 + $1.seconds } }
        var endTotal: Double { end.reduce(0) { $0 + $1.seconds } }
        var longest: Double { max(total, endTotal) }
        /// The median of the sum, which differs a little from the sum of medians.
        var readyMedian: Double
    }

    /// The script and data; nil where no start-up was measured.
    func plot() -> Plot? {
        let bars = self.bars()
        guard !bars.isEmpty else { return nil }
        let panels = self.panels(bars)
        let plotHeight = Double(bars.count) * Self.rowHeight
        let foot = PlotNotes.lines(
            missing + bare + [notes.caption],
            width: Double(Self.width) - 40,
            size: 11
        )
        let canvas = PlotCanvas(
            name: "startup",
            width: Self.width,
            height: Int(Self.top + plotHeight + 52 + Double(foot.count) * 16 + 8),
            about: ["Phases from the request for an instance to its end, medians.", notes.run]
        )
        let data = self.data(bars)
        var body = ["reset", "unset key", "set border 0", "set style fill solid noborder"] + header(canvas)
        body += foot.enumerated().map { index, line in
            canvas.label(
                line,
                x: 20,
                y: Self.top + plotHeight + 56 + Double(index) * 16,
                size: 11,
                ink: PlotCanvas.faintInk
            )
        }
        body.append("set multiplot")
        for (index, panel) in panels.enumerated() {
            body += draw(panel, panels, bars, canvas, plotHeight, isFirst: index == 0, blocks: data.blocks)
        }
        body.append("unset multiplot")
        return Plot(
            name: "startup",
            description: "Time from the request for an instance to its first command by phase, and from the request to "
                + "stop until nothing is left, for each environment; the table of start-up phases has the same figures.",
            script: canvas.script(body),
            data: ("startup.dat", data.text)
        )
    }

    private func bars() -> [Bar] {
        let results = notes.analysis.startup
        let hasSeveral = Set(results.map { $0.workload + "\n" + $0.caseLabel }).count > 1
        return results.compactMap { result in
            let ready = Self.ready.enumerated().compactMap { index, item in
                result.seconds(item.phase).map { (index, $0) }
            }
            let end = Self.end.enumerated().compactMap { index, item in
                result.seconds(item.phase).map { (index + Self.ready.count, $0) }
            }
            guard !ready.isEmpty || !end.isEmpty else { return nil }
            let detail = result.caseLabel.isEmpty ? result.workload : result.caseLabel
            return Bar(
                label: hasSeveral ? "\(result.environment) \(detail)" : result.environment,
                ready: ready,
                end: end,
                readyMedian: result.seconds(.ready) ?? ready.reduce(0) { $0 + $1.1 }
            )
        }
    }

    /// One panel, or two where the largest gap between neighbouring lengths is wide.
    private func panels(_ bars: [Bar]) -> [BarPanel] {
        let totals = bars.map(\.longest).filter { $0 > 0 }.sorted()
        let longest = totals.last ?? 1
        let gaps = zip(totals, totals.dropFirst()).map { (below: $0, ratio: $1 / $0) }
        guard let widest = gaps.max(by: { $0.ratio < $1.ratio }), widest.ratio >= Self.splitRatio,
            totals.filter({ $0 <= widest.below }).count >= 2
        else {
            return [BarPanel(title: "to scale", left: Self.left, right: Self.right, end: longest * Self.room)]
        }
        // Thin bars of a slow environment that are not much longer are shown whole too, with room for their figures.
        let lengths = bars.flatMap { [$0.total, $0.endTotal] }.filter { $0 <= widest.below * 1.6 }
        let zoom = Self.rounded((lengths.max() ?? widest.below) * Self.room)
        let middle = Self.left + (Self.right - Self.left) * 0.58
        return [
            BarPanel(title: "the first \(Format.seconds(zoom))", left: Self.left, right: middle - 20, end: zoom),
            BarPanel(title: "all of it", left: middle + 30, right: Self.right, end: longest * 1.36),
        ]
    }

    private func data(_ bars: [Bar]) -> (text: String, blocks: [(index: Int, block: Int)]) {
        var data = GnuplotData(
            name: "startup.dat",
            about: [
                "Phases in seconds, stacked from 0: medians over the launches. \(notes.run)", "row: place from the top",
            ],
            columns: ["row", "from", "to", "half_height", "phase", "environment"]
        )
        let all = Self.ready + Self.end
        let blocks = all.indices.compactMap { index -> (Int, Int)? in
            let rows = bars.enumerated().compactMap { row, bar -> [String]? in
                let isEnd = index >= Self.ready.count
                let parts = isEnd ? bar.end : bar.ready
                guard let own = parts.first(where: { $0.index == index }) else { return nil }
                let before = parts.filter { $0.index < index }.reduce(0) { $0 + $1.seconds }
                return [
                    GnuplotText.place(Double(row) + (isEnd ? 0.74 : 0.36)), GnuplotText.number(before),
                    GnuplotText.number(before + own.seconds), isEnd ? "0.09" : "0.21", all[index].phase.rawValue,
                    GnuplotText.field(bar.label),
                ]
            }
            return data.add(all[index].name, rows: rows).map { (index, $0) }
        }
        return (data.text, blocks)
    }

    private func draw(
        _ panel: BarPanel,
        _ panels: [BarPanel],
        _ bars: [Bar],
        _ canvas: PlotCanvas,
        _ plotHeight: Double,
        isFirst: Bool,
        blocks: [(index: Int, block: Int)]
    ) -> [String] {
        let all = Self.ready + Self.end
        var lines = panel.frame(canvas, top: Self.top, height: plotHeight, rows: bars.count)
        for (row, bar) in bars.enumerated() {
            let y = Self.top + Double(row) * Self.rowHeight
            if isFirst {
                lines.append(
                    canvas.label(
                        TextWidth.cut(bar.label, to: 24),
                        x: Self.left - 12,
                        y: y + Self.rowHeight * 0.36,
                        bold: true,
                        alignment: "right"
                    )
                )
            }
            lines += figure(
                bar.total,
                "ready \(Format.seconds(bar.readyMedian))",
                panel,
                panels[0],
                y + Self.rowHeight * 0.36,
                canvas
            )
            if bar.endTotal > 0 {
                lines += figure(
                    bar.endTotal,
                    "gone \(Format.seconds(bar.endTotal))",
                    panel,
                    panels[0],
                    y + Self.rowHeight * 0.74,
                    canvas
                )
            }
        }
        let parts = blocks.map { index, block in
            "'startup.dat' index \(block) using (($2 + $3) / 2):1:2:3:($1 - $4):($1 + $4) with boxxyerror "
                + "linecolor rgb \"\(all[index].colour)\""
        }
        lines.append("plot " + parts.joined(separator: ", \\\n    "))
        // Labels belong to the panel they were made for.
        lines.append("unset label")
        return lines
    }

    /// The figure behind a bar, or at the panel's edge where the bar goes beyond it. Further panels have only the
    /// figures of bars that the first one cuts.
    private func figure(
        _ end: Double,
        _ text: String,
        _ panel: BarPanel,
        _ first: BarPanel,
        _ y: Double,
        _ canvas: PlotCanvas
    ) -> [String] {
        if end > panel.end {
            let edge = panel.right - 8
            return [
                canvas.label("\(text) →", x: edge, y: y, size: 11, ink: "#ffffff", alignment: "right", isInFront: true)
            ]
        }
        guard panel.left == first.left || end > first.end else { return [] }
        let x = panel.left + end / panel.end * (panel.right - panel.left)
        return [canvas.label(text, x: x + 6, y: y, size: 11)]
    }

    private func header(_ canvas: PlotCanvas) -> [String] {
        canvas.heading(
            "From the request for an instance to its end",
            "medians; thick bars: from the request until the first command has run; thin bars: from the request to "
                + "stop until nothing is left",
            legend: (Self.ready + Self.end).map { ($0.name, $0.colour) }
        )
    }

    private var bare: [String] {
        notes.analysis.startup.compactMap { $0.seconds(.bareExec) }.prefix(1).map {
            "a bare fork and exec on this host takes \(Format.seconds($0))"
        }
    }

    private var missing: [String] {
        notes.analysis.startup.compactMap { result in
            result.absence.map { "not drawn: \(result.environment): \($0)" }
        }
    }

    private static func rounded(_ seconds: Double) -> Double {
        let step = BarPanels.step(to: seconds) / 2
        return (seconds / step).rounded(.up) * step
    }
}
