import Results

/// Names from files of other tools, made fit for run.json, tables and pictures.
enum ForeignName {
    /// In characters; a command line can be long, a whole script is no name.
    static let longest = 1000

    /// The text on one line, runs of blanks as one, control characters as `?`.
    static func clean(_ text: String) -> String {
        if isClean(text) { return text }
        return Printable.line(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Whether that would change nothing, which one look at ASCII tells.
    private static func isClean(_ text: String) -> Bool {
        var last = UInt8(ascii: " ")
        for byte in text.utf8 {
            guard (0x20...0x7E).contains(byte), byte != last || byte != UInt8(ascii: " ") else { return false }
            last = byte
        }
        return last != UInt8(ascii: " ") || text.isEmpty
    }

    /// The same, for a name that must be there.
    /// - Throws: ``ImportError`` where nothing is left, or too much: to cut it could make two names one.
    static func check(_ text: String, _ what: String, at subject: String) throws(ImportError) -> String {
        let name = clean(text)
        guard !name.isEmpty else {
            throw ImportError(subject: subject, detail: "\(what): expected a name and found an empty text")
        }
        guard name.count <= longest else {
            throw ImportError(
                subject: subject,
                detail: "\(what): expected a name of at most \(longest) characters and found \(name.count)",
                nextStep: "give it a shorter name where it is measured"
            )
        }
        return name
    }

    /// A file's name without directories and without what follows the last point.
    static func stem(of path: String) -> String {
        let name = lastComponent(of: path)
        guard let point = name.lastIndex(of: "."), point != name.startIndex else { return name }
        return String(name[..<point])
    }

    /// A file's name without directories.
    static func lastComponent(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
