import AgentProtocol
import BenchrunModel

/// Empties the page caches that an instance reads through: the host's, and that of a kernel of its own.
struct ColdCache: Sendable {
    let host: any ExperimentHost
    let live: LiveInstance

    /// - Returns: nil when they are empty, else why they are not.
    /// - Throws: what the agent throws when the instance is gone.
    func drop() async throws -> String? {
        do {
            try await host.dropPageCache()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return "\(error)"
        }
        guard live.bootID != host.bootID else { return nil }
        let commands = [
            Command(["sync"]), Command(["dd", "of=/proc/sys/vm/drop_caches", "status=none"], input: Array("3\n".utf8)),
        ]
        for command in commands {
            let execution = try await live.agent.run(command, onOutput: nil)
            guard execution.termination == .exited(0) else {
                return "the guest's page cache cannot be dropped: '\(command.arguments.joined(separator: " "))' "
                    + "\(execution.termination.sentence); write 'page-cache: warm' in the workload's file"
            }
        }
        return nil
    }
}
