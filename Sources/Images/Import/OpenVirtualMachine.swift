import Host

/// The description of an appliance (DMTF's OVF), as far as it says which file is its disk.
struct OpenVirtualMachine: Equatable {
    /// The file of the only disk, as the description names it.
    var disk: String

    /// Reads a description.
    /// - Throws: `HostError` where it does not name one disk.
    init(_ text: String) throws {
        let tags = Self.tags(text)
        let disks = tags.filter { $0.name == "Disk" }.compactMap { $0.attributes["fileRef"] }
        guard let reference = disks.first, disks.count == 1 else {
            throw Self.failure(disks.isEmpty ? "names no disk" : "names \(disks.count) disks")
        }
        guard let file = tags.first(where: { $0.name == "File" && $0.attributes["id"] == reference }),
            let name = file.attributes["href"], !name.isEmpty
        else { throw Self.failure("does not say which file is the disk") }
        if let compression = file.attributes["compression"], compression != "identity" {
            throw Self.failure("has a disk compressed by '\(compression)'")
        }
        guard !name.contains("/"), name != "..", name != "." else {
            throw Self.failure("names the disk '\(name)', which is not beside it")
        }
        disk = name
    }

    private static func failure(_ detail: String) -> HostError {
        HostError(
            subject: "images",
            detail: "the appliance's description \(detail)",
            nextStep: "unpack the OVA and import the disk that has the root as disk:FILE"
        )
    }

    // MARK: - XML

    /// A start tag. Prefixes of namespaces are left out: `ovf:File` is `File`.
    struct Tag: Equatable {
        var name: String
        var attributes: [String: String]
    }

    /// All start tags of a document, in order. Comments, declarations and CDATA sections have none.
    static func tags(_ text: String) -> [Tag] {
        var tags: [Tag] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            rest = rest[start...]
            if let end = skipped(rest) {
                rest = end
                continue
            }
            guard let found = tag(&rest) else { break }
            if let found { tags.append(found) }
        }
        return tags
    }

    /// What follows a comment, a CDATA section or a declaration; nil where there is none of them.
    private static func skipped(_ text: Substring) -> Substring? {
        for (opening, closing) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")]
        where text.hasPrefix(opening) {
            return text.firstRange(of: closing).map { text[$0.upperBound...] } ?? ""
        }
        return nil
    }

    /// - Returns: nil at the end of a text that ends within a tag; the inner nil is an end tag.
    private static func tag(_ rest: inout Substring) -> Tag?? {
        rest.removeFirst()
        let name = rest.prefix { !$0.isWhitespace && $0 != ">" && $0 != "/" }
        guard !name.isEmpty else {
            guard let end = rest.firstIndex(of: ">") else { return nil }
            rest = rest[rest.index(after: end)...]
            return .some(nil)
        }
        rest = rest[name.endIndex...]
        var attributes: [String: String] = [:]
        while true {
            rest = rest.drop { $0.isWhitespace || $0 == "/" }
            guard let next = rest.first else { return nil }
            if next == ">" {
                rest.removeFirst()
                return Tag(name: local(name), attributes: attributes)
            }
            let key = rest.prefix { !$0.isWhitespace && $0 != "=" && $0 != ">" }
            rest = rest[key.endIndex...].drop { $0.isWhitespace }
            guard rest.first == "=" else {
                // Not XML; what is no attribute is passed over, so that the end is reached all the same.
                if key.isEmpty { rest = rest.dropFirst() }
                continue
            }
            rest = rest.dropFirst().drop { $0.isWhitespace }
            guard let quote = rest.first, quote == "\"" || quote == "'",
                let end = rest.dropFirst().firstIndex(of: quote)
            else { return nil }
            attributes[local(key)] = unescaped(rest[rest.index(after: rest.startIndex)..<end])
            rest = rest[rest.index(after: end)...]
        }
    }

    private static func local(_ name: Substring) -> String {
        String(name.split(separator: ":").last ?? name)
    }

    private static func unescaped(_ text: Substring) -> String {
        let names = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        return names.reduce(String(text)) { $0.replacing($1.0, with: $1.1) }
    }
}
