import BenchrunModel
import Results

extension ImportedSeries {
    /// Samples in the rounds that the files name. Rows of a round without iterations of their own are numbered.
    /// - Throws: ``ImportError`` where a series has two values for one iteration of a round.
    func rounds(of run: RunID, _ files: ImportedFiles) throws(ImportError) -> [Sample] {
        var samples: [Sample] = []
        for (place, entries) in places(files) {
            var counts: [Int: Int] = [:]
            var seen: [Int: Set<Int>] = [:]
            for entry in entries {
                let round = entry.value.round ?? 0
                counts[round, default: 0] += 1
                let iteration = entry.value.iteration ?? counts[round, default: 1]
                guard seen[round, default: []].insert(iteration).inserted else {
                    throw ImportError(
                        subject: "\(entry.file):\(entry.value.line)",
                        detail: "expected one value for round \(round), iteration \(iteration) of "
                            + "'\(Printable.line(place.key.workload, limit: 60))' in '\(place.key.environment)' "
                            + "and found two",
                        nextStep: "number the iterations of a round, or remove one of the lines"
                    )
                }
                samples.append(place.sample(entry.value, run: run, round: round, iteration: iteration))
            }
        }
        return samples
    }

    /// Samples without rounds: `round` counts the values of a series, so that each is a value of its own.
    func counted(of run: RunID, _ files: ImportedFiles) -> [Sample] {
        places(files).flatMap { place, entries in
            entries.enumerated().map { place.sample($0.element.value, run: run, round: $0.offset + 1, iteration: 1) }
        }
    }

    /// A series, and what its samples have in common.
    private struct Place {
        var key: Key
        var metric: MetricRecord
        /// Names cells: figures of one execution share one.
        var cell: String

        func sample(_ value: ForeignValue, run: RunID, round: Int, iteration: Int) -> Sample {
            Sample(
                run: run,
                session: 1,
                round: round,
                slot: 0,
                position: 0,
                cell: "r\(round)-\(cell)",
                instance: "imported",
                environment: key.environment,
                workload: key.workload,
                caseLabel: key.caseLabel,
                iteration: iteration,
                stage: .measured,
                attempt: 1,
                metric: metric.name,
                unit: metric.unit,
                better: metric.better,
                value: value.value,
                outcome: value.value == nil ? .failed : .ok,
                reason: value.failure,
                startedAt: 0,
                duration: 0
            )
        }
    }

    /// In the order of workloads, cases, environments and metrics.
    private func places(_ files: ImportedFiles) -> [(Place, [Entry])] {
        var places: [(Place, [Entry])] = []
        for (number, work) in works.enumerated() {
            for (caseNumber, label) in work.cases.enumerated() {
                for (environmentNumber, environment) in files.environments.enumerated() {
                    for metric in work.metrics {
                        let key = Key(
                            workload: work.name,
                            caseLabel: label,
                            metric: metric.name,
                            environment: environment
                        )
                        guard let entries = values[key] else { continue }
                        let cell = "e\(environmentNumber)-w\(number)-c\(caseNumber)"
                        places.append((Place(key: key, metric: metric, cell: cell), entries))
                    }
                }
            }
        }
        return places
    }
}
