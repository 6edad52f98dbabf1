/// Hostile text made fit for one line of a message: no control characters, bounded.
enum Excerpt {
    /// The text's beginning.
    static func of(_ text: some StringProtocol, limit: Int = 160) -> String {
        // A scalar of the excerpt comes from at most a few of the text, but blanks fold: look at a bounded part.
        let scalars = text.unicodeScalars.prefix(limit * 8)
        let folded = fold(scalars)
        let isWhole = scalars.endIndex == text.unicodeScalars.endIndex && folded.count <= limit
        return isWhole ? string(folded) : string(folded.prefix(limit)) + "…"
    }

    /// The beginning of bytes that should be UTF-8.
    static func of(_ bytes: [UInt8], limit: Int = 160) -> String {
        of(String(decoding: bytes.prefix(limit * 16), as: UTF8.self), limit: limit)
    }

    /// The end of bytes that should be UTF-8.
    static func end(of bytes: [UInt8], limit: Int = 200) -> String {
        let text = String(decoding: bytes.suffix(limit * 16), as: UTF8.self)
        let folded = fold(text.unicodeScalars)
        return folded.count <= limit ? string(folded) : "…" + string(folded.suffix(limit))
    }

    /// Runs of blanks and line ends become one space; other control characters become `?`.
    private static func fold(_ scalars: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
        var folded: [Unicode.Scalar] = []
        for scalar in scalars {
            if scalar.properties.isWhitespace {
                if let last = folded.last, last != " " { folded.append(" ") }
            } else {
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .privateUse, .unassigned: folded.append("?")
                default: folded.append(scalar)
                }
            }
        }
        if folded.last == " " { folded.removeLast() }
        return folded
    }

    private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
