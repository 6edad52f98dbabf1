import Foundation
import Host

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
