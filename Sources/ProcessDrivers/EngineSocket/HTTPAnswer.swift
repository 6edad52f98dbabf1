/// A server's answer, read from its bytes.
struct HTTPAnswer: Sendable, Equatable {
    /// 200, 404, ...
    var status: Int
    /// By name in small letters.
    var headers: [String: String]
    /// The body, without the frame of its chunks.
    var body: [UInt8] = []

    /// The most that an answer may be long: what an engine says is short, and what is longer is no engine's.
    static let mostBytes = 16 << 20
    private static let mostHeaderBytes = 64 << 10

    /// Whether it says that what was asked for was done.
    var isSuccess: Bool { (200..<300).contains(status) }
}

extension HTTPAnswer {
    /// Reads the head: status line and headers.
    /// - Parameter head: everything before the empty line, without it.
    init(head: [UInt8]) throws(HTTPFailure) {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines.first?.split(separator: " ", maxSplits: 2) ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].count == 3, let status = Int(words[1]) else {
            throw HTTPFailure("what answered does not speak HTTP")
        }
        self.status = status
        headers = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw HTTPFailure("a header line has no colon") }
            headers[line[..<colon].lowercased()] = TextFile.trimmed(String(line[line.index(after: colon)...]))
        }
    }

    /// Reads a whole answer.
    /// - Parameter more: further bytes from the server; empty at the end.
    init(reading more: @escaping () throws(HTTPFailure) -> [UInt8]) throws(HTTPFailure) {
        var input = HTTPInput(more: more)
        var answer: HTTPAnswer
        repeat {
            answer = try HTTPAnswer(head: input.upTo(Array("\r\n\r\n".utf8), atMost: Self.mostHeaderBytes))
            // What only says that the real answer follows.
        } while (100..<200).contains(answer.status) && answer.status != 101
        answer.body = try Self.body(of: answer, &input)
        self = answer
    }

    private static func body(of answer: HTTPAnswer, _ input: inout HTTPInput) throws(HTTPFailure) -> [UInt8] {
        if [101, 204, 304].contains(answer.status) { return [] }
        if answer.headers["transfer-encoding"]?.lowercased() == "chunked" { return try chunks(&input) }
        guard let length = answer.headers["content-length"] else { return try input.rest(atMost: mostBytes) }
        guard let count = Int(length), (0...mostBytes).contains(count) else {
            throw HTTPFailure("an answer of '\(length.prefix(20))' bytes")
        }
        return try input.exactly(count)
    }

    private static func chunks(_ input: inout HTTPInput) throws(HTTPFailure) -> [UInt8] {
        var body: [UInt8] = []
        let lineEnd = Array("\r\n".utf8)
        while true {
            let line = String(decoding: try input.upTo(lineEnd, atMost: 1024), as: UTF8.self)
            let size = line.split(separator: ";").first.flatMap { Int(TextFile.trimmed(String($0)), radix: 16) }
            guard let size, (0...mostBytes).contains(size), body.count + size <= mostBytes else {
                throw HTTPFailure("a chunk of '\(line.prefix(20))' bytes")
            }
            guard size > 0 else { return body }
            body += try input.exactly(size)
            guard try input.exactly(2) == lineEnd else { throw HTTPFailure("a chunk that is longer than it says") }
        }
    }
}

/// Bytes as they come, cut where they belong.
private struct HTTPInput {
    private let more: () throws(HTTPFailure) -> [UInt8]
    private var held: [UInt8] = []

    init(more: @escaping () throws(HTTPFailure) -> [UInt8]) {
        self.more = more
    }

    /// What comes before a mark; the mark is taken away.
    mutating func upTo(_ mark: [UInt8], atMost limit: Int) throws(HTTPFailure) -> [UInt8] {
        while true {
            if let range = held.firstRange(of: mark) {
                let found = Array(held[..<range.lowerBound])
                held.removeSubrange(..<range.upperBound)
                return found
            }
            guard held.count <= limit else { throw HTTPFailure("a line that does not end") }
            try take()
        }
    }

    mutating func exactly(_ count: Int) throws(HTTPFailure) -> [UInt8] {
        while held.count < count { try take() }
        let found = Array(held[..<count])
        held.removeSubrange(..<count)
        return found
    }

    mutating func rest(atMost limit: Int) throws(HTTPFailure) -> [UInt8] {
        while true {
            let bytes = try more()
            if bytes.isEmpty { return held }
            held += bytes
            guard held.count <= limit else { throw HTTPFailure("an answer without an end") }
        }
    }

    private mutating func take() throws(HTTPFailure) {
        let bytes = try more()
        guard !bytes.isEmpty else { throw HTTPFailure("the connection ended in the middle of an answer") }
        held += bytes
    }
}
