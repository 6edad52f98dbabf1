import Foundation

/// Small text files, read whole.
enum TextFile {
    /// The file's text; nil where it cannot be read.
    static func read(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// At most the last lines of a file that may be long; empty where it cannot be read.
    static func tail(_ path: String, lines: Int = 12, bytes: UInt64 = 4096) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { return "" }
        defer { try? file.close() }
        let size = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: size > bytes ? size - bytes : 0)
        let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
        return trimmed(text).split(separator: "\n").suffix(lines).joined(separator: "\n")
    }

    /// Without white space at both ends.
    static func trimmed(_ text: String) -> String {
        text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
