import BenchrunModel
import Experiment
import Foundation
import Results
import Synchronization

/// `log.ndjson` of a run: what happened, one JSON object a line, with the wall clock. It helps to understand a run
/// and is needed by nothing, so that a failure to write it does not end one.
final class RunLog: Sendable {
    private struct Line: Encodable {
        var time: String
        var event: String
        var round: Int?
        var workload: String?
        var environment: String?
        var outcome: String?
        var seconds: Double?
        var text: String?
    }

    private let queue = FileQueue(label: "log")
    private let file: Mutex<FileHandle?>

    /// Appends to the run's log, which is made where it is missing.
    init(_ folder: RunFolder) {
        if !FileManager.default.fileExists(atPath: folder.log) {
            _ = FileManager.default.createFile(atPath: folder.log, contents: nil)
        }
        let handle = FileHandle(forWritingAtPath: folder.log)
        _ = try? handle?.seekToEnd()
        file = Mutex(handle)
    }

    /// Takes note of an event; what only a display needs is left out.
    func note(_ event: ExperimentEvent) {
        switch event {
        case .began(let cells, let rounds):
            write(event: "began", text: "\(cells) cells in rounds \(rounds.lowerBound) to \(rounds.upperBound)")
        case .pilot(let launch, let count): write(event: "pilot", text: "launch \(launch) of \(count)")
        case .decided(let pilot): write(event: "decided", workload: pilot.workload, text: PairLine.decided(pilot))
        case .replacing(let blocks): write(event: "replacing", text: PairLine.replacing(blocks))
        case .closed(let pair):
            write(
                event: "closed",
                round: pair.closing?.round,
                workload: pair.block.workload,
                environment: pair.environment,
                outcome: pair.closing?.reason.rawValue,
                text: PairLine.closed(pair)
            )
        case .round(let number, _): write(event: "round", round: number)
        case .launching(let environment): write(event: "launching", environment: environment)
        case .measured(let cell):
            write(
                event: "cell",
                round: cell.round,
                workload: cell.block.workload,
                environment: cell.environment,
                outcome: cell.outcome.rawValue,
                seconds: Double(cell.duration) / 1e9,
                text: cell.reason.isEmpty ? nil : cell.reason
            )
        case .removing(let count): write(event: "removing", text: "\(count) instances")
        case .warning(let text): write(event: "warning", text: text)
        case .ended(let ending): write(event: "ended", text: "\(ending)")
        case .cell, .step, .pairs: break
        }
    }

    private func write(
        event: String,
        round: Int? = nil,
        workload: String? = nil,
        environment: String? = nil,
        outcome: String? = nil,
        seconds: Double? = nil,
        text: String? = nil
    ) {
        let line = Line(
            time: Date().formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true)),
            event: event,
            round: round,
            workload: workload,
            environment: environment,
            outcome: outcome,
            seconds: seconds,
            text: text
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard var bytes = try? encoder.encode(line) else { return }
        bytes.append(UInt8(ascii: "\n"))
        let complete = bytes
        queue.async { [self] in
            file.withLock { try? $0?.write(contentsOf: complete) }
        }
    }
}
