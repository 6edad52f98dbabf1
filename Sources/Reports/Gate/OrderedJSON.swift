/// JSON whose members stay in their order, for formats that other programs define. It cannot fail, since it cannot hold
/// a number that JSON has no form for.
indirect enum OrderedJSON {
    case text(String)
    case number(Finite)
    case list([OrderedJSON])
    case object([(name: String, value: OrderedJSON)])

    /// A number that JSON can hold.
    struct Finite {
        fileprivate let value: Double

        init?(_ value: Double?) {
            guard let value, value.isFinite else { return nil }
            self.value = value
        }
    }

    /// The document, indented, with a line break at the end.
    func render() -> String { lines(indent: "") + "\n" }

    private func lines(indent: String) -> String {
        switch self {
        case .text(let text): Self.quote(text)
        // The shortest form that reads back as the same value.
        case .number(let number): number.value.description
        case .list(let values): Self.block("[", values.map { $0.lines(indent: indent + "  ") }, "]", indent)
        case .object(let members):
            Self.block(
                "{",
                members.map { "\(Self.quote($0.name)): \($0.value.lines(indent: indent + "  "))" },
                "}",
                indent
            )
        }
    }

    private static func block(_ open: String, _ parts: [String], _ close: String, _ indent: String) -> String {
        guard !parts.isEmpty else { return open + close }
        return open + "\n" + parts.map { "\(indent)  \($0)" }.joined(separator: ",\n") + "\n\(indent)\(close)"
    }

    /// Control and formatting characters are escaped too where JSON would allow them: a terminal might obey them.
    static func quote(_ text: String) -> String {
        "\""
            + text.unicodeScalars.map { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                    return String(scalar).utf16.map { unit in
                        let digits = String(unit, radix: 16)
                        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                    }.joined()
                default: return scalar == "\"" || scalar == "\\" ? "\\\(scalar)" : String(scalar)
                }
            }.joined() + "\""
    }
}
