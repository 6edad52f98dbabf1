import BenchrunModel
import Yams

/// Reads one file under `suites/`.
enum SuiteFile {
    static let keys = [
        "title", "workloads", "environments", "ladder", "rounds", "budget", "half-width", "image", "cpu-quota",
        "memory", "scratch",
    ]

    /// The suite; `known` answers whether a name exists, problems of its own aside.
    static func read(_ file: SourceFile, log: ProblemLog, known: KnownNames) -> Suite? {
        guard let root = Document.root(of: file, log: log), let reader = MappingReader(root, keys: keys, log: log)
        else { return nil }
        let title = reader.requiredLine("title", example: "what it answers, in one line")
        let workloads = names("workloads", of: .workload, reader, known)
        let ladder = reader.has("ladder") ? names("ladder", of: .environment, reader, known) : []
        if ladder.count == 1 { reader.report("ladder", "ladder: one rung is no ladder; name at least two") }
        // A ladder's rungs are measured without being named twice.
        let others =
            reader.has("environments") || ladder.isEmpty ? names("environments", of: .environment, reader, known) : []
        if !known.has(EnvironmentSpec.nativeName, .environment) {
            log.report(
                reader.mark(of: "environments"),
                "the environment 'native' is missing, and every overhead is relative to it; "
                    + "add 'environments/native.yaml'"
            )
        }
        if !reader.has("rounds") { reader.reportMissing("rounds", example: "6") }
        let image = reader.text("image")
        if let image {
            known.check(image, .image, log)
        } else if !reader.has("image") {
            known.check(Text(value: "debian", mark: reader.mark), .image, log)
        }
        var suite = Suite(
            name: file.name,
            title: title?.value ?? "",
            workloads: workloads,
            environments: others + ladder.filter { !others.contains($0) },
            rounds: reader.integer("rounds", in: 1...10_000) ?? 1,
            budget: reader.duration("budget")
        )
        suite.ladder = ladder
        suite.halfWidth = reader.fraction("half-width")
        suite.image = image?.value ?? suite.image
        suite.cpuQuota = reader.fraction("cpu-quota").map { max(1, Int(($0 * 100).rounded())) } ?? suite.cpuQuota
        suite.memory = reader.size("memory", atLeast: 64 << 20, "64 MiB") ?? suite.memory
        suite.scratch = reader.size("scratch", atLeast: 64 << 20, "64 MiB") ?? suite.scratch
        return log.problems.isEmpty ? suite : nil
    }

    private static func names(
        _ key: String,
        of kind: CatalogKind,
        _ reader: MappingReader,
        _ known: KnownNames
    ) -> [String] {
        guard reader.has(key) else {
            reader.reportMissing(key, example: "[\(known.names[kind]?.sorted().first ?? "name")]")
            return []
        }
        guard let texts = reader.texts(key, example: "[\(known.names[kind]?.sorted().first ?? "name")]") else {
            return []
        }
        if texts.isEmpty { reader.report(key, "\(key): the list is empty; name at least one \(kind.rawValue)") }
        var seen: Set<String> = []
        for text in texts {
            if seen.insert(text.value).inserted {
                known.check(text, kind, reader.log)
            } else {
                reader.log.report(text.mark, "\(key): '\(Excerpt.of(text.value, limit: 40))' is there twice; keep one")
            }
        }
        return texts.map(\.value)
    }
}
