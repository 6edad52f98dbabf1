import BenchrunModel
import Foundation
import Host

/// What a run could leave behind on this host: anything here after a command is a defect.
struct Leftovers: Equatable, CustomStringConvertible {
    var processes: Set<String> = []
    var mounts: Set<String> = []
    var controlGroups: Set<String> = []
    var containers: Set<String> = []
    var domains: Set<String> = []
    var files: Set<String> = []

    /// Everything of benchrun's, or of what it starts, that exists now.
    static func now() async throws -> Leftovers { try await look { _ in true } }

    /// What a sandbox's commands left that was not there before.
    ///
    /// In CI the machine is the tests' own and everything new counts. Elsewhere others may use docker or benchrun at the
    /// same time, and only what carries the name of the sandbox or of one of its runs counts.
    /// - Parameter runs: runs of the sandbox that have no folder among its results.
    static func left(
        by sandbox: Sandbox,
        since earlier: Leftovers,
        runs: Set<RunID> = []
    ) async throws -> Leftovers {
        let marks = [sandbox.directory] + sandbox.runs + runs.map(\.text)
        var found = try await look { evidence in Machine.isCI || marks.contains { evidence.contains($0) } }
        found.files = files(of: sandbox)
        return found.beyond(earlier)
    }

    /// What is here and was not in an earlier look.
    func beyond(_ earlier: Leftovers) -> Leftovers {
        Leftovers(
            processes: processes.subtracting(earlier.processes),
            mounts: mounts.subtracting(earlier.mounts),
            controlGroups: controlGroups.subtracting(earlier.controlGroups),
            containers: containers.subtracting(earlier.containers),
            domains: domains.subtracting(earlier.domains),
            files: files.subtracting(earlier.files)
        )
    }

    var isEmpty: Bool { self == Leftovers() }

    /// Kinds of which there is something.
    var kinds: Set<String> { Set(all.filter { !$0.names.isEmpty }.map(\.kind)) }

    var description: String {
        all.flatMap { kind, names in names.sorted().map { "\(kind) \($0)" } }.joined(separator: "\n")
    }

    private var all: [(kind: String, names: Set<String>)] {
        [
            ("process", processes), ("mount", mounts), ("control group", controlGroups), ("container", containers),
            ("domain", domains), ("file", files),
        ]
    }

    /// - Parameter counts: says of the words around a thing (its command line, environment, group) whether it counts.
    private static func look(where counts: (String) -> Bool) async throws -> Leftovers {
        var found = Leftovers()
        found.processes = processes(where: counts)
        found.mounts = mounts().filter(counts)
        found.controlGroups = controlGroups().filter(counts)
        found.containers = try await containers().filter(counts)
        found.domains = try await domains().filter(counts)
        return found
    }

    private static let programs = [
        "benchrun", "dockerd", "containerd", "libvirtd", "libvirt_lxc", "virtlogd", "virtiofsd", "qemu-system",
        "conmon",
        "runc", "docker", "podman", "crun", "lxc-start", "systemd-nspawn", "bwrap",
    ]

    private static func processes(where counts: (String) -> Bool) -> Set<String> {
        var result: Set<String> = []
        for pid in names(in: "/proc") where Int(pid) != nil {
            let words = HostProcess.words("/proc/\(pid)/cmdline")
            let name = (words.first ?? "").split(separator: "/").last.map(String.init) ?? ""
            // The test's own process has the package's name too.
            guard !name.hasSuffix(".xctest"), programs.contains(where: { name.hasPrefix($0) }) else { continue }
            let group = (try? String(contentsOfFile: "/proc/\(pid)/cgroup", encoding: .utf8)) ?? ""
            let surroundings = HostProcess.words("/proc/\(pid)/environ")
            guard counts((words + surroundings + [group]).joined(separator: "\n")) else { continue }
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

    /// Of the unified hierarchy and of every controller's own: an enumerator does not go from one mount into the next.
    private static func controlGroups() -> Set<String> {
        let hierarchies = ["/sys/fs/cgroup"] + names(in: "/sys/fs/cgroup").map { "/sys/fs/cgroup/" + $0 }
        var result: Set<String> = []
        for top in hierarchies.map({ $0 + "/benchrun" }) {
            let enumerator = FileManager.default.enumerator(atPath: top)
            while let path = enumerator?.nextObject() as? String {
                // The folder that holds every run's group may stay; groups of runs may not.
                guard enumerator?.fileAttributes?[.type] as? FileAttributeType == .typeDirectory else { continue }
                result.insert("\(top)/\(path)")
            }
        }
        return result
    }

    private static func containers() async throws -> Set<String> {
        let podman = try await HostCommand(
            ["podman", "ps", "--all", "--filter", "label=benchrun.run", "--format", "{{.Names}}"]
        ).run()
        var found = Set(podman.output.split(whereSeparator: \.isNewline).map { "podman \($0)" })
        // A private daemon is gone by now; its store tells which containers it would still know.
        let stores = Sandbox.cache + "/benchrun/docker"
        for store in names(in: stores) {
            for container in names(in: "\(stores)/\(store)/containers") {
                found.insert("docker \(stores)/\(store)/containers/\(container)")
            }
        }
        if FileManager.default.fileExists(atPath: "/var/run/docker.sock") {
            let docker = try await HostCommand(
                ["docker", "ps", "--all", "--filter", "label=benchrun.run", "--format", "{{.Names}}"]
            ).run()
            found.formUnion(docker.output.split(whereSeparator: \.isNewline).map { "docker \($0)" })
        }
        return found
    }

    private static func domains() async throws -> Set<String> {
        guard FileManager.default.fileExists(atPath: "/run/libvirt/libvirt-sock") else { return [] }
        let list = try await HostCommand(["virsh", "-c", "qemu:///system", "list", "--all", "--name"]).run()
        return Set(list.output.split(whereSeparator: \.isNewline).map(String.init).filter { $0.hasPrefix("benchrun-") })
    }

    /// Sockets, ledgers and scratch folders of a sandbox.
    private static func files(of sandbox: Sandbox) -> Set<String> {
        let runtime = sandbox.directory + "/run/benchrun"
        let ledgers = sandbox.directory + "/state/benchrun/ledgers"
        let scratch = Sandbox.cache + "/benchrun/scratch"
        // The lock's file stays: who holds it is the kernel's knowledge.
        let places =
            names(in: runtime).filter { $0 != "lock" }.map { "\(runtime)/\($0)" }
            + names(in: ledgers).map { "\(ledgers)/\($0)" }
            + names(in: scratch).filter { sandbox.runs.contains($0) }.map { "\(scratch)/\($0)" }
            + names(in: sandbox.scratch).map { "\(sandbox.scratch)/\($0)" }
        return Set(places)
    }

    private static func names(in directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    }
}
