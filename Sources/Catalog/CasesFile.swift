import BenchrunModel
import Yams

/// The `cases` of a workload: parameters and their values, and who uses them.
final class CasesFile {
    /// Most cases one workload may have: each is a cell in every round and environment.
    static let most = 64

    /// Every combination of the parameters' values, in the order of the file; one empty case without parameters.
    private(set) var cases = [Case()]
    private var parameters: [Text] = []
    private var used: Set<String> = []
    private let log: ProblemLog

    /// Reads `cases: {size: [4k, 1M]}`.
    init(reader: MappingReader, log: ProblemLog) {
        self.log = log
        guard let node = reader.node("cases"),
            let entries = MappingReader(node, subject: "cases", keys: nil, log: log)
        else { return }
        for parameter in entries.keys {
            guard Names.isSafe(parameter.value), parameter.value.first?.isLetter == true else {
                let shown = Excerpt.of(parameter.value, limit: 40)
                log.report(parameter.mark, "cases: '\(shown)' is not a parameter's name; use \(Names.rule)")
                continue
            }
            parameters.append(parameter)
            let values = entries.texts(parameter.value, example: "[4k, 1M]") ?? []
            check(values, of: parameter)
            guard cases.count * max(1, values.count) <= Self.most else {
                log.report(parameter.mark, "cases: more than \(Self.most) combinations; make several workloads of it")
                return
            }
            cases = cases.flatMap { known in
                values.map { Case(known.values.merging([parameter.value: $0.value]) { _, new in new }) }
            }
        }
        if cases.isEmpty { cases = [Case()] }
    }

    private func check(_ values: [Text], of parameter: Text) {
        if values.isEmpty {
            log.report(parameter.mark, "cases: \(parameter.value) has no values; write '\(parameter.value): [4k, 1M]'")
        }
        var seen: Set<String> = []
        for value in values {
            let shown = Excerpt.of(value.value, limit: 40)
            let isPlain = value.value.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != ";" && $0 != "=" }
            if value.value.isEmpty || value.value.utf8.count > 64 || !isPlain {
                log.report(
                    value.mark,
                    "cases: \(parameter.value): expected 1 to 64 characters without blanks, ';' and '=', "
                        + "found '\(shown)'; it labels the samples"
                )
            } else if !seen.insert(value.value).inserted {
                log.report(value.mark, "cases: \(parameter.value): '\(shown)' is there twice; keep one")
            }
        }
    }

    /// Notes the placeholders of an argument; one without a parameter is reported.
    func use(_ argument: Text) {
        for name in Placeholder.names(in: argument.value) {
            used.insert(name)
            guard !parameters.contains(where: { $0.value == name }) else { continue }
            let question = Names.question(Names.near(name, in: parameters.map(\.value)))
            log.report(
                argument.mark,
                "placeholder '{\(name)}' has no parameter\(question.map { ": \($0)" } ?? "; add '\(name)' to 'cases'") "
                    + "('{{\(name)}}' is the text itself)"
            )
        }
    }

    /// Notes a parameter that has its meaning without being named in an argument.
    func use(parameter name: String) {
        used.insert(name)
    }

    /// Reports parameters that no argument names.
    func reportUnused() {
        for parameter in parameters where !used.contains(parameter.value) {
            log.report(
                parameter.mark,
                "cases: no argument uses '\(parameter.value)'; write '{\(parameter.value)}' where its value belongs"
            )
        }
    }
}
