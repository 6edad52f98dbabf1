import Analysis
import BenchrunModel
import Results

/// What each step of the ladder costs: a point for the estimate, a bar for its interval, the whole ladder below them.
struct LadderPlot {
    let notes: PlotNotes

    private static let width = 1120
    private static let rowHeight = 19.0
    private static let groupGap = 15.0
    private static let left = 560.0
    private static let right = 930.0
    private static let top = 96.0
    private static let stepColour = "#1f83c6"
    private static let wholeColour = "#d55e00"

    private struct Place {
        var ladder: LadderResult
        var step: LadderResult.Step
        var isWhole: Bool
        var isFirst: Bool
        var y: Double
    }

    /// The script and data; nil where no ladder has a step.
    func plot() -> Plot? {
        let places = self.places()
        guard let last = places.last else { return nil }
        let height = last.y + Self.rowHeight
        let foot = PlotNotes.lines(
            LadderTable.missing(notes.analysis) + [notes.caption],
            width: Double(Self.width) - 40,
            size: 11
        )
        let canvas = PlotCanvas(
            name: "ladder",
            width: Self.width,
            height: Int(Self.top + height + 62 + Double(foot.count) * 16 + 8),
            about: ["What each step of the ladder takes away and costs.", notes.run]
        )
        let scale = OverheadScale(
            places.flatMap { place in
                [place.step.estimate?.value, place.step.estimate?.lower, place.step.estimate?.upper].compactMap { $0 }
            }
        )
        let data = self.data(places)
        let body =
            frame(canvas, scale, height: height) + header(canvas) + places.flatMap { texts($0, canvas) }
            + foot.enumerated().map { index, line in
                canvas.label(
                    line,
                    x: 20,
                    y: Self.top + height + 66 + Double(index) * 16,
                    size: 11,
                    ink: PlotCanvas.faintInk
                )
            }
            + [draw(data.blocks)]
        return Plot(
            name: "ladder",
            description: "What each step of the ladder costs with its 95 % interval, workload by workload; the table "
                + "of steps has the same figures.",
            script: canvas.script(body),
            data: ("ladder.dat", data.text)
        )
    }

    private func places() -> [Place] {
        var places: [Place] = []
        var y = Self.groupGap
        for ladder in notes.analysis.ladders where !ladder.steps.isEmpty {
            let steps = ladder.steps.map { ($0, false) } + [ladder.whole].compactMap { $0.map { ($0, true) } }
            for (index, step) in steps.enumerated() {
                places.append(Place(ladder: ladder, step: step.0, isWhole: step.1, isFirst: index == 0, y: y))
                y += Self.rowHeight
            }
            y += Self.groupGap
        }
        return places
    }

    private func data(_ places: [Place]) -> (text: String, blocks: [(index: Int, isWhole: Bool)]) {
        var data = GnuplotData(
            name: "ladder.dat",
            about: [
                "Cost of a step as a log ratio: ln(more / less), inverted where higher is better. \(notes.run)",
                "y: place in the picture, in pixels from its upper edge.",
            ],
            columns: ["y", "log_ratio", "lower", "upper", "has_interval", "rounds", "workload", "from", "to"]
        )
        let blocks = [false, true].compactMap { isWhole -> (Int, Bool)? in
            let rows = places.filter { $0.isWhole == isWhole }.compactMap(Self.row)
            return data.add(isWhole ? "whole ladders" : "steps", rows: rows).map { ($0, isWhole) }
        }
        return (data.text, blocks)
    }

    private static func row(_ place: Place) -> [String]? {
        guard let estimate = place.step.estimate else { return nil }
        return [
            GnuplotText.number(place.y), GnuplotText.number(estimate.value), GnuplotText.number(estimate.lower),
            GnuplotText.number(estimate.upper), estimate.lower == nil ? "0" : "1", "\(estimate.rounds)",
            GnuplotText.field(place.ladder.label), GnuplotText.field(place.step.from),
            GnuplotText.field(place.step.to),
        ]
    }

    private func frame(_ canvas: PlotCanvas, _ scale: OverheadScale, height: Double) -> [String] {
        scale.axis(length: Self.right - Self.left, rows: height)
            + canvas.margins(left: Self.left, right: Self.right, top: Self.top, bottom: Self.top + height)
            + [
                canvas.label(
                    "cost of what the step takes away (linear near 0, logarithmic beyond)",
                    x: (Self.left + Self.right) / 2,
                    y: Self.top + height + 40,
                    size: 11,
                    ink: PlotCanvas.faintInk,
                    alignment: "center"
                )
            ]
    }

    private func header(_ canvas: PlotCanvas) -> [String] {
        [
            canvas.label("What each step of the ladder costs", x: 20, y: 26, size: 18, bold: true),
            canvas.label(
                "points: Hodges-Lehmann estimate over rounds, hollow with too few for an interval; bars: 95 % interval; "
                    + "right of 0: what the step takes away cost that much",
                x: 20,
                y: 50,
                size: 12,
                ink: PlotCanvas.faintInk
            ),
        ]
    }

    private func texts(_ place: Place, _ canvas: PlotCanvas) -> [String] {
        let y = Self.top + place.y
        var lines: [String] = []
        if place.isFirst {
            lines.append(canvas.label(TextWidth.cut(place.ladder.label, to: 24), x: 20, y: y, bold: true))
        }
        let words = (place.isWhole ? "all: " : "") + "\(place.step.from) → \(place.step.to)"
        lines.append(
            canvas.label(TextWidth.cut(words, to: 56), x: Self.left - 14, y: y, size: 11, alignment: "right")
        )
        let figure =
            place.step.estimate.map {
                Format.overhead($0.value) + (Format.interval($0).map { "  (\($0))" } ?? "  (no interval)")
            } ?? "no figure"
        lines.append(
            canvas.label(
                Format.typographic(figure),
                x: Double(Self.width) - 20,
                y: y,
                size: 11,
                alignment: "right"
            )
        )
        return lines
    }

    private func draw(_ blocks: [(index: Int, isWhole: Bool)]) -> String {
        guard !blocks.isEmpty else { return "set yrange [1:0]; plot NaN notitle" }
        let parts = blocks.flatMap { index, isWhole -> [String] in
            let style = "linecolor rgb \"\(isWhole ? Self.wholeColour : Self.stepColour)\""
            let source = "'ladder.dat' index \(index) using"
            let point = isWhole ? 13 : 7
            return [
                "\(source) ($5 == 1 ? position($3) : NaN):1:(position($4) - position($3)):(0) "
                    + "with vectors nohead linewidth 2.5 \(style)",
                "\(source) ($5 == 1 ? position($2) : NaN):1 with points pointtype \(point) pointsize 0.9 \(style)",
                "\(source) ($5 == 0 ? position($2) : NaN):1 with points pointtype \(point - 1) pointsize 0.9 "
                    + "linewidth 1.8 \(style)",
            ]
        }
        return "plot " + parts.joined(separator: ", \\\n    ")
    }
}
