import BenchrunModel
import Glibc
import Host

/// A process on this host whose standard input and output are the channel to the agent in it.
enum AgentProcess {
    /// Starts it. Nothing is left of a failure.
    /// - Parameters:
    ///   - log: the file for its standard error.
    ///   - errors: whose it is.
    static func start(
        _ arguments: [String],
        environment: [String: String] = [:],
        log: String,
        errors: InstanceErrors
    ) async throws -> (process: ChildProcess, link: AgentLink) {
        let ends = try AgentLink.spawnPair()
        defer { close(ends.child) }
        let link = try AgentLink(name: errors.instance, input: ends.link, output: ends.link)
        do {
            let process = try await errors.wrap("start") {
                try await ChildProcess.start(
                    arguments,
                    environment: environment,
                    input: .descriptor(ends.child),
                    output: .descriptor(ends.child),
                    error: .file(log)
                )
            }
            return (process, link)
        } catch {
            await link.close()
            throw error
        }
    }
}
