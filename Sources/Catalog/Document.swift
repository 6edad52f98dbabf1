import Yams

/// From the bytes of a file to its YAML document.
enum Document {
    /// The root mapping of a file; what is wrong with the file is reported.
    static func root(of file: SourceFile, log: ProblemLog) -> Node? {
        guard !file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) else {
            log.report(nil, "the file begins with a byte order mark; save it as UTF-8 without one")
            return nil
        }
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            log.report(invalidByte(in: file.bytes), "expected UTF-8, found another encoding; save the file as UTF-8")
            return nil
        }
        do {
            // Yams keeps a pointer into the text while it parses; a short string would not stay where it is.
            let padding = String(repeating: "\n", count: text.utf8.count < 16 ? 16 : 0)
            let node = try Parser(yaml: text + padding, encoding: .utf8).singleRoot()
            guard let node, !(node.scalar?.isNull ?? false) else {
                log.report(nil, "the file is empty; copy another file of the folder to begin with")
                return nil
            }
            return node
        } catch let error as YamlError {
            report(error, text: text, log: log)
        } catch {
            log.report(nil, "cannot be read as YAML: \(error); correct the file")
        }
        return nil
    }

    private static func report(_ error: YamlError, text: String, log: ProblemLog) {
        // What is wrong at the end is wrong behind the padding.
        func inside(_ mark: Mark) -> Place { min(Place(mark), place(after: text[...])) }
        switch error {
        case .composer(_, let problem, let mark, _) where problem.hasSuffix("another document"):
            log.report(inside(mark), "expected one document, found another; remove '---' and what follows")
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let origin = context.map { " (\($0.text) that begins in line \($0.mark.line))" } ?? ""
            log.report(inside(mark), "not YAML: \(problem)\(origin); correct the indentation, quotes or brackets here")
        case .reader(let problem, let offset, _, _):
            log.report(offset.map { place(after: text.prefix($0)) }, "not YAML: \(problem); remove the character")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let key = duplicates.first ?? ""
            log.report(
                second(key, from: Place(context.mark), in: text),
                "key '\(Excerpt.of(key, limit: 40))' is there twice; keep one"
            )
        default:
            log.report(nil, "not YAML: \(error); correct the file")
        }
    }

    /// The place where a key is repeated: the first place is all that the parser tells.
    private static func second(_ key: String, from mark: Place, in text: String) -> Place {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let later = lines.enumerated().dropFirst(mark.line).first { _, line in
            line.prefix(mark.column - 1).allSatisfy { $0 == " " || $0 == "-" }
                && line.dropFirst(mark.column - 1).hasPrefix(key + ":")
        }
        return later.map { Place(line: $0.offset + 1, column: mark.column) } ?? mark
    }

    /// Where decoding first had to replace something.
    private static func invalidByte(in bytes: [UInt8]) -> Place {
        place(after: String(decoding: bytes, as: UTF8.self).prefix { !$0.unicodeScalars.contains("\u{FFFD}") })
    }

    /// The place that follows a file's beginning.
    private static func place(after text: Substring) -> Place {
        let line = text.count { $0.isNewline } + 1
        let last = text.suffix(from: text.lastIndex { $0.isNewline }.map { text.index(after: $0) } ?? text.startIndex)
        return Place(line: line, column: last.unicodeScalars.count + 1)
    }
}
