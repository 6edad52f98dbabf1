import Results

/// A value of a document and where it is, for messages: `results[2].times`.
struct JSONPlace: Sendable {
    let node: JSONNode
    /// Empty for the document itself.
    let path: String
    let file: String

    /// `native.json:7`
    var subject: String { "\(file):\(node.line)" }

    /// The path, for messages.
    var name: String { path.isEmpty ? "the document" : path }

    /// That something else was expected here.
    func error(expected what: String, found: String? = nil) -> ImportError {
        ImportError(subject: subject, detail: "\(name): expected \(what) and found \(found ?? node.found)")
    }

    // MARK: Inside

    /// A member; nil where it is missing or null.
    func member(_ name: String) throws(ImportError) -> JSONPlace? {
        guard case .object(let members) = node.content else { throw error(expected: "an object") }
        guard let node = members[name] else { return nil }
        let place = JSONPlace(node: node, path: path.isEmpty ? name : "\(path).\(name)", file: file)
        guard !members.isRepeated(name) else {
            throw place.error(expected: "one member of this name", found: "two")
        }
        if case .null = node.content { return nil }
        return place
    }

    /// A member that must be there.
    func required(_ name: String, _ what: String) throws(ImportError) -> JSONPlace {
        guard let place = try member(name) else {
            throw error(expected: "\(what) in '\(name)'", found: "none")
        }
        return place
    }

    /// Names of the members of an object, sorted.
    func names() throws(ImportError) -> [String] {
        guard case .object(let members) = node.content else { throw error(expected: "an object") }
        return members.names
    }

    /// Elements of a list.
    func elements() throws(ImportError) -> [JSONPlace] {
        guard case .list(let nodes) = node.content else { throw error(expected: "a list") }
        return nodes.enumerated().map { JSONPlace(node: $0.element, path: "\(path)[\($0.offset)]", file: file) }
    }

    /// Elements of a list that must have some.
    func someElements() throws(ImportError) -> [JSONPlace] {
        let elements = try elements()
        guard !elements.isEmpty else { throw error(expected: "at least one element", found: "an empty list") }
        return elements
    }

    // MARK: Values

    /// A number that is finite.
    func number() throws(ImportError) -> Double {
        guard case .number(let value) = node.content else { throw error(expected: "a number") }
        return value
    }

    /// A text.
    func text() throws(ImportError) -> String {
        guard case .text(let text) = node.content else { throw error(expected: "text") }
        return text
    }

    /// A text that names something.
    func label() throws(ImportError) -> String {
        try ForeignName.check(try text(), name, at: subject)
    }

    /// A text, number or truth value as text on one line; nil for anything else.
    var words: String? {
        switch node.content {
        case .text(let text): ForeignName.clean(text)
        case .number(let value): SampleEncoder.text(value)
        case .bool(let value): "\(value)"
        case .null, .notFinite, .list, .object: nil
        }
    }

    /// Whether it is `true`.
    var isTrue: Bool {
        if case .bool(true) = node.content { true } else { false }
    }
}
