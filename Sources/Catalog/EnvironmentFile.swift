import BenchrunModel
import Yams

/// One file under `environments/` before what it extends is known.
struct EnvironmentFile {
    static let keys = ["title", "driver", "extends", "options", "differs", "half-width"]

    /// Its name.
    let name: String
    /// Its title.
    let title: String
    /// The driver it names itself.
    let driver: Text?
    /// The environment it extends.
    let parent: Text?
    /// Its own options.
    let options: [(name: Text, value: String)]
    /// Its own half-width.
    let halfWidth: Double?
    /// Facts that it declares itself to differ from native's.
    let differs: [String]
    /// Where to report what is found out later.
    let log: ProblemLog

    /// Reads a file.
    init?(_ file: SourceFile, log: ProblemLog) {
        guard let root = Document.root(of: file, log: log),
            let reader = MappingReader(root, keys: Self.keys, log: log)
        else { return nil }
        name = file.name
        self.log = log
        title = reader.requiredLine("title", example: "how the report calls it")?.value ?? ""
        driver = reader.text("driver")
        parent = reader.text("extends")
        if !reader.has("driver"), !reader.has("extends") {
            reader.reportMissing("driver", example: "docker")
        }
        halfWidth = reader.fraction("half-width")
        options = Self.options(reader, log)
        differs = Self.differs(reader, log)
    }

    private static func differs(_ reader: MappingReader, _ log: ProblemLog) -> [String] {
        let facts = reader.texts("differs", example: "[\(FactKey.seccomp)]") ?? []
        for fact in facts where !FactKey.compared.contains(fact.value) {
            let question = Names.question(Names.near(fact.value, in: FactKey.compared))
            let known = "known are \(FactKey.compared.joined(separator: ", "))"
            log.report(
                fact.mark,
                "differs: unknown fact '\(Excerpt.of(fact.value, limit: 40))'"
                    + (question.map { ": \($0)" } ?? "; \(known)")
            )
        }
        return facts.map(\.value)
    }

    private static func options(_ reader: MappingReader, _ log: ProblemLog) -> [(name: Text, value: String)] {
        guard let node = reader.node("options"),
            let entries = MappingReader(node, subject: "options", keys: nil, log: log)
        else { return [] }
        return entries.keys.compactMap { key in
            entries.text(key.value).map { (key, $0.value) }
        }
    }
}
