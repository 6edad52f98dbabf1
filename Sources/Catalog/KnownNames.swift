/// Names that other files may refer to, also those of files with problems: these are reported once, at the file.
struct KnownNames {
    /// Names by kind.
    var names: [CatalogKind: Set<String>]

    /// Whether there is a file of that name.
    func has(_ name: String, _ kind: CatalogKind) -> Bool {
        names[kind]?.contains(name) ?? false
    }

    /// Reports a name that no file has.
    func check(_ text: Text, _ kind: CatalogKind, _ log: ProblemLog) {
        guard !has(text.value, kind) else { return }
        let question = Names.question(Names.near(text.value, in: names[kind] ?? []))
        log.report(
            text.mark,
            "unknown \(kind.rawValue) '\(Excerpt.of(text.value, limit: 40))'"
                + (question.map { ": \($0)" } ?? "; 'benchrun list' shows all")
        )
    }
}
