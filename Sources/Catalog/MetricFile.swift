import BenchrunModel
import Yams

/// Reads the `metrics` of a workload.
enum MetricFile {
    static let keys = [
        "name", "unit", "better", "pattern", "path", "resource", "phase", "density", "scale", "delta", "quantile",
        "requests",
    ]
    private static let sources = ["pattern", "path", "resource", "phase", "density"]

    /// The metrics, the primary one first.
    static func read(
        _ workload: MappingReader,
        activity: Workload.Activity,
        parser: OutputParser,
        cases: CasesFile,
        log: ProblemLog
    ) -> [Metric] {
        guard let node = workload.node("metrics") else {
            workload.reportMissing("metrics", example: "[{name: throughput, unit: MB/s, better: higher, pattern: …}]")
            return []
        }
        guard case .sequence(let sequence) = node else {
            log.report(node, "metrics", expected: "a list of metrics", next: "write a '- name: throughput' item")
            return []
        }
        if sequence.isEmpty { log.report(node.place, "metrics: the list is empty; write a '- name: throughput' item") }
        var metrics: [Metric] = []
        for (index, node) in sequence.enumerated() {
            let subject = "metric \(index + 1)"
            guard var reader = MappingReader(node, subject: subject, keys: keys, log: log),
                let metric = metric(reader, activity: activity, parser: parser, cases: cases)
            else { continue }
            reader.subject = "metric '\(metric.name)'"
            if metrics.contains(where: { $0.name == metric.name }) {
                reader.report("name", "the name is used twice; give each metric its own")
            }
            if index == 0, metric.better == .none {
                reader.report(
                    "better",
                    "better: the first metric is the one that is judged; write 'better: lower' or 'better: higher'"
                )
            }
            metrics.append(metric)
        }
        return metrics
    }

    private static func metric(
        _ start: MappingReader,
        activity: Workload.Activity,
        parser: OutputParser,
        cases: CasesFile
    ) -> Metric? {
        var reader = start
        let name = reader.requiredLine("name", example: "throughput")
        if let name {
            if Names.isSafe(name.value) {
                reader.subject = "metric '\(name.value)'"
            } else {
                reader.report("name", "'\(Excerpt.of(name.value, limit: 40))' is not a name; use \(Names.rule)")
            }
        }
        let unit = reader.requiredLine("unit", example: "MB/s")
        if let unit, unit.value.utf8.count > 16 {
            reader.report("unit", "unit: more than 16 characters; shorten it")
        }
        if !reader.has("better") { reader.reportMissing("better", example: "lower") }
        let better = reader.choice("better", of: Better.self)
        let scale = reader.scale()
        let source = source(reader, among: sources, activity: activity, parser: parser, cases: cases)
        checkUnit(unit, of: source, isScaled: reader.has("scale"), reader)
        let delta = reader.fraction("delta")
        let quantile = reader.fraction("quantile")
        let requests = requests(reader, activity: activity, parser: parser, cases: cases)
        if let quantile, quantile >= 1 { reader.report("quantile", "quantile: write less than 100 %, such as '99 %'") }
        guard let name, let unit, let better, let source else { return nil }
        var metric = Metric(
            name: name.value,
            unit: unit.value,
            better: better,
            source: source,
            scale: scale ?? 1,
            delta: delta ?? 0.05
        )
        metric.quantile = quantile
        metric.requests = requests
        return metric
    }

    /// How many requests are behind a quantile: a pattern or a path, whichever the parser takes.
    private static func requests(
        _ reader: MappingReader,
        activity: Workload.Activity,
        parser: OutputParser,
        cases: CasesFile
    ) -> Metric.Source? {
        guard reader.has("quantile") == reader.has("requests") else {
            let present = reader.has("quantile") ? "quantile" : "requests"
            reader.log.report(
                reader.mark(of: present),
                reader.label(
                    "'quantile' and 'requests' belong together: of how many requests it is decides whether it counts; "
                        + "add the other"
                )
            )
            return nil
        }
        guard reader.has("requests") else { return nil }
        if allowedSources(activity, parser).contains("pattern") { return pattern(reader, "requests") }
        if allowedSources(activity, parser).contains("path") { return path(reader, "requests", cases) }
        reader.report("requests", "requests: cannot be read with 'parser: \(parser.rawValue)'; use text or json")
        return nil
    }

    /// Where a figure comes from: the one key of `sources` that is there.
    static func source(
        _ reader: MappingReader,
        among sources: [String],
        activity: Workload.Activity,
        parser: OutputParser,
        cases: CasesFile
    ) -> Metric.Source? {
        let present = sources.filter(reader.has)
        guard present.count == 1, let key = present.first else {
            let found = present.isEmpty ? "none; add one" : present.joined(separator: " and ") + "; keep one"
            reader.log.report(
                reader.mark,
                reader.label("expected one of \(sources.joined(separator: ", ")), found \(found)")
            )
            return nil
        }
        let allowed = allowedSources(activity, parser)
        guard allowed.contains(key) else {
            let mode =
                switch activity {
                case .command: "parser: \(parser.rawValue)"
                case .lifecycle: "activity: lifecycle"
                case .density: "activity: density"
                case .engineOperation: "activity: \(OperationFile.activity)"
                }
            reader.log.report(
                reader.mark(of: key),
                reader.label("'\(key)' cannot be read with '\(mode)'; use \(allowed.joined(separator: " or "))")
            )
            return nil
        }
        switch key {
        case "pattern": return pattern(reader, key)
        case "path": return path(reader, key, cases)
        case "density": return reader.choice("density", of: DensityFigure.self).map { .density($0) }
        case "resource":
            let resource = reader.choice("resource", of: Resource.self)
            if activity.operation != nil, let resource, resource != .wall {
                reader.report(key, "resource: an engine's operation has only \(Resource.wall.rawValue); write that")
            }
            return resource.map { .resource($0) }
        default: return reader.choice("phase", of: Phase.self).map { .phase($0) }
        }
    }

    private static func allowedSources(_ activity: Workload.Activity, _ parser: OutputParser) -> [String] {
        switch (activity, parser) {
        case (.lifecycle, _): ["phase"]
        case (.density, _): ["density"]
        case (.engineOperation, _): ["resource"]
        case (.command, .text): ["pattern", "resource"]
        case (.command, .json), (.command, .fio): ["path", "resource"]
        case (.command, .none): ["resource"]
        }
    }

    private static func pattern(_ reader: MappingReader, _ key: String) -> Metric.Source? {
        guard let text = reader.text(key) else { return nil }
        switch OutputPattern.check(text.value) {
        case .usable:
            return .pattern(text.value)
        case .invalid:
            reader.report(key, "\(key): not a regular expression; look for unbalanced brackets or a stray '*'")
        case .groups(let count):
            reader.report(
                key,
                "\(key): expected one capture group, found \(count); "
                    + "put '(…)' around the value only, '(?:…)' elsewhere"
            )
        }
        return nil
    }

    private static func path(_ reader: MappingReader, _ key: String, _ cases: CasesFile) -> Metric.Source? {
        guard let text = reader.text(key) else { return nil }
        guard JSONPath(text.value) != nil else {
            reader.report(
                key,
                "\(key): expected names and numbers with dots between, such as 'jobs.0.read.iops'; "
                    + "write a name that has dots in double quotes"
            )
            return nil
        }
        cases.use(text)
        return .path(text.value)
    }

    private static func checkUnit(_ unit: Text?, of source: Metric.Source?, isScaled: Bool, _ reader: MappingReader) {
        guard let unit, !isScaled else { return }
        let expected: String
        switch source {
        case .resource(let resource): expected = resource.unit
        case .phase(let phase): expected = phase.unit
        case .density(let figure): expected = figure.unit
        case .pattern, .path, nil: return
        }
        if unit.value != expected {
            reader.report(
                "unit",
                "unit: it is measured in '\(expected)', found '\(Excerpt.of(unit.value))'; "
                    + "write 'unit: \(expected)', or give a scale"
            )
        }
    }
}
