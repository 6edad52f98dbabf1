import Analysis
import BenchrunModel
import Glibc
import Results

/// Every launch by round, a small picture for each workload, relative to the median of its native launches.
struct SamplesPlot {
    let notes: PlotNotes
    let marks: [String: PlotMark]

    private static let width = 1120
    private static let columns = 3
    private static let panelHeight = 190.0
    private static let top = 108.0

    private struct Series {
        var mark: PlotMark
        var block: Int
    }

    private struct Panel {
        var group: ResultGroup
        var series: [Series]
        var scale: OverheadScale
        var note: String
    }

    /// The script and data.
    func plot() -> Plot {
        let groups = ResultGroup.all(of: notes.analysis)
        var data = GnuplotData(
            name: "samples.dat",
            about: [
                "The value of each launch: the mean of its measured iterations. \(notes.run)",
                "x: \(isUnpaired ? "number of the value" : "round"), moved aside by environment; log_ratio: against the "
                    + "median of native's launches, more than 0 is worse.",
            ],
            columns: ["x", "log_ratio", "value", "round", "session", "unit", "workload", "case", "environment"]
        )
        let panels = groups.compactMap { panel($0, &data) }
        let rows = max(1, (panels.count + Self.columns - 1) / Self.columns)
        let foot = PlotNotes.lines(
            notes.missing(groups.flatMap { [$0.native].compactMap { $0 } + $0.others }.filter { $0.launches.isEmpty })
                + [notes.caption],
            width: Double(Self.width) - 40,
            size: 11
        )
        let plotHeight = Double(rows) * Self.panelHeight
        let canvas = PlotCanvas(
            name: "samples",
            width: Self.width,
            height: Int(Self.top + plotHeight + 16 + Double(foot.count) * 16 + 8),
            about: ["Every launch by round, relative to the native median of its workload.", notes.run]
        )
        var body = ["reset", OverheadScale.function, "unset key"] + header(canvas)
        body += foot.enumerated().map { index, line in
            canvas.label(
                line,
                x: 20,
                y: Self.top + plotHeight + 18 + Double(index) * 16,
                size: 11,
                ink: PlotCanvas.faintInk
            )
        }
        body.append("set multiplot")
        for (index, panel) in panels.enumerated() { body += draw(panel, at: index, canvas, data.name) }
        if panels.isEmpty { body += ["set border 0", "unset tics", "set yrange [1:0]", "plot NaN notitle"] }
        body.append("unset multiplot")
        return Plot(
            name: "samples",
            description: "The value of every launch by \(isUnpaired ? "its number" : "round") for each workload, "
                + "relative to the median of its native launches; samples.csv has the figures.",
            script: canvas.script(body),
            data: (data.name, data.text)
        )
    }

    /// nil where no launch has a place: without native values there is nothing to be relative to.
    private func panel(_ group: ResultGroup, _ data: inout GnuplotData) -> Panel? {
        guard let first = group.first, let native = group.native?.median, native > 0 else { return nil }
        let all = ([group.native].compactMap { $0 } + group.others).filter { !$0.launches.isEmpty }
        var ratios: [Double] = []
        var series: [Series] = []
        for (index, result) in all.enumerated() {
            let aside = (Double(index) - Double(all.count - 1) / 2) * 0.56 / Double(max(1, all.count))
            let rows = result.launches.compactMap { launch -> [String]? in
                guard launch.value > 0 else { return nil }
                let ratio = log(launch.value / native) * (first.metric.better == .higher ? -1 : 1)
                ratios.append(ratio)
                return [
                    GnuplotText.place(Double(launch.round) + aside), GnuplotText.number(ratio),
                    GnuplotText.number(launch.value), "\(launch.round)", "\(launch.session)",
                    GnuplotText.field(first.metric.unit), GnuplotText.field(first.workload),
                    GnuplotText.field(first.caseLabel), GnuplotText.field(result.environment),
                ]
            }
            if let block = data.add("\(first.label) in \(result.environment)", rows: rows) {
                series.append(Series(mark: marks[result.environment] ?? .unknown, block: block))
            }
        }
        guard !series.isEmpty else { return nil }
        let absent = group.others.filter { result in
            result.launches.isEmpty
                && notes.analysis.environments.contains { $0.name == result.environment && $0.launches > 0 }
        }.map(\.environment)
        return Panel(
            group: group,
            series: series,
            scale: OverheadScale(ratios, least: 0.03),
            note: absent.isEmpty ? "" : "no value: \(absent.joined(separator: ", "))"
        )
    }

    private func draw(_ panel: Panel, at index: Int, _ canvas: PlotCanvas, _ file: String) -> [String] {
        guard let first = panel.group.first else { return [] }
        let columnWidth = Double(Self.width - 24) / Double(Self.columns)
        let x = 12 + Double(index % Self.columns) * columnWidth
        let y = Self.top + Double(index / Self.columns) * Self.panelHeight
        let left = x + 62
        let right = x + columnWidth - 16
        let height = Self.panelHeight - 74
        let ticks = panel.scale.ticks(length: height, distance: 17).map { tick in
            "\(GnuplotText.tick(tick.text)) position(\(GnuplotText.number(tick.at)))"
        }
        let rounds = max(1, panel.group.first?.launches.map(\.round).max() ?? 1, notes.analysis.plannedRounds)
        let native = panel.group.native?.median.map { Format.value($0, unit: first.metric.unit) } ?? ""
        var lines =
            canvas.margins(left: left, right: right, top: y + 40, bottom: y + 40 + height)
            + [
                canvas.label(TextWidth.cut(first.label, to: 34), x: left, y: y + 12, size: 12, bold: true),
                canvas.label(
                    "native median \(native)",
                    x: left,
                    y: y + 28,
                    size: 10,
                    ink: PlotCanvas.faintInk
                ),
                "set border 0", "set xrange [0.4:\(rounds).6]",
                "set yrange [position(\(GnuplotText.number(panel.scale.lower)))"
                    + ":position(\(GnuplotText.number(panel.scale.upper)))]",
                "set ytics (\(ticks.joined(separator: ", "))) scale 0 noenhanced font \"\(PlotCanvas.font(10))\"",
                "set xtics \(rounds <= 12 ? 1 : (rounds + 9) / 10) scale 0 noenhanced font \"\(PlotCanvas.font(10))\" offset 0,0.3",
                "set grid ytics back linetype 1 linecolor rgb \"\(PlotCanvas.grid)\" linewidth 1",
                "set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead back "
                    + "linecolor rgb \"\(PlotCanvas.ink)\" linewidth 1.2",
            ]
        if !panel.note.isEmpty {
            lines.append(
                canvas.label(panel.note, x: right, y: y + 28, size: 10, ink: PlotCanvas.faintInk, alignment: "right")
            )
        }
        let parts = panel.series.flatMap { series -> [String] in
            let source = "'\(file)' index \(series.block) using 1:(position($2))"
            return [
                "\(source) with lines linewidth 1 linecolor rgb \"#a0\(series.mark.colour.dropFirst())\"",
                "\(source) with points pointtype \(series.mark.point) pointsize 0.6 "
                    + "linecolor rgb \"\(series.mark.colour)\"",
            ]
        }
        lines.append("plot " + parts.joined(separator: ", \\\n    "))
        lines.append("unset label")
        return lines
    }

    private var isUnpaired: Bool { notes.analysis.isUnpaired }

    private func header(_ canvas: PlotCanvas) -> [String] {
        var lines = [
            canvas.label(isUnpaired ? "Every value" : "Every launch", x: 20, y: 26, size: 18, bold: true),
            canvas.label(
                isUnpaired
                    ? "in the order of the imported files, against the median of native's; up is worse; values above "
                        + "each other have nothing to do with each other"
                    : "by round, against the median of the workload's native launches; up is worse; a line joins one "
                        + "environment's rounds",
                x: 20,
                y: 50,
                size: 12,
                ink: PlotCanvas.faintInk
            ),
        ]
        var x = 26.0
        for environment in notes.analysis.environments where environment.launches > 0 {
            lines += canvas.key(environment.name, x: x, y: 76, mark: marks[environment.name] ?? .unknown)
            x += 34 + PlotCanvas.width(environment.name)
        }
        return lines
    }
}
