import Foundation
import Host

/// A program that takes whatever it gets of every measured CPU.
enum BusyLoop {
    /// Runs one on each CPU but the first, where benchrun measures unless told otherwise, while a test does something.
    static func within<Success: Sendable>(_ body: () async throws -> Success) async throws -> Success {
        let cpus = CPUAffinity.current.dropFirst()
        var loops: [ChildProcess] = []
        for cpu in cpus {
            loops.append(
                try await ChildProcess.start(
                    ["taskset", "-c", "\(cpu)", "sh", "-c", "while :; do :; done"],
                    environment: ProcessInfo.processInfo.environment
                )
            )
        }
        let result: Result<Success, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        for loop in loops { await loop.stop(grace: .seconds(1)) }
        return try result.get()
    }
}
