public import Analysis
import Results

/// The candidate's figures in Bencher's metric format (https://bencher.dev/docs/reference/bencher-metric-format): for
/// each row the `overhead`, a ratio to native, and the metric itself.
public struct GateBencher: Sendable {
    /// The answer.
    public var report: GateReport

    /// Creates the document.
    public init(report: GateReport) {
        self.report = report
    }

    /// The whole document, with a line break at the end. A row without any figure is not in it.
    public func render() -> String {
        var seen: Set<String> = []
        return OrderedJSON.object(
            report.rows.compactMap { row in
                // Bencher refuses names that begin or end with a space.
                let name = Self.trimmed(GateWords.benchmark(row.row))
                let measures = measures(row.row)
                return !measures.isEmpty && seen.insert(name).inserted ? (name, .object(measures)) : nil
            }
        ).render()
    }

    private func measures(_ row: ComparedRow) -> [(name: String, value: OrderedJSON)] {
        let overhead = row.candidate.overhead
        return [
            (
                Self.overhead,
                Self.metric(
                    GateWords.ratio(overhead?.value),
                    lower: GateWords.ratio(overhead?.lower),
                    upper: GateWords.ratio(overhead?.upper)
                )
            ),
            (Self.slug(row.metric), Self.metric(row.candidate.median)),
        ].compactMap { name, metric in metric.map { (name: name, value: $0) } }
    }

    private static let overhead = "overhead"

    private static func metric(_ value: Double?, lower: Double? = nil, upper: Double? = nil) -> OrderedJSON? {
        guard let value = OrderedJSON.Finite(value) else { return nil }
        let bounds = [("lower_value", lower), ("upper_value", upper)].compactMap { name, bound in
            OrderedJSON.Finite(bound).map { (name: name, value: OrderedJSON.number($0)) }
        }
        return .object([("value", .number(value))] + bounds)
    }

    /// A measure's name as Bencher takes it, at most 64 lower-case letters, digits and single hyphens:
    /// `throughput-mib-s`. With the unit, since in Bencher a measure has one, and workloads differ in theirs.
    static func slug(_ metric: MetricRecord) -> String {
        let text = metric.unit == "1" ? metric.name : "\(metric.name) \(metric.unit)"
        let words = text.utf8.split { byte in
            !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                && !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        let slug = words.map { String(decoding: $0, as: UTF8.self).lowercased() }.joined(separator: "-").prefix(64)
        let whole = slug.hasSuffix("-") ? String(slug.dropLast()) : String(slug)
        return whole.isEmpty || whole == overhead ? "value" : whole
    }

    private static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars.drop { $0.properties.isWhitespace }
        let end = scalars.lastIndex { !$0.properties.isWhitespace }
        return end.map { String(scalars[...$0]) } ?? ""
    }
}
