import Foundation
import Host

/// What a run could leave behind on this host: anything here after a command is a defect.
struct Leftovers: Equatable, CustomStringConvertible {
    var processes: Set<String> = []
    var mounts: Set<String> = []
    var controlGroups: Set<String> = []
    var containers: Set<String> = []
    var sockets: Set<String> = []

    /// Everything of benchrun's, or of what it starts, that exists now.
    static func now() async throws -> Leftovers {
        var found = Leftovers()
        found.processes = processes()
        found.mounts = mounts()
        found.controlGroups = controlGroups()
        let podman = try await HostCommand(
            ["podman", "ps", "--all", "--filter", "label=benchrun.run", "--format", "{{.Names}}"]
        ).run()
        found.containers = Set(podman.output.split(whereSeparator: \.isNewline).map(String.init))
        return found
    }

    /// What is here and was not in an earlier look.
    func beyond(_ earlier: Leftovers) -> Leftovers {
        Leftovers(
            processes: processes.subtracting(earlier.processes),
            mounts: mounts.subtracting(earlier.mounts),
            controlGroups: controlGroups.subtracting(earlier.controlGroups),
            containers: containers.subtracting(earlier.containers)
        )
    }

    var isEmpty: Bool { self == Leftovers() }

    var description: String {
        [("process", processes), ("mount", mounts), ("control group", controlGroups), ("container", containers)]
            .flatMap { kind, names in names.sorted().map { "\(kind) \($0)" } }
            .joined(separator: "\n")
    }

    private static let programs = [
        "benchrun", "dockerd", "containerd", "libvirtd", "virtlogd", "qemu-system", "conmon", "runc", "docker",
        "podman",
    ]

    private static func processes() -> Set<String> {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        var result: Set<String> = []
        for pid in folders where Int(pid) != nil {
            guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline"), !bytes.isEmpty else {
                continue
            }
            let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            let name = (words.first ?? "").split(separator: "/").last.map(String.init) ?? ""
            // The test's own process has the package's name too.
            guard !name.hasSuffix(".xctest"), programs.contains(where: { name.hasPrefix($0) }) else { continue }
            result.insert("\(pid) \(words.prefix(6).joined(separator: " "))")
        }
        return result
    }

    private static func mounts() -> Set<String> {
        let text = (try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? ""
        return Set(
            text.split(whereSeparator: \.isNewline).map(String.init).filter {
                $0.contains("benchrun") || $0.contains("brit-") || $0.contains("integration-cache")
            }
        )
    }

    private static func controlGroups() -> Set<String> {
        var result: Set<String> = []
        let enumerator = FileManager.default.enumerator(atPath: "/sys/fs/cgroup")
        while let path = enumerator?.nextObject() as? String {
            let name = path.split(separator: "/").last.map(String.init) ?? ""
            // The folder that holds every run's group may stay; groups of runs may not.
            if path.contains("benchrun/"), !name.contains("."), path.split(separator: "/").last != "benchrun" {
                var isDirectory: ObjCBool = false
                let full = "/sys/fs/cgroup/" + path
                if FileManager.default.fileExists(atPath: full, isDirectory: &isDirectory), isDirectory.boolValue {
                    result.insert(full)
                }
            }
        }
        return result
    }
}
