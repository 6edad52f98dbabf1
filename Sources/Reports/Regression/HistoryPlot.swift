import Analysis
import BenchrunModel
import Glibc
import Results

/// One series over its runs: the overhead with its interval, and a line where it changes.
struct HistoryPlot {
    let series: HistorySeries

    /// The latest runs that a picture has room for.
    private static let most = 200
    private static let canvas = (width: 900, height: 320)

    /// The picture; its files are named after the series.
    func plot() -> Plot {
        let entries = Array(series.entries.suffix(Self.most))
        let offset = series.entries.count - entries.count
        let name = Self.fileName(series)
        var data = GnuplotData(
            name: "\(name).tsv",
            about: ["Overhead of \(series.label) in \(series.key.environment), one line a run, in per cent of native."],
            columns: ["place", "overhead", "lower", "upper", "run"]
        )
        let rows = entries.enumerated().map { place, entry in
            let overhead = entry.overhead.map { expm1($0) * 100 }
            return [
                "\(place + 1)", GnuplotText.number(overhead),
                GnuplotText.number(entry.lower.map { expm1($0) * 100 } ?? overhead),
                GnuplotText.number(entry.upper.map { expm1($0) * 100 } ?? overhead), GnuplotText.field(entry.run),
            ]
        }
        let index = data.add("runs", rows: rows)
        let alerts = series.alerts.filter { $0.index >= offset }
        let canvas = PlotCanvas(
            name: name,
            width: Self.canvas.width,
            height: Self.canvas.height,
            about: ["\(series.label) in \(series.key.environment) over \(entries.count) runs."]
        )
        var body = canvas.margins(left: 70, right: 880, top: 56, bottom: 270)
        body.append(canvas.label("\(series.label) in \(series.key.environment)", x: 16, y: 18, size: 14, bold: true))
        body.append(
            canvas.label(
                "overhead against native, 95 % intervals, the newest run at the right",
                x: 16,
                y: 38,
                ink: PlotCanvas.faintInk
            )
        )
        for (number, alert) in alerts.enumerated() {
            let place = Double(alert.index - offset) + 0.5
            body.append(
                "set arrow from first \(GnuplotText.place(place)),graph 0 to first \(GnuplotText.place(place)),graph 1 nohead "
                    + "dashtype 2 linecolor rgb \"#d55e00\""
            )
            body.append(
                canvas.label(
                    "alert: \(Format.percent(alert.change)) at \(alert.run)",
                    x: 70 + Double(number % 3) * 270,
                    y: 300,
                    ink: "#b34700"
                )
            )
        }
        body += [
            "set border 3 linecolor rgb \"\(PlotCanvas.faintInk)\"",
            "set grid ytics linecolor rgb \"\(PlotCanvas.grid)\"",
            "set xtics nomirror", "set ytics nomirror", "set format y '%g %%'",
            "set xrange [0.5:\(entries.count).5]", "unset key",
        ]
        let file = GnuplotText.literal(data.name)
        body.append(
            index == nil
                ? "set yrange [0:1]; plot NaN notitle"
                : "plot \(file) index 0 using 1:2:3:4 with yerrorbars pt 7 ps 0.5 lc rgb \"#1f83c6\" notitle"
        )
        return Plot(
            name: name,
            description:
                "The overhead of \(series.label) in \(series.key.environment) over \(entries.count) runs, with "
                + (alerts.isEmpty ? "no change point" : "\(alerts.count) change points"),
            script: canvas.script(body),
            data: (data.name, data.text)
        )
    }

    /// A name that is a file's everywhere, and that gnuplot takes for a picture's.
    static func fileName(_ series: HistorySeries) -> String {
        let parts = [series.key.workload, series.key.caseLabel, series.key.environment].filter { !$0.isEmpty }
        return parts.joined(separator: "_").map { character in
            character.isASCII && (character.isLetter || character.isNumber) ? String(character) : "_"
        }.joined()
    }
}
