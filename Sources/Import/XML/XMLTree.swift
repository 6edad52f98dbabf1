/// An element of an XML document, with the line it begins on. Attributes are not kept.
struct XMLTree: Sendable {
    var name: String
    /// From 1.
    var line: Int
    /// Its own text, without that of its children.
    var text = ""
    var children: [XMLTree] = []

    /// The children of a name.
    func all(_ name: String) -> [XMLTree] { children.filter { $0.name == name } }

    /// The only child of a name; nil where there is none.
    /// - Throws: ``ImportError`` where there are several.
    func only(_ name: String, file: String) throws(ImportError) -> XMLTree? {
        let found = all(name)
        guard found.count < 2 else {
            throw ImportError(
                subject: "\(file):\(found[1].line)",
                detail: "\(self.name): expected one '\(name)' and found \(found.count)"
            )
        }
        return found.first
    }

    /// The text of the only child of a name, on one line; empty where there is none.
    func words(_ name: String, file: String) throws(ImportError) -> String {
        ForeignName.clean(try only(name, file: file)?.text ?? "")
    }
}
