import AgentProtocol
import BenchrunModel

/// Standard output as a workload's parser sees it.
struct Output {
    private enum Form {
        case unread
        case text(String)
        case json(JSONOutput)
    }

    private let form: Form
    private let bytes: [UInt8]
    private let dropped: UInt64

    /// Prepares the output of a command that succeeded; a fio job with an error is a failure.
    init(_ execution: Execution, parser: OutputParser) throws(ParseFailure) {
        bytes = execution.output
        dropped = execution.dropped
        switch parser {
        case .none:
            form = .unread
        case .text:
            form = .text(String(decoding: execution.output, as: UTF8.self))
        case .json, .fio:
            do throws(JSONOutput.Failure) {
                let json = try JSONOutput(execution.output)
                if parser == .fio { try Self.checkJobs(of: json) }
                form = .json(json)
            } catch {
                throw ParseFailure(reason: error.reason + Self.cut(dropped) + Self.excerpt(execution.output))
            }
        }
    }

    /// The number in the capture group of a pattern's first match.
    func number(matching pattern: String, for metric: String) throws(ParseFailure) -> Double {
        guard case .text(let text) = form else {
            throw ParseFailure(reason: "metric '\(metric)': a pattern needs 'parser: text'")
        }
        switch OutputPattern.match(pattern, in: text) {
        case .captured(let capture):
            guard let number = NumberText.parse(capture) else {
                throw ParseFailure(
                    reason:
                        "metric '\(metric)': expected a number, the pattern found '\(Excerpt.of(capture, limit: 40))'"
                )
            }
            return number
        case .nothing:
            throw ParseFailure(
                reason: "metric '\(metric)': nothing matches '\(Excerpt.of(pattern))'" + Self.cut(dropped)
                    + Self.excerpt(bytes)
            )
        case .endless:
            throw ParseFailure(
                reason: "metric '\(metric)': searching for '\(Excerpt.of(pattern))' took too long"
                    + Self.excerpt(bytes)
            )
        }
    }

    /// The number at a path of the JSON document.
    func number(at path: String, for metric: String) throws(ParseFailure) -> Double {
        guard case .json(let json) = form, let steps = JSONPath(path) else {
            throw ParseFailure(
                reason: "metric '\(metric)': the path '\(Excerpt.of(path))' needs 'parser: json' or 'fio'"
            )
        }
        do throws(JSONOutput.Failure) {
            return try json.number(at: steps)
        } catch {
            throw ParseFailure(reason: "metric '\(metric)': \(Excerpt.of(error.reason, limit: 240))")
        }
    }

    /// fio reports an error number for each job, and exits with 0 for some of them.
    private static func checkJobs(of json: JSONOutput) throws(JSONOutput.Failure) {
        guard let jobs = JSONPath("jobs"), let count = json.count(at: jobs), count > 0 else {
            throw JSONOutput.Failure(reason: "fio's output has no jobs")
        }
        for job in 0..<min(count, 1024) {
            guard let path = JSONPath("jobs.\(job).error") else { continue }
            let error = try json.number(at: path)
            guard error == 0 else {
                throw JSONOutput.Failure(reason: "fio's job \(job) reports error \(Int64(exactly: error) ?? -1)")
            }
        }
    }

    private static func cut(_ dropped: UInt64) -> String {
        dropped == 0 ? "" : " (\(dropped) bytes of output beyond the limit were dropped)"
    }

    private static func excerpt(_ bytes: [UInt8]) -> String {
        let excerpt = Excerpt.of(bytes)
        return excerpt.isEmpty ? "; the output is empty" : "; the output begins: \(excerpt)"
    }
}
