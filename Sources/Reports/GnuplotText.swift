import Results

/// Text in gnuplot scripts and their data, where nothing in it may be obeyed.
enum GnuplotText {
    /// A string literal. In single quotes gnuplot replaces neither backquotes, `$`, `@` nor backslashes; a quotation
    /// mark is doubled. Line breaks and control characters would end the literal or reach a terminal: they go.
    /// What shows it is set to `noenhanced`, so that `{`, `_` and `^` are plain too.
    static func literal(_ text: String) -> String {
        "'" + Printable.line(text).replacing("'", with: "''") + "'"
    }

    /// The literal of a bold text. The vector terminal knows bold only as markup, so the characters of markup are
    /// escaped in the text.
    static func bold(_ text: String) -> String {
        var escaped = ""
        for character in Printable.line(text) {
            if "\\{}^_@&~".contains(character) { escaped.append("\\") }
            escaped.append(character)
        }
        return "'{/:Bold " + escaped.replacing("'", with: "''") + "}'"
    }

    /// The literal of a text on an axis, where gnuplot takes `%` for the beginning of a format.
    static func tick(_ text: String) -> String {
        literal(text.replacing("%", with: "%%"))
    }

    /// Text behind `#`: on one line. A backslash at a line's end would continue the comment on the next one.
    static func comment(_ text: String) -> String {
        let line = Printable.line(text)
        return line.hasSuffix("\\") ? line + " " : line
    }

    /// A field of a tab-separated data file: no tabs, line breaks or quotation marks, never empty.
    static func field(_ text: String) -> String {
        let line = Printable.line(text).replacing("\"", with: "'")
        return line.isEmpty ? "-" : line
    }

    /// A number of a data file or script; one that is missing is `NaN`, which is not drawn.
    static func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "NaN" }
        return SampleEncoder.text(value)
    }

    /// A length or place, with no more digits than a picture has.
    static func place(_ value: Double) -> String {
        SampleEncoder.text((value * 10000).rounded() / 10000)
    }
}
