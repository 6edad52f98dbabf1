#if Libvirt
import BenchrunModel
import Foundation
import Host

extension Hypervisor {
    /// The name of the run's own bridge.
    private static let bridgeName = "benchrun0"

    /// Makes a bridge in the network namespace of the run's own libvirtd, the first time; it goes with the namespace.
    /// - Throws: `HostError` with the words of `ip`.
    func ownBridge() async throws -> String {
        guard let daemon = try await link().daemon else {
            throw HostError(subject: "bridge", detail: "the system's libvirtd is in the host's network")
        }
        let task = bridging ?? Task.detached { try await Self.makeBridge(Self.bridgeName, beside: daemon.process.pid) }
        bridging = task
        do {
            return try await task.value
        } catch {
            // Next time something may have changed.
            bridging = nil
            throw error
        }
    }

    private static func makeBridge(_ name: String, beside process: Int32) async throws -> String {
        // Not 'ip netns exec': that mounts another /sys.
        let inside = ["nsenter", "--net=/proc/\(process)/ns/net", "--", "ip"]
        let steps = [
            ["link", "add", name, "type", "bridge", "stp_state", "0", "forward_delay", "0"],
            ["address", "add", GuestAddress.bridge, "dev", name], ["link", "set", name, "up"],
        ]
        for step in steps { try await HostCommand(inside + step).check() }
        return name
    }
}
#endif
