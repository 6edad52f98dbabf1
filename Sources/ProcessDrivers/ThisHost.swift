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

    var boundingSet: String? {
        TextFile.read("/proc/self/status").flatMap(CapabilitySet.bounding)
    }

    var lastCapability: Int? {
        TextFile.read("/proc/sys/kernel/cap_last_cap").flatMap { Int(TextFile.trimmed($0)) }
    }

    var hasSystemd: Bool { FileManager.default.fileExists(atPath: "/run/systemd/system") }

    var kernelRelease: String { TextFile.read("/proc/sys/kernel/osrelease").map(TextFile.trimmed) ?? "" }

    var unifiedMount: String? {
        guard case .hybrid = cgroups else { return nil }
        for line in (TextFile.read("/proc/self/mountinfo") ?? "").split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count, dash > 4 else { continue }
            if fields[dash + 1] == "cgroup2" { return String(fields[4]) }
        }
        return nil
    }

    var cgroups: CgroupArrangement {
        .read(mounts: TextFile.read("/proc/self/mountinfo") ?? "") { mountPoint in
            TextFile.read(mountPoint + "/cgroup.controllers") ?? ""
        }
    }
}
