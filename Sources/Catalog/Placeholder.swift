/// `{name}` in an argument stands for a case's value. `{{name}}` is the text `{name}`; all other braces are themselves.
enum Placeholder {
    /// A part of an argument.
    enum Piece: Equatable {
        /// Text to be taken as it is.
        case text(String)
        /// The name of a parameter.
        case name(String)
    }

    /// The parts of an argument, in order.
    static func pieces(of argument: String) -> [Piece] {
        var pieces: [Piece] = []
        var text = ""
        var rest = argument[...]
        while let opening = rest.firstIndex(of: "{") {
            text += rest[..<opening]
            rest = rest[opening...]
            if rest.hasPrefix("{{"), let name = name(in: rest.dropFirst()), rest.dropFirst(name.count + 3).first == "}"
            {
                text += "{\(name)}"
                rest = rest.dropFirst(name.count + 4)
            } else if let name = name(in: rest) {
                if !text.isEmpty { pieces.append(.text(text)) }
                text = ""
                pieces.append(.name(String(name)))
                rest = rest.dropFirst(name.count + 2)
            } else {
                text += "{"
                rest = rest.dropFirst()
            }
        }
        text += rest
        if !text.isEmpty || pieces.isEmpty { pieces.append(.text(text)) }
        return pieces
    }

    /// The parameters an argument names.
    static func names(in argument: String) -> [String] {
        pieces(of: argument).compactMap { piece in
            if case .name(let name) = piece { name } else { nil }
        }
    }

    /// The argument with the values put in; a parameter without a value stays as it is written.
    static func expand(_ argument: String, with values: [String: String]) -> String {
        pieces(of: argument).map { piece in
            switch piece {
            case .text(let text): text
            case .name(let name): values[name] ?? "{\(name)}"
            }
        }.joined()
    }

    /// The argument written so that ``expand(_:with:)`` gives it back unchanged.
    static func escape(_ argument: String) -> String {
        var escaped = ""
        var rest = argument[...]
        while let opening = rest.firstIndex(of: "{") {
            escaped += rest[..<opening]
            rest = rest[opening...]
            if let name = name(in: rest) {
                escaped += "{{\(name)}}"
                rest = rest.dropFirst(name.count + 2)
            } else {
                escaped += "{"
                rest = rest.dropFirst()
            }
        }
        return escaped + rest
    }

    /// The safe name in braces that the text begins with.
    private static func name(in text: Substring) -> Substring? {
        guard text.first == "{", let closing = text.prefix(Names.longest + 2).firstIndex(of: "}") else { return nil }
        let name = text[text.index(after: text.startIndex)..<closing]
        guard let first = name.first, first.isLetter, Names.isSafe(name) else { return nil }
        return name
    }
}
