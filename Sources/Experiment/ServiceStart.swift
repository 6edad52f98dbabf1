import AgentProtocol
import BenchrunModel

/// Starts a service in an instance and waits for the first byte of its answer.
struct ServiceStart: Sendable {
    let service: Lifecycle.Service
    let command: Command
    let limit: Duration
    let host: any ExperimentHost

    private enum First: Sendable {
        case answered(UInt64)
        case ended(AgentProtocol.Execution)
    }

    /// - Returns: when its program executed, and when it had answered, on the host's clock.
    /// - Throws: ``AgentError`` when it ends or lets the limit pass without an answer.
    func measure(
        by agent: any AgentConnection,
        in instance: String
    ) async throws -> (spawned: UInt64, answered: UInt64) {
        let process = try await agent.spawn(unlimited)
        let spawned = host.now()
        // A service that ends never answers: nobody need wait for the limit then.
        let first = try await withThrowingTaskGroup(of: First.self) { group in
            group.addTask {
                _ = try await agent.probe(service.endpoint, send: Array(service.request.utf8), within: limit)
                return .answered(host.now())
            }
            group.addTask { .ended(try await agent.wait(process)) }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
        switch first {
        case .answered(let time):
            return (spawned, time)
        case .ended(let execution):
            let said = String(decoding: (execution.output + execution.errorOutput).suffix(400), as: UTF8.self)
            throw AgentError(
                .refused,
                subject: instance,
                detail:
                    "service '\(command.arguments.first ?? "")' \(execution.termination.sentence) before it answered: "
                    + said
            )
        }
    }

    /// It runs for as long as its instance does: the limit is for its first answer.
    private var unlimited: Command {
        var command = command
        command.timeLimit = 0
        return command
    }
}
