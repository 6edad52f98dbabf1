/// A picture as gnuplot makes it: a script and its data, which need nothing else.
struct Plot: Sendable {
    /// Base name of its files: `overhead`.
    var name: String
    /// What it shows, for those who cannot see it.
    var description: String
    /// The script.
    var script: String
    /// Name and text of the data file.
    var data: (name: String, text: String)

    /// File names by what they hold.
    var scriptName: String { "\(name).gp" }
    /// The vector picture.
    var vectorName: String { "\(name).svg" }
    /// The pixel picture.
    var bitmapName: String { "\(name).png" }
}

/// The parts that all scripts share: both pictures from one body, fonts, places in pixels.
struct PlotCanvas {
    var name: String
    /// In pixels of the vector picture.
    var width: Int
    var height: Int
    /// The comment at the script's head.
    var about: [String]

    /// Ink for what is not data. A report can replace it by the page's own colours.
    static let ink = "#1b1f24"
    static let faintInk = "#5b6670"
    static let grid = "#dfe3e8"
    static let band = "#e9edf2"

    /// A script that draws `body` as a vector and as a pixel picture.
    func script(_ body: [String]) -> String {
        let head =
            ["# \(name).gp"] + about.map { "# " + GnuplotText.comment($0) }
            + [
                "# Render it again with: gnuplot \(name).gp", "",
                "set encoding utf8", "set datafile separator \"\\t\"", "set datafile missing \"NaN\"", "",
                "do for [kind in \"svg png\"] {",
                "if (kind eq \"svg\") {",
                "    set terminal svg enhanced size \(width),\(height) font \"sans-serif,12\" "
                    // The terminal takes letters, digits and underscores only.
                    + "name \"\(name.replacing("-", with: "_"))\"",
                "} else { if (strstrt(GPVAL_TERMINALS, \"pngcairo\") > 0) {",
                "    set terminal pngcairo enhanced size \(width * 2),\(height * 2) fontscale 1.5 linewidth 2 "
                    + "pointscale 2.2 font \"sans-serif,9\"",
                "} else {",
                "    set terminal png enhanced size \(width),\(height) truecolor",
                "} }",
                "set output \"\(name).\".kind", "",
            ]
        return (head + body + ["unset output", "}"]).map { $0 + "\n" }.joined()
    }

    /// Horizontal place as a fraction of the picture.
    func x(_ pixels: Double) -> String { GnuplotText.place(pixels / Double(width)) }
    /// Vertical place as a fraction, counted from the top.
    func y(_ pixels: Double) -> String { GnuplotText.place(1 - pixels / Double(height)) }

    /// A text at a place in pixels from the top left.
    func label(
        _ text: String,
        x: Double,
        y: Double,
        size: Int = 12,
        bold: Bool = false,
        ink: String = Self.ink,
        alignment: String = "left",
        isInFront: Bool = false
    ) -> String {
        let literal = bold ? GnuplotText.bold(text) : GnuplotText.literal(text)
        return "set label \(literal) at screen \(self.x(x)),\(self.y(y)) \(alignment) "
            + "\(bold ? "enhanced" : "noenhanced") font \"\(Self.font(size))\" textcolor rgb \"\(ink)\""
            + (isInFront ? " front" : "")
    }

    /// A mark of a legend with its text.
    func key(_ text: String, x: Double, y: Double, mark: PlotMark) -> [String] {
        [
            "set label '' at screen \(self.x(x)),\(self.y(y)) point pt \(mark.point) ps 0.9 lc rgb \"\(mark.colour)\"",
            label(text, x: x + 12, y: y),
        ]
    }

    /// Margins of a plot in pixels from the top left.
    func margins(left: Double, right: Double, top: Double, bottom: Double) -> [String] {
        [
            "set lmargin at screen \(x(left))", "set rmargin at screen \(x(right))",
            "set tmargin at screen \(y(top))", "set bmargin at screen \(y(bottom))",
        ]
    }

    /// A font for a label; gnuplot scales it with the terminal.
    static func font(_ size: Int) -> String {
        "sans-serif,\(size)"
    }

    /// About how wide a text is, in pixels, to place what follows it.
    static func width(_ text: String, size: Int = 12) -> Double {
        Double(TextWidth.of(text)) * Double(size) * 0.62
    }
}

/// How an environment looks in every picture: a colour that the colour-blind can tell apart, and a shape.
struct PlotMark: Equatable, Sendable {
    var colour: String
    /// gnuplot's number of the filled shape.
    var point: Int
    /// The same shape, hollow.
    var hollow: Int { point - 1 }

    private static let native = PlotMark(colour: "#6b7680", point: 7)
    /// After Okabe and Ito (2008), without black and yellow.
    private static let all = [
        PlotMark(colour: "#1f83c6", point: 5), PlotMark(colour: "#cc79a7", point: 9),
        PlotMark(colour: "#009e73", point: 11), PlotMark(colour: "#d55e00", point: 13),
        PlotMark(colour: "#56b4e9", point: 15), PlotMark(colour: "#e69f00", point: 7),
    ]
    private static let usual = ["docker": 0, "podman": 1, "libvirt-kvm": 2, "libvirt-tcg": 3]

    /// The marks of a run's environments. Usual names have the same mark in every run; others take what is free.
    static func marks(_ environments: [String]) -> [String: PlotMark] {
        var marks: [String: PlotMark] = [:]
        var free = Set(all.indices)
        for name in environments {
            guard let place = usual[name] else { continue }
            marks[name] = all[place]
            free.remove(place)
        }
        var next = 0
        for name in environments where marks[name] == nil {
            if name == "native" {
                marks[name] = native
            } else if let place = free.min() {
                marks[name] = all[place]
                free.remove(place)
            } else {
                marks[name] = PlotMark(colour: all[next % all.count].colour, point: 5 + 2 * ((next + 3) % 6))
                next += 1
            }
        }
        return marks
    }

    /// The mark of an environment that the plan does not name.
    static let unknown = PlotMark(colour: "#6b7680", point: 7)
}
