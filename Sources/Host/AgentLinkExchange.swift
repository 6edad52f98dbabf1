import AgentProtocol
import BenchrunModel

/// The last reply to a request, and what came before it.
struct AgentLinkAnswer: Sendable {
    var reply: Reply
    var output: [UInt8] = []
    var errorOutput: [UInt8] = []
}

/// One request that has not been answered yet.
struct AgentLinkExchange {
    /// What an error names: `run fio`.
    var subject: String
    /// When the caller gives up.
    var deadline: UInt64?
    /// What still has to be sent after the request itself, from `bodyOffset` on.
    var body: [UInt8]
    /// The most bytes that may come before the last reply, for each stream; nil when none may come.
    var limit: Int?
    /// Where pieces of standard output go as they arrive.
    var feed: AsyncStream<[UInt8]>.Continuation?
    /// Who waits.
    var waiter: CheckedContinuation<AgentLinkAnswer, any Error>
    /// How much of the body is on its way.
    var bodyOffset = 0

    private var output: [UInt8] = []
    private var errorOutput: [UInt8] = []

    init(
        subject: String,
        deadline: UInt64?,
        body: [UInt8],
        limit: Int?,
        feed: AsyncStream<[UInt8]>.Continuation?,
        waiter: CheckedContinuation<AgentLinkAnswer, any Error>
    ) {
        self.subject = subject
        self.deadline = deadline
        self.body = body
        self.limit = limit
        self.feed = feed
        self.waiter = waiter
    }

    /// The next piece of the body, or nil when all of it is on its way.
    mutating func nextPiece() -> [UInt8]? {
        guard bodyOffset < body.count else { return nil }
        let end = min(bodyOffset + Frame.chunk, body.count)
        defer { bodyOffset = end }
        return Array(body[bodyOffset..<end])
    }

    /// Takes a reply for this request.
    /// - Returns: whether it was the last one; then the waiter has been resumed.
    mutating func take(_ reply: Reply) throws(ProtocolError) -> Bool {
        switch reply {
        case .output(.output, let bytes), .data(let bytes):
            guard let limit, output.count + bytes.count <= limit else { throw .field("amount of output") }
            output += bytes
            feed?.yield(bytes)
            return false
        case .output(.errorOutput, let bytes):
            guard let limit, errorOutput.count + bytes.count <= limit else { throw .field("amount of output") }
            errorOutput += bytes
            return false
        default:
            waiter.resume(returning: AgentLinkAnswer(reply: reply, output: output, errorOutput: errorOutput))
            return true
        }
    }
}
