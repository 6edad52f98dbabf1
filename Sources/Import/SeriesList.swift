import BenchrunModel
import Results

/// Gathers the values of a file into series. Entries of one series that a file repeats are further values of it.
struct SeriesList {
    private struct Key: Hashable {
        var environment: String?
        var workload, caseLabel, metric: String
    }

    private let file: String
    private var places: [Key: Int] = [:]
    /// The series so far.
    private(set) var series: [ForeignMeasurement] = []

    init(file: String) {
        self.file = file
    }

    /// Adds values to a series, which begins where it is new; values of `description` itself are not looked at.
    /// - Throws: ``ImportError`` where the series has another unit or direction so far.
    mutating func add(_ values: [ForeignValue], to description: ForeignMeasurement) throws(ImportError) {
        let key = Key(
            environment: description.environment,
            workload: description.workload,
            caseLabel: description.caseLabel,
            metric: description.metric
        )
        guard let place = places[key] else {
            places[key] = series.count
            series.append(description)
            series[series.count - 1].values = values
            return
        }
        guard series[place].unit == description.unit, series[place].better == description.better else {
            throw Self.conflict(series[place], description, at: "\(file):\(values.first?.line ?? 1)")
        }
        // Nothing may hold the series now, or its values would be copied each time.
        series[place].values += values
    }

    private static func conflict(
        _ known: ForeignMeasurement,
        _ other: ForeignMeasurement,
        at subject: String
    ) -> ImportError {
        ImportError(
            subject: subject,
            detail: "\(known.metric) of '\(Printable.line(known.workload, limit: 60))' is in '\(other.unit)', "
                + "\(other.better.rawValue) is better, and was in '\(known.unit)', "
                + "\(known.better.rawValue) is better, before",
            nextStep: "give the metrics two names, or one unit and direction"
        )
    }
}
