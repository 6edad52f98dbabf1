/// One panel of a picture of stacked bars, one a row, from 0 to so many seconds.
struct BarPanel {
    var title: String
    /// Its edges in the picture.
    var left: Double, right: Double
    /// Where its axis ends, in seconds.
    var end: Double

    /// The script's lines for its place, its axis and its title.
    func frame(_ canvas: PlotCanvas, top: Double, height: Double, rows: Int) -> [String] {
        let isMilliseconds = end < 2
        let ticks = BarPanels.ticks(to: end).map {
            "'\(Format.number($0 * (isMilliseconds ? 1000 : 1)))' \(GnuplotText.number($0))"
        }
        return canvas.margins(left: left, right: right, top: top, bottom: top + height) + [
            "set xrange [0:\(GnuplotText.number(end))]", "set yrange [\(rows):0]", "unset ytics",
            "set xtics (\(ticks.joined(separator: ", "))) scale 0 noenhanced font \"\(PlotCanvas.font(11))\"",
            "set grid xtics back linetype 1 linecolor rgb \"\(PlotCanvas.grid)\" linewidth 1",
            canvas.label("\(title), \(isMilliseconds ? "ms" : "s")", x: left, y: top - 14, size: 12, bold: true),
        ]
    }
}

extension PlotCanvas {
    /// A picture's title, a line on what is seen, and what each colour stands for.
    func heading(_ title: String, _ about: String, legend: [(name: String, colour: String)]) -> [String] {
        var lines = [
            label(title, x: 20, y: 26, size: 18, bold: true), label(about, x: 20, y: 50, size: 12, ink: Self.faintInk),
        ]
        var place = 26.0
        for entry in legend {
            lines += [
                "set label '' at screen \(x(place)),\(y(78)) point pt 5 ps 1.3 lc rgb \"\(entry.colour)\"",
                label(entry.name, x: place + 14, y: 78),
            ]
            place += 40 + Self.width(entry.name)
        }
        return lines
    }
}
