import Analysis

/// Numbers the differences that no file declares, so that a figure can point at those that may explain it.
struct DifferenceNotes {
    private let undeclared: [Difference]
    private let declared: [Difference]

    init(_ differences: [Difference]) {
        undeclared = differences.filter { !$0.isDeclared }
        declared = differences.filter(\.isDeclared)
    }

    /// `[1] podman differs from native in ...`
    var sentences: [String] {
        undeclared.enumerated().map { "[\($0.offset + 1)] \($0.element.sentence)" }
    }

    /// Those that the environments' files announce.
    var declaredSentences: [String] { declared.map(\.sentence) }

    /// ` [1, 3]` behind a verdict; empty where no difference can explain the figure.
    func mark(_ result: MetricResult) -> String {
        let numbers = undeclared.enumerated().filter {
            $0.element.environments.contains(result.environment) && $0.element.explains.contains(result.workload)
        }.map { "\($0.offset + 1)" }
        return numbers.isEmpty ? "" : " [\(numbers.joined(separator: ", "))]"
    }
}
