import Foundation
import Host

/// Finds the agent that is injected into every instance.
enum AgentExecutable {
    /// The folder of the executable that runs.
    static var ownDirectory: String {
        let path =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return (path as NSString).deletingLastPathComponent
    }

    /// The agent's path: BENCHRUN_AGENT, or beside benchrun, or in libexec.
    /// - Throws: ``Failure`` where there is none, or one that needs a dynamic loader an instance may not have.
    static func find() throws -> String {
        let candidates: [String]
        if let named = ProcessInfo.processInfo.environment["BENCHRUN_AGENT"], !named.isEmpty {
            candidates = [named]
        } else {
            candidates = [
                ownDirectory + "/benchrun-agent", ownDirectory + "/../libexec/benchrun/benchrun-agent",
                ownDirectory + "/../bin/benchrun-agent",
            ]
        }
        var dynamic: String?
        for candidate in candidates where FileManager.default.isExecutableFile(atPath: candidate) {
            if isStatic(candidate) { return URL(filePath: candidate).standardizedFileURL.path(percentEncoded: false) }
            dynamic = candidate
        }
        if let dynamic {
            throw Failure(
                "\(dynamic) is not a static executable, and so cannot run in every instance; 'make build' makes one"
            )
        }
        throw Failure("benchrun-agent is not at \(candidates.joined(separator: " or ")); 'make build' makes it")
    }

    /// True for an ELF executable without a program interpreter.
    private static func isStatic(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path), let head = try? file.read(upToCount: 4096),
            head.count >= 64,
            head.starts(with: [0x7F, 0x45, 0x4C, 0x46])
        else { return false }
        let bytes = [UInt8](head)
        func number(_ offset: Int, _ size: Int) -> Int {
            (0..<size).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }
        let (start, size, count) = (number(32, 8), number(54, 2), number(56, 2))
        let programInterpreter = 3
        return (0..<count).allSatisfy { index in
            let offset = start + index * size
            return offset + 4 <= bytes.count && number(offset, 4) != programInterpreter
        }
    }
}
