import BenchrunModel
import Foundation

/// The API of a docker daemon on its Unix socket.
struct EngineSocket: Sendable {
    /// The socket's path.
    let path: String
    /// The version of the API to speak, such as `1.41`; nil takes the daemon's newest.
    let apiVersion: String?

    /// What the daemon said about a request that it did not do.
    struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        var status: Int
        var description: String
    }

    /// Path and query of a request.
    /// - Parameters:
    ///   - words: parts of the path, each escaped.
    ///   - query: names and values, the values escaped.
    func target(_ words: [String], query: [(name: String, value: String)] = []) -> String {
        let version = apiVersion.map { ["v" + $0] } ?? []
        let path = "/" + (version + words).map(Self.escaped).joined(separator: "/")
        guard !query.isEmpty else { return path }
        return path + "?" + query.map { "\($0.name)=\(Self.escaped($0.value))" }.joined(separator: "&")
    }

    /// Makes a request.
    /// - Parameters:
    ///   - body: a JSON document.
    ///   - accepted: further statuses that are no failure.
    /// - Throws: ``Refusal``; ``HTTPFailure`` where the daemon does not answer.
    @discardableResult
    func call(
        _ method: String,
        _ words: [String],
        query: [(name: String, value: String)] = [],
        body: Data? = nil,
        headers: [(name: String, value: String)] = [],
        accepting accepted: Set<Int> = [],
        within limit: Duration = EngineClient.action
    ) async throws -> HTTPAnswer {
        var exchange = HTTPExchange(method: method, target: target(words, query: query))
        exchange.headers = headers
        if body != nil { exchange.headers.append((name: "Content-Type", value: "application/json")) }
        exchange.body = body.map { Array($0) } ?? []
        exchange.limit = limit
        let answer = try await exchange.answer(from: .unix(path))
        guard answer.isSuccess || accepted.contains(answer.status) else {
            throw Refusal(status: answer.status, description: Self.message(answer))
        }
        return answer
    }

    /// A container's standard streams, from before it is started.
    func attach(_ container: String) async throws -> Int32 {
        let query = ["stream", "stdin", "stdout", "stderr"].map { (name: $0, value: "1") }
        let exchange = HTTPExchange(
            method: "POST",
            target: target(["containers", container, "attach"], query: query),
            limit: EngineClient.action
        )
        return try await exchange.upgrade(at: .unix(path))
    }

    /// `{"message":"..."}`
    private static func message(_ answer: HTTPAnswer) -> String {
        struct Words: Decodable { var message: String }
        let words = (try? JSONDecoder().decode(Words.self, from: Data(answer.body)))?.message
        return words ?? "status \(answer.status): \(String(decoding: answer.body.prefix(500), as: UTF8.self))"
    }

    private static func escaped(_ text: String) -> String {
        let plain = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }
}
