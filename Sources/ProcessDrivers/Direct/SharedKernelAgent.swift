import AgentProtocol
import BenchrunModel

/// An agent in an instance that is shown an invented boot id, though its kernel and clocks are the host's.
///
/// Such tools cover the kernel's file so that each container seems to be a machine of its own. Whether clocks can be
/// compared is decided by the boot id, so the greeting is given the true one; facts stay what the instance saw.
struct SharedKernelAgent: AgentConnection {
    let link: any AgentConnection
    /// The host's boot id.
    let bootID: String

    func hello(within limit: Duration) async throws -> (Hello, receivedAt: UInt64) {
        let answer = try await link.hello(within: limit)
        var hello = answer.0
        hello.bootID = bootID
        return (hello, answer.receivedAt)
    }

    func facts() async throws -> [String: String] { try await link.facts() }

    func run(_ command: Command, onOutput: (@Sendable ([UInt8]) -> Void)?) async throws -> AgentProtocol.Execution {
        try await link.run(command, onOutput: onOutput)
    }

    func spawn(_ command: Command) async throws -> SpawnedProcess { try await link.spawn(command) }

    func signal(_ process: SpawnedProcess, number: Int32) async throws {
        try await link.signal(process, number: number)
    }

    func wait(_ process: SpawnedProcess) async throws -> AgentProtocol.Execution { try await link.wait(process) }

    func put(_ bytes: [UInt8], at path: String, mode: UInt32) async throws {
        try await link.put(bytes, at: path, mode: mode)
    }

    func get(_ path: String, limit: UInt32) async throws -> [UInt8] { try await link.get(path, limit: limit) }

    func probe(_ endpoint: Endpoint, send bytes: [UInt8], within limit: Duration) async throws -> UInt64 {
        try await link.probe(endpoint, send: bytes, within: limit)
    }

    func counters() async throws -> [String: UInt64] { try await link.counters() }

    func clock() async throws -> UInt64 { try await link.clock() }

    func clearAndSync(_ directory: String) async throws { try await link.clearAndSync(directory) }

    func shutdown() async throws { try await link.shutdown() }

    func close() async { await link.close() }
}
