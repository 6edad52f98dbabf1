import Host
import Synchronization

@testable import ProcessDrivers

/// A host of the test's making.
struct FakeSurroundings: Surroundings {
    var programs = ["docker": "/usr/bin/docker", "podman": "/usr/bin/podman", "runc": "/usr/sbin/runc"]
    var variables: [String: String] = [:]
    var sockets: [String: SocketState] = ["/var/run/docker.sock": .listening]
    var isRoot = true
    /// All capabilities of Linux 6.1.
    var boundingSet: String? = "000001ffffffffff"
    var lastCapability: Int? = 40
    var unifiedMount: String?
    var hasSystemd = true
    var kernelRelease = "6.1.0-31-amd64"
    var cgroups = CgroupArrangement.v2
    /// Answers by verb; a command whose verb is not here does not end.
    var answers: [String: CommandResult] = [:]

    private let asked = Asked()

    private final class Asked: Sendable {
        let commands = Mutex<[[String]]>([])
    }

    init(_ change: (inout FakeSurroundings) -> Void = { _ in }) {
        change(&self)
    }

    /// Every command that was run, without the launcher.
    var commands: [[String]] { asked.commands.withLock { $0 } }

    func run(_ command: HostCommand) async throws -> CommandResult {
        let words = command.arguments.firstIndex(of: "--").map { Array(command.arguments[($0 + 1)...]) } ?? []
        asked.commands.withLock { $0.append(words) }
        guard let answer = words.lazy.compactMap({ answers[$0] }).first else {
            throw HostError(subject: "command", detail: "did not end within 10 s and was killed")
        }
        return answer
    }

    func path(of program: String) -> String? { programs[program] }
    func variable(_ name: String) -> String? { variables[name] }
    func state(ofSocket path: String) -> SocketState { sockets[path] ?? .missing }
}
