/// A value of a JSON document, with the line it begins on.
struct JSONNode: Sendable {
    /// What it is.
    enum Content: Sendable {
        case null
        case bool(Bool)
        case number(Double)
        /// `NaN`, `-inf` and numbers that a Double cannot hold, as the file has them; an error only where one is used.
        case notFinite(String)
        case text(String)
        case list([JSONNode])
        case object(JSONMembers)
    }

    var content: Content
    /// From 1.
    var line: Int

    /// What it is, for messages.
    var found: String {
        switch content {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number: "a number"
        case .notFinite(let text): "'\(text)', which is no finite number"
        case .text: "text"
        case .list: "a list"
        case .object: "an object"
        }
    }
}

/// The members of an object.
struct JSONMembers: Sendable {
    private var nodes: [String: JSONNode] = [:]
    private var repeated: Set<String> = []

    /// Adds a member; of a name that comes twice it is not known which was meant.
    mutating func add(_ name: String, _ node: JSONNode) {
        if nodes.updateValue(node, forKey: name) != nil { repeated.insert(name) }
    }

    /// Names, sorted.
    var names: [String] { nodes.keys.sorted() }

    /// The member of a name.
    subscript(name: String) -> JSONNode? { nodes[name] }

    /// Whether the name comes more than once.
    func isRepeated(_ name: String) -> Bool { repeated.contains(name) }
}
