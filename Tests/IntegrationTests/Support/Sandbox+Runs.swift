import BenchrunModel
import Foundation
import Results

extension Sandbox {
    /// Ids of the runs that were made here.
    var runs: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: results)) ?? []).sorted()
    }

    /// The store of these runs.
    var store: RunStore { RunStore(results: results, plots: plots) }

    /// The only run that was made here.
    func onlyRun() throws -> RunFolder {
        guard runs.count == 1, let run = RunID(runs[0]) else {
            throw Unexpected("one run in \(results), but there are \(runs)")
        }
        return store.folder(of: run)
    }

    /// Does something in a sandbox and removes it.
    static func within<Success>(_ body: (Sandbox) async throws -> Success) async throws -> Success {
        let sandbox = try Sandbox()
        defer { sandbox.remove() }
        return try await body(sandbox)
    }
}

/// What a test needs to go on and did not find.
struct Unexpected: Error, CustomStringConvertible {
    var description: String

    init(_ expected: String) {
        description = "expected \(expected)"
    }
}
