import Analysis
import BenchrunModel
import Glibc
import Results

/// Overhead of each workload and environment: a point for the estimate, a bar for its interval.
struct OverheadPlot {
    let notes: PlotNotes
    let marks: [String: PlotMark]

    private static let width = 1120
    private static let rowHeight = 19.0
    private static let groupGap = 15.0
    private static let left = 250.0
    private static let right = 930.0
    private static let top = 106.0

    /// The script and data.
    func plot() -> Plot {
        let everything = ResultGroup.all(of: notes.analysis)
        let groups = everything.compactMap(measured)
        let rows = groups.flatMap(\.others)
        let scale = OverheadScale(
            rows.flatMap { result -> [Double] in
                guard let estimate = result.comparison?.estimate else { return [] }
                return [estimate.value, estimate.lower, estimate.upper].compactMap { $0 }
            } + rows.map { log1p($0.metric.delta) }
        )
        let plotHeight = max(
            60,
            groups.reduce(0.0) { $0 + Double(max(2, $1.others.count)) * Self.rowHeight + Self.groupGap }
        )
        let foot =
            PlotNotes.lines(notes.missing(everything.flatMap(\.others)), width: Double(Self.width) - 40, size: 11)
            + PlotNotes.lines([notes.caption], width: Double(Self.width) - 40, size: 11)
        let height = Self.top + plotHeight + 62 + Double(foot.count) * 16 + 8
        let canvas = PlotCanvas(
            name: "overhead",
            width: Self.width,
            height: Int(height),
            about: ["Overhead against native by workload and environment.", notes.run]
        )
        var data = GnuplotData(
            name: "overhead.dat",
            about: [
                "Overhead as a log ratio: ln(environment / native), inverted where higher is better. \(notes.run)",
                "y: place in the picture, in pixels from its upper edge.",
            ],
            columns: [
                "y", "log_ratio", "lower", "upper", "has_interval", "rounds", "workload", "case", "metric",
                "environment",
            ]
        )
        let places = self.places(groups)
        let blocks = measuredEnvironments.compactMap { environment in
            data.add(
                environment.name,
                rows: places.filter { $0.result.environment == environment.name }.compactMap(Self.row)
            ).map { (environment.name, $0) }
        }
        let body =
            frame(canvas, scale, plotHeight: plotHeight) + header(canvas)
            + groups.enumerated().flatMap { decorations($0.element, top: groupTop(groups, $0.offset), canvas) }
            + places.map { figures($0, canvas) }
            + foot.enumerated().map { index, line in
                canvas.label(
                    line,
                    x: 20,
                    y: Self.top + plotHeight + 66 + Double(index) * 16,
                    size: 11,
                    ink: PlotCanvas.faintInk
                )
            }
            + [draw(blocks, data.name)]
        return Plot(
            name: "overhead",
            description: description,
            script: canvas.script(body),
            data: (data.name, data.text)
        )
    }

    /// Environments with a launch of anything; one without would only make rows of nothing.
    private var measuredEnvironments: [EnvironmentSummary] {
        notes.analysis.environments.filter { !$0.isNative && $0.launches > 0 }
    }

    private func measured(_ group: ResultGroup) -> ResultGroup? {
        let names = Set(measuredEnvironments.map(\.name))
        let group = ResultGroup(native: group.native, others: group.others.filter { names.contains($0.environment) })
        return group.others.isEmpty ? nil : group
    }

    private struct Place {
        var result: MetricResult
        var y: Double
    }

    private func groupTop(_ groups: [ResultGroup], _ index: Int) -> Double {
        groups.prefix(index).reduce(0) { $0 + Double(max(2, $1.others.count)) * Self.rowHeight + Self.groupGap }
    }

    private func places(_ groups: [ResultGroup]) -> [Place] {
        groups.enumerated().flatMap { index, group in
            let spare = Double(max(0, 2 - group.others.count)) * Self.rowHeight / 2
            return group.others.enumerated().map { row, result in
                Place(
                    result: result,
                    y: groupTop(groups, index) + Self.groupGap / 2 + spare + (Double(row) + 0.5) * Self.rowHeight
                )
            }
        }
    }

    private static func row(_ place: Place) -> [String]? {
        guard let estimate = place.result.comparison?.estimate else { return nil }
        return [
            GnuplotText.number(place.y), GnuplotText.number(estimate.value), GnuplotText.number(estimate.lower),
            GnuplotText.number(estimate.upper), estimate.lower == nil ? "0" : "1", "\(estimate.rounds)",
            GnuplotText.field(place.result.workload), GnuplotText.field(place.result.caseLabel),
            GnuplotText.field(place.result.metric.name), GnuplotText.field(place.result.environment),
        ]
    }

    private func frame(_ canvas: PlotCanvas, _ scale: OverheadScale, plotHeight: Double) -> [String] {
        scale.axis(length: Self.right - Self.left, rows: plotHeight)
            + canvas.margins(left: Self.left, right: Self.right, top: Self.top, bottom: Self.top + plotHeight)
            + [
                canvas.label(
                    "← costs less",
                    x: Self.left,
                    y: Self.top + plotHeight + 40,
                    size: 11,
                    ink: PlotCanvas.faintInk
                ),
                canvas.label(
                    "overhead against native (linear near 0, logarithmic beyond)",
                    x: (Self.left + Self.right) / 2,
                    y: Self.top + plotHeight + 40,
                    size: 11,
                    ink: PlotCanvas.faintInk,
                    alignment: "center"
                ),
                canvas.label(
                    "costs more →",
                    x: Self.right,
                    y: Self.top + plotHeight + 40,
                    size: 11,
                    ink: PlotCanvas.faintInk,
                    alignment: "right"
                ),
            ]
    }

    private func header(_ canvas: PlotCanvas) -> [String] {
        var lines = [
            canvas.label("What isolation costs", x: 20, y: 26, size: 18, bold: true),
            canvas.label(
                "points: Hodges-Lehmann estimate, hollow with too few \(Wording.counted(notes.analysis)) for an interval; "
                    + "bars: 95 % interval; "
                    + "shaded: smaller than what matters",
                x: 20,
                y: 50,
                size: 12,
                ink: PlotCanvas.faintInk
            ),
            canvas.label(
                "overhead and 95 % interval",
                x: Double(Self.width) - 20,
                y: Self.top - 16,
                size: 11,
                ink: PlotCanvas.faintInk,
                alignment: "right"
            ),
        ]
        var x = 26.0
        for environment in measuredEnvironments {
            lines += canvas.key(environment.name, x: x, y: 76, mark: marks[environment.name] ?? .unknown)
            x += 34 + PlotCanvas.width(environment.name)
        }
        return lines
    }

    /// The shaded band of what does not matter, and the workload's name with what native reached.
    private func decorations(_ group: ResultGroup, top: Double, _ canvas: PlotCanvas) -> [String] {
        guard let first = group.first else { return [] }
        let height = Double(max(2, group.others.count)) * Self.rowHeight
        let upper = top + Self.groupGap / 2
        let middle = Self.top + upper + height / 2
        let delta = GnuplotText.number(log1p(first.metric.delta))
        let native = group.native?.median.map { "native \(Format.value($0, unit: first.metric.unit))" }
        return [
            "set object rectangle from position(-\(delta)), \(GnuplotText.place(upper)) "
                + "to position(\(delta)), \(GnuplotText.place(upper + height)) behind "
                + "fillcolor rgb \"\(PlotCanvas.band)\" fillstyle solid noborder",
            canvas.label(
                TextWidth.cut(first.label, to: 28),
                x: Self.left - 14,
                y: middle - 9,
                size: 12,
                bold: true,
                alignment: "right"
            ),
            canvas.label(
                native ?? "native has no value",
                x: Self.left - 14,
                y: middle + 8,
                size: 11,
                ink: PlotCanvas.faintInk,
                alignment: "right"
            ),
        ]
    }

    private func figures(_ place: Place, _ canvas: PlotCanvas) -> String {
        guard let estimate = place.result.comparison?.estimate else {
            return canvas.label(
                "no figure",
                x: Double(Self.width) - 20,
                y: Self.top + place.y,
                size: 11,
                ink: PlotCanvas.faintInk,
                alignment: "right"
            )
        }
        let interval = Format.interval(estimate).map { "  (\($0))" } ?? "  (no interval)"
        return canvas.label(
            Format.typographic(Format.overhead(estimate.value) + interval),
            x: Double(Self.width) - 20,
            y: Self.top + place.y,
            size: 11,
            alignment: "right"
        )
    }

    private func draw(_ blocks: [(String, Int)], _ file: String) -> String {
        guard !blocks.isEmpty else { return "set yrange [1:0]; plot NaN notitle" }
        let parts = blocks.flatMap { name, index -> [String] in
            let mark = marks[name] ?? .unknown
            let style = "linecolor rgb \"\(mark.colour)\""
            let source = "'\(file)' index \(index) using"
            return [
                "\(source) ($5 == 1 ? position($3) : NaN):1:(position($4) - position($3)):(0) "
                    + "with vectors nohead linewidth 2.5 \(style)",
                "\(source) ($5 == 1 ? position($2) : NaN):1 with points pointtype \(mark.point) pointsize 0.85 \(style)",
                "\(source) ($5 == 0 ? position($2) : NaN):1 with points pointtype \(mark.hollow) pointsize 0.85 linewidth 1.8 \(style)",
            ]
        }
        return "plot " + parts.joined(separator: ", \\\n    ")
    }

    private var description: String {
        "Overhead against native by workload and environment with 95 % intervals; the table of overheads has the same "
            + "figures."
    }
}
