/// How many columns of a terminal a text takes.
enum TextWidth {
    /// Columns of the whole text.
    static func of(_ text: String) -> Int {
        text.reduce(0) { $0 + columns($1) }
    }

    /// The text cut to a width, with `…` where something is missing.
    static func cut(_ text: String, to width: Int) -> String {
        guard of(text) > width else { return text }
        guard width > 0 else { return "" }
        var result = ""
        var used = 0
        for character in text {
            guard used + columns(character) <= width - 1 else { break }
            result.append(character)
            used += columns(character)
        }
        return result + "…"
    }

    /// The text in lines no wider than `width`, broken at spaces; a longer word has a line of its own. Lines but the
    /// first are indented.
    static func wrap(_ text: String, to width: Int, indent: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            let margin = lines.isEmpty ? 0 : indent
            if line.isEmpty {
                line = String(word)
            } else if of(line) + 1 + of(String(word)) + margin <= width {
                line += " " + word
            } else {
                lines.append(String(repeating: " ", count: margin) + line)
                line = String(word)
            }
        }
        if !line.isEmpty { lines.append(String(repeating: " ", count: lines.isEmpty ? 0 : indent) + line) }
        return lines
    }

    /// East Asian wide characters and emoji take two columns (Unicode Standard Annex 11, the common ranges).
    private static func columns(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default:
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark: return 0
            default: return 1
            }
        }
    }
}
