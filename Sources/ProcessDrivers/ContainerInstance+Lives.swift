import BenchrunModel
import Foundation
import Glibc
import Host

/// What a container's user types, through the engine's own command.
extension ContainerInstance: LifecycleOperations {
    /// Without a daemon a second client now and then closes the channel of the first one, which is the agent's.
    nonisolated var operations: Set<LifecycleOperation> {
        let all: Set<LifecycleOperation> = [.pause, .unpause, .exec, .attach, .commit, .restart, .kill]
        return connection.client.dialect.hasDaemon ? all : all.subtracting([.attach])
    }

    func perform(_ operation: LifecycleOperation) async throws {
        let name = spec.name
        switch operation {
        case .pause:
            try await engine.check(["pause", name])
            pause = .engine
        case .unpause:
            try await engine.check(["unpause", name])
            pause = nil
        case .exec: try await engine.check(["exec", name, "true"])
        case .attach: try await attachAnother()
        case .commit:
            let image = EngineImage.committed(name)
            committed = image
            try await engine.check(["commit"] + EngineLabel.change(EngineLabel.instance, name) + [name, image])
        case .restart: try await engine.check(["restart", "-t", Self.stopTimeout, name])
        case .kill: try await engine.check(["kill", name])
        case .agentExec, .snapshot, .save, .restore:
            throw DriverError(
                subject: engine.subject(operation.rawValue),
                detail: "a container has no such operation here",
                nextStep: "remove '\(operation.rawValue)' from the workload's 'operations'"
            )
        }
    }

    func removeCommitted() async throws {
        guard let image = committed else { return }
        // It may not have come to be.
        _ = try await engine.run(["rmi", "--force", image])
        committed = nil
    }

    /// What comes out of a container is what its agent says, so that is asked until some of it came through the new
    /// client.
    private func attachAnother() async throws {
        guard let link else { throw error("attach", "it was not started") }
        let ends = try AgentLink.spawnPair()
        defer { close(ends.link) }
        let follower: ChildProcess
        do {
            defer { close(ends.child) }
            follower = try await engine.follow(spec.name, output: ends.child, log: log)
        }
        do {
            try await awaitOutput(of: follower, through: ends.link, asking: link)
        } catch {
            await Task { await follower.stop(grace: .seconds(1)) }.value
            throw error
        }
        await follower.stop(grace: .seconds(1))
    }

    private func awaitOutput(of follower: ChildProcess, through socket: Int32, asking link: AgentLink) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: EngineClient.action)
        var byte: UInt8 = 0
        while recv(socket, &byte, 1, Int32(MSG_DONTWAIT)) != 1 {
            guard clock.now < deadline else { throw error("attach", "nothing came out within \(EngineClient.action)") }
            guard follower.isRunning else { throw error("attach", "its client ended: \(TextFile.tail(log))") }
            _ = try await link.ping(within: EngineClient.question)
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}

extension EngineClient {
    /// Connects one more client to a container's output.
    func follow(_ name: String, output: Int32, log: String) async throws -> ChildProcess {
        do {
            return try await ChildProcess.start(
                whole(["attach", "--no-stdin", "--sig-proxy=false", name]),
                output: .descriptor(output),
                error: .file(log)
            )
        } catch let error as HostError {
            throw DriverError(subject: subject("attach"), detail: error.detail, nextStep: error.nextStep)
        }
    }
}

extension EngineImage {
    /// The name of the image that is made of a container.
    static func committed(_ container: String) -> String { "benchrun-commit:\(container)" }
}

extension EngineLabel {
    /// Arguments of `commit` that set a label beside those that the container hands on.
    static func change(_ label: String, _ value: String) -> [String] { ["--change", "LABEL \(label)=\(value)"] }
}
