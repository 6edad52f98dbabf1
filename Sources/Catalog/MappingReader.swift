import Yams

/// A scalar of a file, and where it is.
struct Text {
    /// The scalar as it is written: `1`, `yes` and `0x10` are text like any other.
    var value: String
    /// Where it begins.
    var mark: Place?
}

/// One mapping of a file, read key by key. Whatever is not as expected is reported, and reading goes on.
struct MappingReader {
    /// What the mapping describes, for messages: empty for the file's root, else `metric 'iops'`.
    var subject: String
    /// Where the mapping begins.
    let mark: Place?
    /// The file's problems.
    let log: ProblemLog
    private var entries: [String: (key: Place?, value: Node)] = [:]

    /// Takes a mapping's keys; those not in `keys` are reported. Nil where the node is not a mapping.
    /// - Parameter keys: the known keys; nil allows any.
    init?(_ node: Node, subject: String = "", keys: [String]?, log: ProblemLog) {
        guard case .mapping(let mapping) = node else {
            log.report(
                node,
                subject.isEmpty ? "the file" : subject,
                expected: "a mapping",
                next: "write 'key: value' lines"
            )
            return nil
        }
        self.subject = subject
        self.mark = node.place
        self.log = log
        for (key, value) in mapping {
            guard case .scalar(let scalar) = key else {
                log.report(key, label("key"), expected: "a name", next: "write 'name: value'")
                continue
            }
            if let keys, !keys.contains(scalar.string) {
                let shown = Excerpt.of(scalar.string, limit: 40)
                let question = Names.question(Names.near(scalar.string, in: keys))
                let known = "known are \(keys.joined(separator: ", "))"
                log.report(key.place, label("unknown key '\(shown)'") + (question.map { ": \($0)" } ?? "; \(known)"))
            } else {
                entries[scalar.string] = (key.place, value)
            }
        }
    }

    /// The keys that are there, in the order of the file.
    var keys: [Text] {
        let marked = entries.map { Text(value: $0.key, mark: $0.value.key) }
        return marked.sorted { ($0.mark ?? Place(line: 0, column: 0)) < ($1.mark ?? Place(line: 0, column: 0)) }
    }

    /// Whether a key is there.
    func has(_ key: String) -> Bool {
        entries[key] != nil
    }

    /// A key's value.
    func node(_ key: String) -> Node? {
        entries[key]?.value
    }

    /// Where a key is, or the mapping's beginning.
    func mark(of key: String) -> Place? {
        entries[key]?.key ?? mark
    }

    /// Reports a problem at a key's value, at the key where the value has no place, or at the mapping.
    func report(_ key: String, _ message: String) {
        log.report(entries[key]?.value.place ?? mark(of: key), label(message))
    }

    /// Reports a missing key.
    func reportMissing(_ key: String, example: String) {
        log.report(mark, label("key '\(key)' is missing; add '\(key): \(example)'"))
    }

    /// A string; nil where the key is missing or something else.
    func text(_ key: String) -> Text? {
        entries[key].flatMap { Self.text($0.value, subject: label(key), log: log) }
    }

    /// A string that must be there and must not be blank: one line.
    func requiredLine(_ key: String, example: String) -> Text? {
        guard has(key) else {
            reportMissing(key, example: example)
            return nil
        }
        guard let text = text(key) else { return nil }
        let isBlank = text.value.allSatisfy(\.isWhitespace)
        guard !isBlank, !text.value.contains(where: \.isNewline), text.value.unicodeScalars.count <= 120 else {
            log.report(text.mark, label("\(key): expected one line of 1 to 120 characters; write '\(key): \(example)'"))
            return nil
        }
        return text
    }

    /// A list of strings; an entry that is not one is reported and left out.
    func texts(_ key: String, example: String) -> [Text]? {
        guard let node = node(key) else { return nil }
        guard case .sequence(let sequence) = node else {
            log.report(node, label(key), expected: "a list", next: "write '\(key): \(example)'")
            return nil
        }
        return sequence.enumerated().compactMap { index, node in
            Self.text(node, subject: label("\(key): item \(index + 1)"), log: log)
        }
    }

    /// A value that `parse` understands, or nil and a problem.
    func value<Value>(_ key: String, expected: String, next: String, _ parse: (String) -> Value?) -> Value? {
        guard let text = text(key) else { return nil }
        guard let value = parse(text.value) else {
            let shown = Excerpt.of(text.value, limit: 40)
            log.report(text.mark, label("\(key): expected \(expected), found '\(shown)'; \(next)"))
            return nil
        }
        return value
    }

    /// One of an enumeration's values.
    func choice<Value: RawRepresentable<String> & CaseIterable>(_ key: String, of type: Value.Type) -> Value? {
        guard let text = text(key) else { return nil }
        if let value = Value(rawValue: text.value) { return value }
        let names = Value.allCases.map(\.rawValue)
        let question = Names.question(Names.near(text.value, in: names)).map { "; \($0)" } ?? ""
        log.report(
            text.mark,
            label(
                "\(key): expected one of \(names.joined(separator: ", ")), "
                    + "found '\(Excerpt.of(text.value, limit: 40))'\(question)"
            )
        )
        return nil
    }

    /// A whole number in a range.
    func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        value(
            key,
            expected: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            next: "write '\(key): \(range.lowerBound)' or more"
        ) { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }
    }

    /// A duration with its unit.
    func duration(_ key: String) -> Duration? {
        value(
            key,
            expected: "a duration such as '30 s', at most 24 h",
            next: "write number and unit (ms, s, min, h)",
            Quantity.duration
        )
    }

    /// A size in bytes.
    func size(_ key: String, atLeast least: Int, _ leastText: String) -> Int? {
        value(
            key,
            expected: "a size such as '512 MiB', at least \(leastText)",
            next: "write number and unit (B, KiB, MiB, GiB, TiB)"
        ) { text in Quantity.size(text).flatMap { $0 >= least ? $0 : nil } }
    }

    /// A share in percent, as a fraction.
    func fraction(_ key: String) -> Double? {
        value(
            key,
            expected: "a percentage such as '5 %', more than 0 and at most 100 %",
            next: "write number and '%'",
            Quantity.fraction
        )
    }

    /// What values are multiplied by.
    func scale() -> Double? {
        value("scale", expected: "a number that is more than 0", next: "write for example '1.0e-6'") { text in
            NumberText.parse(text).flatMap { $0 > 0 ? $0 : nil }
        }
    }

    /// `metric 'iops': unit`.
    func label(_ text: String) -> String {
        subject.isEmpty ? text : "\(subject): \(text)"
    }

    /// A node as a string.
    static func text(_ node: Node, subject: String, log: ProblemLog) -> Text? {
        guard case .scalar(let scalar) = node, !scalar.isNull else {
            log.report(node, subject, expected: "a string", next: "write one value; '' is the empty string")
            return nil
        }
        guard !scalar.string.unicodeScalars.contains("\0") else {
            log.report(node.place, "\(subject): contains a NUL character; remove it")
            return nil
        }
        return Text(value: scalar.string, mark: node.place)
    }
}
