import Glibc

/// An axis for overheads from a few per cent to hundreds of times: linear near 0, logarithmic far from it, and
/// symmetrical, so that twice as fast is as far from 0 as twice as slow.
struct OverheadScale {
    /// Overhead at which the axis turns from linear to logarithmic.
    static let bend = 0.03
    /// The same as a function in gnuplot; d is a log ratio.
    static let function = "position(d) = sgn(d) * asinh((exp(abs(d)) - 1) / \(bend))"

    /// Ends of the axis, as log ratios.
    let lower: Double
    let upper: Double

    /// An axis that holds these log ratios, and at least a few per cent on each side.
    init(_ values: [Double], least: Double = 0.05) {
        let finite = values.filter(\.isFinite)
        let low = Self.position(min(finite.min() ?? 0, -log1p(least)))
        let high = Self.position(max(finite.max() ?? 0, log1p(least)))
        let pad = (high - low) * 0.04
        lower = Self.inverse(low - pad)
        upper = Self.inverse(high + pad)
    }

    /// Where a log ratio is on the axis.
    static func position(_ d: Double) -> Double {
        let size = asinh((exp(abs(d)) - 1) / bend)
        return d < 0 ? -size : size
    }

    private static func inverse(_ position: Double) -> Double {
        let size = log1p(bend * sinh(abs(position)))
        return position < 0 ? -size : size
    }

    /// The script's lines for a plot with this axis, a line at 0, and rows counted downwards.
    func axis(length: Double, rows: Double) -> [String] {
        let ticks = ticks(length: length, distance: 46).map { tick in
            "\(GnuplotText.tick(tick.text)) position(\(GnuplotText.number(tick.at)))"
        }
        return [
            Self.function, "reset", "set border 0", "unset key",
            "set xrange [position(\(GnuplotText.number(lower))):position(\(GnuplotText.number(upper)))]",
            "set yrange [\(GnuplotText.place(rows)):0]", "unset ytics",
            "set xtics (\(ticks.joined(separator: ", "))) scale 0 noenhanced font \"\(PlotCanvas.font(11))\" "
                + "textcolor rgb \"\(PlotCanvas.ink)\"",
            "set grid xtics back linetype 1 linecolor rgb \"\(PlotCanvas.grid)\" linewidth 1",
            "set arrow from 0, graph 0 to 0, graph 1 nohead back linecolor rgb \"\(PlotCanvas.ink)\" linewidth 1.2",
        ]
    }

    /// A mark on the axis.
    struct Tick {
        /// As a log ratio.
        var at: Double
        var text: String
    }

    /// Marks at round overheads, no closer than `distance` where the axis is `length` long, those near 0 first.
    func ticks(length: Double, distance: Double) -> [Tick] {
        let span = Self.position(upper) - Self.position(lower)
        var taken: [Double] = []
        var ticks: [Tick] = []
        for candidate in Self.candidates where candidate.at >= lower && candidate.at <= upper {
            let place = Self.position(candidate.at) / span * length
            guard taken.allSatisfy({ abs($0 - place) >= distance }) else { continue }
            taken.append(place)
            ticks.append(candidate)
        }
        return ticks.sorted { $0.at < $1.at }
    }

    /// The most useful first.
    private static let candidates: [Tick] = {
        var ticks = [Tick(at: 0, text: "0")]
        for percent in [10.0, 100, 900, 5, 400, 20, 50, 2, 1] {
            ticks.append(Tick(at: log1p(percent / 100), text: slower(percent)))
            if percent < 100 { ticks.append(Tick(at: log1p(-percent / 100), text: "−\(Format.number(percent)) %")) }
        }
        for factor in [100.0, 1000, 30, 300, 10_000, 3, 20, 50, 200, 500, 1e5, 1e6] {
            ticks.append(Tick(at: log(factor), text: "\(Format.number(factor, digits: 7))×"))
        }
        for divisor in [2.0, 10, 100, 5, 1000] {
            ticks.append(Tick(at: -log(divisor), text: "1/\(Format.number(divisor))"))
        }
        return ticks
    }()

    private static func slower(_ percent: Double) -> String {
        percent < 100 ? "+\(Format.number(percent)) %" : "\(Format.number(1 + percent / 100))×"
    }
}
