import BenchrunModel
import Foundation
import Host

/// An operation through the engine's API: what the command line would ask the daemon for, without the client program.
struct SocketOperation: Sendable {
    /// Parts of the path.
    var words: [String]
    /// Names and values.
    var query: [(name: String, value: String)]
    /// A tar that is sent.
    var file: String?

    /// Does it; returns when the daemon says that it is done.
    /// - Throws: ``DriverError`` with the daemon's words.
    func perform(by engine: EngineClient, at socket: EngineSocket, step: String, within limit: Duration) async throws {
        var exchange = HTTPExchange(method: "POST", target: socket.target(words, query: query), limit: limit)
        // A push wants to know who asks, also where nobody does: an empty object.
        exchange.headers = [(name: "X-Registry-Auth", value: "e30=")]
        if let file {
            exchange.headers.append((name: "Content-Type", value: "application/x-tar"))
            exchange.body = try await BlockingExecutor(name: "operation").run {
                Array(try Data(contentsOf: URL(fileURLWithPath: file)))
            }
        }
        do {
            let answer = try await exchange.answer(from: .unix(socket.path))
            let said = String(decoding: answer.body, as: UTF8.self)
            guard answer.isSuccess else {
                throw await engine.failure(step, detail: "status \(answer.status): \(said.suffix(500))")
            }
            if let error = Self.error(in: said) { throw await engine.failure(step, detail: error) }
        } catch let error as HTTPFailure {
            throw await engine.failure(step, detail: error.description)
        }
    }

    /// The daemon has answered 200 long before it knows how the work ends; how it ended is in the last of many lines.
    static func error(in lines: String) -> String? {
        struct Line: Decodable { var error: String? }
        for line in lines.split(whereSeparator: \.isNewline) where line.contains("\"error\"") {
            if let read = try? JSONDecoder().decode(Line.self, from: Data(line.utf8)), let error = read.error {
                return error
            }
        }
        return nil
    }
}

extension OperationRequest {
    /// `pull`.
    static func pulling(_ repository: String, tag: String) -> SocketOperation {
        SocketOperation(words: ["images", "create"], query: [("fromImage", repository), ("tag", tag)])
    }

    /// `push`.
    static func pushing(_ repository: String, tag: String) -> SocketOperation {
        SocketOperation(words: ["images", repository, "push"], query: [("tag", tag)])
    }

    /// `import`.
    func socketImport(as repository: String, tag: String) -> SocketOperation {
        SocketOperation(
            words: ["images", "create"],
            query: [("fromSrc", "-"), ("repo", repository), ("tag", tag), ("changes", "LABEL \(label)")],
            file: payload.tar
        )
    }

    /// `commit`.
    static func committing(_ container: String, as repository: String, tag: String) -> SocketOperation {
        SocketOperation(words: ["commit"], query: [("container", container), ("repo", repository), ("tag", tag)])
    }

    /// `build`.
    func socketBuild(_ repository: String, tag: String, limits: Limits, cgroupParent: String) -> SocketOperation {
        var query = [
            (name: "t", value: "\(repository):\(tag)"), (name: "nocache", value: "1"), (name: "forcerm", value: "1"),
            (name: "networkmode", value: "none"), (name: "cgroupparent", value: cgroupParent),
        ]
        if !limits.cpus.isEmpty { query.append((name: "cpusetcpus", value: Limits.list(limits.cpus))) }
        if let (quota, period) = ControlGroup.quota(of: limits) {
            query += [(name: "cpuperiod", value: String(period)), (name: "cpuquota", value: String(quota))]
        }
        if limits.memory > 0 {
            query += ["memory", "memswap"].map { (name: $0, value: String(limits.memory)) }
        }
        return SocketOperation(words: ["build"], query: query, file: payload.buildTar)
    }
}
