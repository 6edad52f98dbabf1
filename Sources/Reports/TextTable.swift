import Results

/// A table for terminals and logs: aligned columns, cut to a width, colour only when asked for.
struct TextTable {
    /// How a column behaves.
    struct Column {
        var title: String
        var alignment = Alignment.leading
        /// Columns with a higher number go first where the width is short; 0 stays.
        var sacrifice = 0
    }

    enum Alignment {
        case leading
        case trailing
    }

    /// What a cell means, from which its colour follows.
    enum Tone {
        case plain
        case strong
        case faint
        case good
        case bad
        case open
    }

    struct Cell {
        var text: String
        var tone: Tone

        init(_ text: String, _ tone: Tone = .plain) {
            self.text = Printable.line(text)
            self.tone = tone
        }
    }

    /// A line of cells, one a column, a blank line, or a text below the row before it, over the whole width.
    enum Row {
        case cells([Cell])
        case blank
        case note(String)
    }

    var columns: [Column]
    var rows: [Row] = []

    private static let gap = "  "

    init(_ columns: [Column]) {
        self.columns = columns
    }

    mutating func add(_ cells: [Cell]) {
        rows.append(.cells(cells))
    }

    /// The table's lines, each at most `width` characters wide and without trailing spaces.
    func lines(width: Int, colour: Bool) -> [String] {
        var shown = Array(columns.indices)
        var widths = columns.indices.map { index in
            rows.reduce(TextWidth.of(columns[index].title)) { widest, row in
                guard case .cells(let cells) = row, index < cells.count else { return widest }
                return max(widest, TextWidth.of(cells[index].text))
            }
        }
        func total() -> Int { shown.reduce(0) { $0 + widths[$1] } + Self.gap.count * max(0, shown.count - 1) }
        while total() > width, let least = shown.max(by: { columns[$0].sacrifice < columns[$1].sacrifice }),
            columns[least].sacrifice > 0
        {
            shown.removeAll { $0 == least }
        }
        // What is still too wide is cut, the widest column first.
        while total() > width, let widest = shown.max(by: { widths[$0] < widths[$1] }), widths[widest] > 8 {
            widths[widest] -= 1
        }
        let header = line(columns.map { Cell($0.title, .strong) }, shown, widths, colour)
        let rule = shown.map { String(repeating: "─", count: widths[$0]) }.joined(separator: Self.gap)
        return [header, Style(colour).paint(rule, .faint)]
            + rows.flatMap { row in
                switch row {
                case .cells(let cells): [line(cells, shown, widths, colour)]
                case .blank: [""]
                case .note(let text):
                    TextWidth.wrap("! \(Printable.line(text))", to: width - 2, indent: 2).map {
                        Style(colour).paint("  \($0)", .open)
                    }
                }
            }
    }

    private func line(_ cells: [Cell], _ shown: [Int], _ widths: [Int], _ colour: Bool) -> String {
        var parts: [String] = []
        for (place, index) in shown.enumerated() {
            let cell = index < cells.count ? cells[index] : Cell("")
            let text = TextWidth.cut(cell.text, to: widths[index])
            let padding = String(repeating: " ", count: max(0, widths[index] - TextWidth.of(text)))
            let painted = text.isEmpty ? "" : Style(colour).paint(text, cell.tone)
            let isLast =
                place == shown.count - 1
                || shown[(place + 1)...].allSatisfy {
                    $0 >= cells.count || cells[$0].text.isEmpty
                }
            switch columns[index].alignment {
            case .leading: parts.append(isLast ? painted : painted + padding)
            case .trailing: parts.append(padding + painted)
            }
            if isLast { break }
        }
        return parts.joined(separator: Self.gap)
    }
}

/// Colours of a terminal, or none.
struct Style {
    private let colour: Bool

    init(_ colour: Bool) {
        self.colour = colour
    }

    func paint(_ text: String, _ tone: TextTable.Tone) -> String {
        guard colour, let code = Self.codes[tone] else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    private static let codes: [TextTable.Tone: String] = [
        .strong: "1", .faint: "2", .good: "32", .bad: "31", .open: "33",
    ]
}
