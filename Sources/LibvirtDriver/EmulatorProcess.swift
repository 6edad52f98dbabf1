import BenchrunModel
import Foundation
import Host

/// The emulator of one domain, found through libvirt's pid file, and the control group that holds all of it.
struct EmulatorProcess: Sendable {
    private let identity: ProcessIdentity
    /// Its process id.
    var pid: Int32 { identity.pid }
    /// The group above those of its threads; nil where it is in none of its own.
    let controlGroup: ControlGroup?

    /// - Parameters:
    ///   - domain: the domain's name.
    ///   - pidDirectory: where libvirt keeps its pid file.
    init?(of domain: String, pidDirectory: String) {
        let file = "\(pidDirectory)/\(domain).pid"
        guard let text = try? String(contentsOfFile: file, encoding: .utf8),
            let pid = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)),
            let identity = ProcessIdentity(pid: pid),
            let groups = try? String(contentsOfFile: "/proc/\(pid)/cgroup", encoding: .utf8)
        else { return nil }
        self.identity = identity
        controlGroup = Self.group(groups).map { ControlGroup($0) }
    }

    /// What a thread of QEMU is for, by the name that QEMU gives it: `CPU 0/TCG`, `IO iothread1`, ...
    static func role(ofThread name: String) -> Counter.Scope {
        name.hasPrefix("CPU ") ? .vcpu : name.hasPrefix("IO ") ? .ioThread : .emulator
    }

    /// Ends it by force, and what it started.
    func kill() async {
        identity.send(signal: SIGKILL)
        guard let controlGroup else { return }
        try? await controlGroup.remove()
    }

    /// The domain's group, from /proc/PID/cgroup: libvirt puts threads into groups below it.
    static func group(_ text: String) -> String? {
        let lines = text.split(separator: "\n").map {
            $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        }
        let memory = lines.first { $0.count == 3 && $0[1].split(separator: ",").contains("memory") }
        let unified = lines.first { $0.count == 3 && $0[0] == "0" }
        guard var names = (memory ?? unified)?[2].split(separator: "/").map(String.init) else { return nil }
        while let last = names.last, last == "emulator" || last == "libvirt" || last.hasPrefix("vcpu") {
            names.removeLast()
        }
        // A group that others are in, too, is not the domain's.
        guard let last = names.last, last.contains("qemu") || last.contains("lxc-") else { return nil }
        return names.joined(separator: "/")
    }
}
