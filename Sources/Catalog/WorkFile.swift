import BenchrunModel
import Yams

/// Reads the `work` of a workload: what one execution does, as the tool tells it.
enum WorkFile {
    static let keys = ["operations", "read", "written", "syncs"]
    private static let sources = ["pattern", "path"]

    /// The work; nil where the file has none, or where it is wrong.
    static func read(_ workload: MappingReader, parser: OutputParser, cases: CasesFile, log: ProblemLog) -> Work? {
        guard let node = workload.node("work"),
            let reader = MappingReader(node, subject: "work", keys: keys, log: log)
        else { return nil }
        var work = Work()
        if let entry = entry(reader, "operations", keys: sources + ["scale", "unit"]) {
            work.operations = claim(entry, parser, cases)
            if let unit = entry.requiredLine("unit", example: "event") { work.unit = unit.value }
        }
        func plain(_ key: String) -> Work.Claim? {
            entry(reader, key, keys: sources + ["scale"]).flatMap { claim($0, parser, cases) }
        }
        work.read = plain("read")
        work.written = plain("written")
        work.syncs = plain("syncs")
        return work
    }

    private static func entry(_ reader: MappingReader, _ key: String, keys: [String]) -> MappingReader? {
        reader.node(key).flatMap { MappingReader($0, subject: "work: \(key)", keys: keys, log: reader.log) }
    }

    private static func claim(_ reader: MappingReader, _ parser: OutputParser, _ cases: CasesFile) -> Work.Claim? {
        let source = MetricFile.source(reader, among: sources, activity: .command, parser: parser, cases: cases)
        let scale = reader.scale()
        return source.map { Work.Claim(source: $0, scale: scale ?? 1) }
    }
}
