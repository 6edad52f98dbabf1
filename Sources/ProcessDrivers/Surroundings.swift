import Foundation
import Host

/// What the engines' drivers see of the host they run on. Tests put one of their own in its place.
protocol Surroundings: Sendable {
    /// Runs a command to its end; see `HostCommand.run()`.
    func run(_ command: HostCommand) async throws -> CommandResult
    /// Where a program is, searched as a shell does; nil when it is not installed.
    func path(of program: String) -> String?
    /// An environment variable of this process.
    func variable(_ name: String) -> String?
    /// Whether somebody listens on a Unix socket. Never waits.
    func state(ofSocket path: String) -> SocketState
    /// Whether this process may do what root may.
    var isRoot: Bool { get }
    /// Whether systemd is pid 1.
    var hasSystemd: Bool { get }
    /// The running kernel's release.
    var kernelRelease: String { get }
    /// How the host's control groups are arranged.
    var cgroups: CgroupArrangement { get }
}

/// What an attempt to connect to a Unix socket tells.
enum SocketState: Sendable, Equatable {
    /// Somebody listens.
    case listening
    /// There is a socket, or there was one, but nobody listens.
    case silent
    /// There is nothing at the path.
    case missing
    /// This user may not connect.
    case denied
}

/// Version 1, 2 or both.
enum CgroupArrangement: Sendable, Equatable {
    /// Only version 1.
    case v1
    /// Version 1, and version 2 beside it.
    /// - controllersOnV2: whether some controller belongs to the version 2 hierarchy, which crun refuses.
    case hybrid(controllersOnV2: Bool)
    /// Only version 2.
    case v2

    /// Reads the arrangement from /proc/self/mountinfo.
    /// - Parameters:
    ///   - mounts: the file's text.
    ///   - controllers: the text of `cgroup.controllers` in the version 2 hierarchy's mount point.
    static func read(mounts: String, controllers: (_ mountPoint: String) -> String) -> CgroupArrangement {
        var hasFirst = false
        var second: String?
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count, fields.count > 4 else { continue }
            switch fields[dash + 1] {
            case "cgroup": hasFirst = true
            case "cgroup2": second = String(fields[4])
            default: continue
            }
        }
        guard let second else { return .v1 }
        guard hasFirst else { return .v2 }
        return .hybrid(controllersOnV2: controllers(second).contains { !$0.isWhitespace })
    }
}

/// This host.
struct ThisHost: Surroundings {
    func run(_ command: HostCommand) async throws -> CommandResult {
        try await command.run()
    }

    func path(of program: String) -> String? {
        // Daemons are in sbin, which an ordinary user's PATH may lack.
        let places = (variable("PATH") ?? "").split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
        return places.map { "\($0)/\(program)" }.first { path in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
                && FileManager.default.isExecutableFile(atPath: path)
        }
    }

    func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    func state(ofSocket path: String) -> SocketState {
        UnixSocket.state(path)
    }

    var isRoot: Bool { geteuid() == 0 }

    var hasSystemd: Bool { FileManager.default.fileExists(atPath: "/run/systemd/system") }

    var kernelRelease: String { TextFile.read("/proc/sys/kernel/osrelease").map(TextFile.trimmed) ?? "" }

    var cgroups: CgroupArrangement {
        .read(mounts: TextFile.read("/proc/self/mountinfo") ?? "") { mountPoint in
            TextFile.read(mountPoint + "/cgroup.controllers") ?? ""
        }
    }
}

/// Small text files, read whole.
enum TextFile {
    /// The file's text; nil where it cannot be read.
    static func read(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// At most the last lines of a file that may be long; empty where it cannot be read.
    static func tail(_ path: String, lines: Int = 12, bytes: UInt64 = 4096) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { return "" }
        defer { try? file.close() }
        let size = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: size > bytes ? size - bytes : 0)
        let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
        return trimmed(text).split(separator: "\n").suffix(lines).joined(separator: "\n")
    }

    /// Without white space at both ends.
    static func trimmed(_ text: String) -> String {
        text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
