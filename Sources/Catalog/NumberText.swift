/// Numbers as tools print them: `12`, `-0.5`, `1.5e-3`. Not `nan`, `inf`, `0x1p3` or `1,234.5`.
enum NumberText {
    /// The number; nil unless the whole text is one and a Double can hold it.
    static func parse(_ text: some StringProtocol) -> Double? {
        var rest = Substring(text)
        if let sign = rest.first, sign == "-" || sign == "+" { rest = rest.dropFirst() }
        let whole = digits(&rest)
        var fraction = 0
        if rest.first == "." {
            rest = rest.dropFirst()
            fraction = digits(&rest)
        }
        guard whole + fraction > 0 else { return nil }
        if let mark = rest.first, mark == "e" || mark == "E" {
            rest = rest.dropFirst()
            if let sign = rest.first, sign == "-" || sign == "+" { rest = rest.dropFirst() }
            guard digits(&rest) > 0 else { return nil }
        }
        guard rest.isEmpty, let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// Takes the digits that the text begins with; returns how many there were.
    private static func digits(_ text: inout Substring) -> Int {
        let taken = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        text = text[taken.endIndex...]
        return taken.count
    }
}
