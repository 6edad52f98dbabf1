import Analysis
import BenchrunModel
import Experiment
import Foundation
import Host
import Results

/// Writes a run's folder: samples as they come, the manifest when something about the run became known.
actor RunRecorder: SampleSink {
    private var manifest: RunManifest
    private let folder: RunFolder
    private let writer: SampleWriter
    private let telemetry: TelemetryWriter
    private let began: UInt64

    init(
        manifest: RunManifest,
        folder: RunFolder,
        writer: SampleWriter,
        telemetry: TelemetryWriter,
        began: UInt64
    ) {
        self.manifest = manifest
        self.folder = folder
        self.writer = writer
        self.telemetry = telemetry
        self.began = began
    }

    /// Why `--strict` refuses an environment that has attested.
    func refusal(of environment: String) -> String? {
        StrictCheck(manifest: manifest).refusal(of: environment)
    }

    func append(_ rows: [Sample]) async throws {
        try await writer.append(rows)
    }

    func append(telemetry records: [TelemetryRecord]) async throws {
        try await telemetry.append(records)
    }

    func keep(evidence: String, of cell: String) async -> String? {
        let folder = folder.outputs
        let name = cell.map { $0.isLetter || $0.isNumber || "-._".contains($0) ? $0 : "_" }
        let path = folder + "/" + String(name) + ".txt"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(evidence.utf8).write(to: URL(filePath: path))
            return path
        } catch {
            return nil
        }
    }

    /// Records what the first instance of an environment got.
    func attested(_ environment: String, inside: [String: String], outside: [String: String]) {
        guard let index = manifest.environments.firstIndex(where: { $0.spec.name == environment }) else { return }
        manifest.environments[index].attested = inside
        manifest.environments[index].enforced = outside
        // It is saved again when the session ends; a failure shows there.
        try? folder.save(manifest)
    }

    /// Records what the experiment learnt about its schedule.
    func scheduleChanged(_ change: ScheduleChange) async {
        var schedule = manifest.schedule ?? ScheduleRecord(stopping: .fixed(manifest.rounds))
        switch change {
        case .pairs(let pairs): schedule.pairs = pairs
        case .pilot(let pilot): schedule.pilots.append(pilot)
        }
        manifest.schedule = schedule
        let (folder, manifest) = (folder, manifest)
        // It is saved again when the session ends; a failure shows there.
        try? await FileQueue.run("manifest") { () throws(ResultsError) in try folder.save(manifest) }
    }

    /// Records how the session ended.
    func end(_ ending: SessionEnding) throws {
        let last = manifest.sessions.count - 1
        guard last >= 0 else { return }
        manifest.sessions[last].seconds = Double(RawClock.now() - began) / 1e9
        switch ending {
        case .completed: manifest.sessions[last].ending = .completed
        case .budget: manifest.sessions[last].ending = .budget
        case .interrupted: manifest.sessions[last].ending = .interrupted
        case .failed(let reason):
            manifest.sessions[last].ending = .failed
            manifest.sessions[last].reason = reason
        }
        try folder.save(manifest)
    }
}
