/// A dotted path into a JSON document: `jobs.0.read.iops`; `percentile."99.000000"` where a name has dots.
struct JSONPath {
    /// Names of members and numbers of elements, from the root.
    let components: [String]

    /// Reads a path; nil where a part is empty or a quote has no end.
    init?(_ text: String) {
        var components: [String] = []
        var rest = text[...]
        while true {
            if rest.first == "\"" {
                rest = rest.dropFirst()
                guard let end = rest.firstIndex(of: "\"") else { return nil }
                components.append(String(rest[..<end]))
                rest = rest[rest.index(after: end)...]
            } else {
                let part = rest.prefix { $0 != "." && $0 != "\"" }
                components.append(String(part))
                rest = rest[part.endIndex...]
            }
            guard components.last?.isEmpty == false else { return nil }
            guard let dot = rest.first else { break }
            guard dot == ".", rest.count > 1 else { return nil }
            rest = rest.dropFirst()
        }
        self.components = components
    }
}
