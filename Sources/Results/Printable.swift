/// Text from files, tools and names, made safe to print: such text may hold control characters that a terminal
/// would obey.
public enum Printable {
    /// The text on one line without control or formatting characters, each replaced by `?`, line breaks and tabs by
    /// a space; cut after `limit` characters.
    public static func line(_ text: String, limit: Int = .max) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .lineSeparator, .paragraphSeparator: result.append(" ")
            case .control: result.append(scalar == "\n" || scalar == "\t" || scalar == "\r" ? " " : "?")
            case .format, .surrogate, .privateUse, .unassigned: result.append("?")
            default: result.append(scalar)
            }
        }
        let line = String(result)
        guard line.count > limit, limit > 0 else { return line }
        return line.prefix(limit - 1) + "…"
    }
}
