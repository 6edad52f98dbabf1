#if Libvirt
import BenchrunModel
import Foundation
import Glibc
import Host

/// The process of libvirt's that watches over one container, found through its pid file, and the control group that
/// holds both.
struct ContainerProcess: Sendable {
    private let identity: ProcessIdentity
    /// The group; nil where it is in none of its own.
    let controlGroup: ControlGroup?

    /// - Parameters:
    ///   - domain: the domain's name.
    ///   - pidDirectory: where libvirt keeps its pid file.
    init?(of domain: String, pidDirectory: String) {
        guard let text = try? String(contentsOfFile: "\(pidDirectory)/\(domain).pid", encoding: .utf8),
            let pid = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)),
            let identity = ProcessIdentity(pid: pid),
            let groups = try? String(contentsOfFile: "/proc/\(pid)/cgroup", encoding: .utf8)
        else { return nil }
        self.identity = identity
        controlGroup = EmulatorProcess.group(groups).map { ControlGroup($0) }
    }

    /// The container's first process, which is the other's child.
    var first: Int32? {
        let file = "/proc/\(identity.pid)/task/\(identity.pid)/children"
        let text = try? String(contentsOfFile: file, encoding: .utf8)
        return text?.split(separator: " ").first.flatMap { Int32($0) }
    }

    /// Ends both by force, and what is in their group.
    func kill() async {
        identity.send(signal: SIGKILL)
        try? await controlGroup?.remove()
    }
}

extension LibvirtLXCInstance: Observing {
    func resetPeakMemory() async {
        process?.controlGroup?.resetPeakMemory()
    }

    func peakMemory() async -> UInt64? {
        process?.controlGroup?.peakMemory()
    }

    func enforcedLimits() async -> [String: String] {
        guard let process, let group = process.controlGroup else { return [:] }
        let facts = process.first.map { ControlGroup.processFacts(of: $0) } ?? [:]
        return group.enforced().merging(facts) { limit, _ in limit }
    }

    func counters() async -> Counters {
        guard let group = process?.controlGroup else { return [:] }
        var counters: Counters = [:]
        counters.add(group.counters(on: plan.limits.cpus), of: .instance)
        return counters
    }
}
#endif
