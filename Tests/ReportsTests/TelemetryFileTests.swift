import BenchrunModel
import Foundation
import TestSupport
import Testing

@testable import Results

@Suite("telemetry.csv")
struct TelemetryFileTests {
    private static func record(_ cell: String, _ iteration: Int = 1, session: Int = 1, cpu: UInt64 = 5)
        -> TelemetryRecord
    {
        TelemetryRecord(
            cell: cell,
            session: session,
            stage: .measured,
            iteration: iteration,
            counters: [Counter(.host, "cpu"): cpu, Counter(.domain, "vcpu.0.time"): .max]
        )
    }

    private func all(_ path: String) throws -> [TelemetryRecord] {
        var reader = try TelemetryReader(path: path)
        var records: [TelemetryRecord] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test("What is written is read again, an execution at a time")
    func roundTrip() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("telemetry.csv")
        let records = [
            Self.record("r1.a,\"b\"[x=1].native.1"), Self.record("r1.a.docker.1"), Self.record("r1.a.docker.1", 2),
        ]
        let writer = try await TelemetryWriter.open(path: path)
        try await writer.append([records[0]])
        try await writer.append([])
        try await writer.append(Array(records[1...]))
        #expect(try all(path) == records)
        #expect(try text(path).hasPrefix("cell,session,stage,iteration,scope,counter,unit,value\n"))
        #expect(try text(path).contains("r1.a.docker.1,1,measured,2,host,cpu,ns,5\n"))
    }

    @Test("A line that was cut off is left out, and removed before more is written")
    func cutOff() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("telemetry.csv")
        let writer = try await TelemetryWriter.open(path: path)
        try await writer.append([Self.record("r1.a.native.1")])
        let whole = try text(path)
        for tail in ["r1.a.dock", "r1.a.docker.1,1,measured,1,host,cpu,ns,12"] {
            try Data((whole + tail).utf8).write(to: URL(filePath: path))
            #expect(try all(path) == [Self.record("r1.a.native.1")])
            _ = try await TelemetryWriter.open(path: path)
            #expect(try text(path) == whole)
        }
        try Data((whole + String(repeating: "\0", count: 200_000)).utf8).write(to: URL(filePath: path))
        _ = try await TelemetryWriter.open(path: path)
        #expect(try text(path) == whole)
        try Data("cell,sess".utf8).write(to: URL(filePath: path))
        _ = try await TelemetryWriter.open(path: path)
        #expect(try all(path).isEmpty)
    }

    @Test("Other columns and scopes of a later version are ignored; what is wrong is told with file and line")
    func foreign() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("telemetry.csv")
        func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }
        func failure() -> String? {
            do { _ = try all(path) } catch { return "\(error)" }
            return nil
        }
        let header = "note,cell,session,stage,iteration,scope,counter,unit,value"
        try write(header + "\n,c,1,measured,1,moon,cpu,ns,1\n,c,1,measured,1,host,cpu,ns,2\n")
        #expect(try all(path).map(\.counters) == [[Counter(.host, "cpu"): 2]])
        try write(header + "\r\n,c,1,measured,1,host,cpu,ns,2\r\n")
        #expect(try all(path).count == 1)
        try write(header + "\n,c,1,measured,1,host,cpu,ns,-2\n")
        #expect(failure()?.contains("telemetry.csv:2: value is not a whole number") == true)
        try write(header + "\n,c,1,asleep,1,host,cpu,ns,2\n")
        #expect(failure()?.contains("telemetry.csv:2: stage is not one") == true)
        try write(header + "\n,c,1\n,c,1,measured,1,host,cpu,ns,2\n")
        #expect(failure()?.contains("telemetry.csv:2: has 3 fields instead of 9") == true)
        try write("cell,session\n")
        #expect(failure()?.contains("telemetry.csv:1: missing columns stage, iteration") == true)
        try write("")
        #expect(failure()?.contains("missing columns cell") == true)
    }
}
