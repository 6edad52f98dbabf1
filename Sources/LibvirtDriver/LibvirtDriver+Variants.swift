#if Libvirt
import BenchrunModel
import Foundation
import Glibc
import Host

extension LibvirtDriver {
    /// Finds out whether this host has what an environment's options need.
    /// - Returns: the bridge that its guests are to be at, if they are to be at one.
    /// - Throws: ``Unavailable``.
    func requirements(
        of options: LibvirtOptions,
        _ capabilities: DomainCapabilities,
        _ hypervisor: Hypervisor,
        _ link: Hypervisor.Link
    ) async throws -> String? {
        if options.io == .ring { try HostAbilities.requireRing() }
        if options.pages == .huge { try HostAbilities.requireHugePages() }
        if options.scratch == .virtiofs { try await requireVirtiofs(capabilities, link) }
        guard options.network == .bridge else { return nil }
        guard access("/dev/net/tun", R_OK | W_OK) == 0 else {
            throw Unavailable(
                reason: "/dev/net/tun cannot be opened: \(String(cString: strerror(errno)))",
                nextStep: "load the kernel's module tun, or run as root"
            )
        }
        return try await bridge(options, hypervisor, link)
    }

    private func bridge(
        _ options: LibvirtOptions,
        _ hypervisor: Hypervisor,
        _ link: Hypervisor.Link
    ) async throws -> String {
        switch (options.bridge, link.daemon) {
        case (nil, .some):
            do {
                return try await hypervisor.ownBridge()
            } catch let error as HostError {
                throw Unavailable(
                    reason: "no bridge can be made: \(error.detail)",
                    nextStep: "load the kernel's module bridge, or use network 'user'"
                )
            }
        case (let name?, nil):
            guard FileManager.default.fileExists(atPath: "/sys/class/net/\(name)/bridge") else {
                throw Unavailable(
                    reason: "this host has no bridge '\(name)'",
                    nextStep: "see 'ip link show type bridge', or make one"
                )
            }
            return name
        case (nil, nil):
            throw Unavailable(
                reason: "guests of the system's libvirtd are in the host's network, in which benchrun makes no bridge",
                nextStep: "name one of the host's with the option bridge"
            )
        case (.some(let name), .some):
            throw Unavailable(
                reason: "the run's own libvirtd has a network of its own, without the bridge '\(name)'",
                nextStep: "remove the option bridge, or start the system's libvirtd"
            )
        }
    }

    private func requireVirtiofs(_ capabilities: DomainCapabilities, _ link: Hypervisor.Link) async throws {
        guard capabilities.offers(fileSystem: "virtiofs") else {
            throw Unavailable(
                reason: "\(capabilities.path) has no device for virtiofs",
                nextStep: "use a qemu that is built with vhost-user"
            )
        }
        guard let daemon = HostAbilities.virtiofsd() else {
            throw Unavailable(reason: "there is no virtiofsd", nextStep: "install virtiofsd, or qemu-system-common")
        }
        if let words = try await HostAbilities.trial(of: daemon, setup) {
            throw Unavailable(
                reason: "\(daemon) does not run here: \(words)",
                nextStep: "run it by hand to see why, or use a disk"
            )
        }
    }

    /// One guest waits while others are measured, and one more may be started meanwhile.
    static func requireHugePages(for limits: Limits) throws(DriverError) {
        let memory = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)) ?? ""
        try HostAbilities.requireHugePages(for: 2, of: limits.memory, memory: memory)
    }

    /// Refuses limits that a session's libvirt cannot enforce and that would make a difference.
    static func refuseUnequal(_ options: LibvirtOptions, _ limits: Limits) throws(DriverError) {
        // A virtual CPU that is pinned to one CPU cannot use more than all of it.
        guard options.connection == .session, (1..<100).contains(limits.cpuQuota) else { return }
        throw DriverError(
            subject: "libvirt/prepare",
            detail: "a session's libvirt cannot limit a guest to \(limits.cpuQuota) % of a CPU",
            nextStep: "set 'cpu-quota: 100 %' in the suite, or use connection 'system'"
        )
    }
}
#endif
