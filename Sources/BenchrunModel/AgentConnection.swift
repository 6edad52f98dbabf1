public import AgentProtocol

/// The agent inside one instance, as the host sees it. Several requests may be in flight at once.
///
/// Every method throws ``AgentError`` when the peer is gone, breaks the protocol or lets a deadline pass,
/// and `CancellationError` when the calling task is cancelled; neither leaves a request behind.
public protocol AgentConnection: Sendable {
    /// Waits for the agent's first frame.
    /// - Returns: the greeting, and the host's CLOCK_MONOTONIC_RAW in nanoseconds when it had arrived.
    func hello(within limit: Duration) async throws -> (Hello, receivedAt: UInt64)
    /// What the instance really got, by ``FactKey``.
    func facts() async throws -> [String: String]
    /// Executes a command and waits for its end; `onOutput` sees chunks of standard output as they arrive.
    func run(_ command: Command, onOutput: (@Sendable ([UInt8]) -> Void)?) async throws -> AgentProtocol.Execution
    /// Starts a command that goes on while others run.
    func spawn(_ command: Command) async throws -> SpawnedProcess
    /// Sends a signal to a spawned process's group.
    func signal(_ process: SpawnedProcess, number: Int32) async throws
    /// Waits for a spawned process and forgets it.
    func wait(_ process: SpawnedProcess) async throws -> AgentProtocol.Execution
    /// Writes a whole file; parents are created.
    func put(_ bytes: [UInt8], at path: String, mode: UInt32) async throws
    /// Reads a file, at most `limit` bytes of it.
    func get(_ path: String, limit: UInt32) async throws -> [UInt8]
    /// Connects, sends `bytes` and waits for the first byte of an answer, trying again until the limit passes.
    /// - Returns: nanoseconds from the first try to the answer, on the instance's CLOCK_MONOTONIC_RAW.
    func probe(_ endpoint: Endpoint, send bytes: [UInt8], within limit: Duration) async throws -> UInt64
    /// Cumulative counters of the instance, by name (`cpu.steal`, `io.read`, ...).
    func counters() async throws -> [String: UInt64]
    /// CLOCK_MONOTONIC_RAW of the instance's kernel, in nanoseconds.
    func clock() async throws -> UInt64
    /// Empties a directory inside the instance, then `sync`s its file system.
    func clearAndSync(_ directory: String) async throws
    /// Asks the agent to end: as pid 1 of a guest it powers the guest off.
    func shutdown() async throws
    /// Closes the channel; pending requests fail. Idempotent.
    func close() async
}

/// Why a conversation with an agent ended.
public struct AgentError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it was.
    public enum Kind: String, Sendable {
        /// The channel closed.
        case disconnected
        /// A deadline passed.
        case deadline
        /// A frame that the protocol does not allow, or another version.
        case `protocol`
        /// The agent answered that it could not do what was asked.
        case refused
    }
    /// The kind of failure.
    public var kind: Kind
    /// The instance or the request it concerns.
    public var subject: String
    /// What happened.
    public var detail: String

    /// Creates an error.
    public init(_ kind: Kind, subject: String, detail: String) {
        self.kind = kind
        self.subject = subject
        self.detail = detail
    }

    /// `agent SUBJECT: DETAIL`
    public var description: String { "agent \(subject): \(detail)" }
}
