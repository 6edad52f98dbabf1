#if Libvirt
import BenchrunModel
import Foundation
import Glibc
import Host
import Images
import Libvirt

/// What is known about an environment before its first instance.
struct PreparedEnvironment: Sendable {
    /// Its options.
    var options: LibvirtOptions
    /// KVM or TCG, and why.
    var acceleration: Acceleration
    /// Path of the emulator.
    var emulator: String
    /// The machine type with its version.
    var machine: String
    /// What a report says about it.
    var facts: [String: String]
    /// The bridge that its guests are at; nil where they are at none.
    var bridge: String?
    /// How scratch disks are formatted.
    var scratch: ScratchFormat?
    /// The disks of an engine inside the guest.
    var engine: PreparedEngine?
}

/// The environment cannot be used on this host.
struct Unavailable: Error {
    var reason: String
    var nextStep: String
}

/// Environments that were prepared, by name.
actor PreparedEnvironments {
    private var environments: [String: PreparedEnvironment] = [:]
    private var last: Task<Void, any Error>?

    private var folders: [ScratchDirectory] = []
    private var guests = 0

    /// Counts guests that need an address of their own.
    func nextGuest() -> Int {
        defer { guests += 1 }
        return guests
    }

    /// How many of them have a scratch disk of the run's.
    var withRawScratch: Int { environments.values.count { $0.options.scratch == .raw } }

    func known(_ name: String) -> PreparedEnvironment? { environments[name] }

    func remember(_ environment: PreparedEnvironment, as name: String) {
        environments[name] = environment
    }

    func remember(_ folder: ScratchDirectory) {
        if !folders.contains(folder) { folders.append(folder) }
    }

    /// The directories that were prepared; they are forgotten.
    func takeFolders() -> [ScratchDirectory] {
        defer { folders = [] }
        return folders
    }

    /// Runs one piece of work after another.
    func serially(_ work: @escaping @Sendable () async throws -> Void) async throws {
        let before = last
        let task = Task {
            _ = try? await before?.value
            try await work()
        }
        last = task
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}

extension LibvirtDriver {
    /// Finds out what an environment would be here.
    /// - Throws: ``Unavailable``, or an error of the attempt.
    func examine(_ environment: EnvironmentSpec) async throws -> PreparedEnvironment {
        let options = try LibvirtOptions(environment)
        _ = try OwnKernelOptions(environment)
        #if !arch(x86_64)
        throw Unavailable(reason: "guests are made for x86_64 only", nextStep: "use a host of that architecture")
        #endif
        let hypervisor = hypervisor(for: options)
        let link = try await hypervisor.link()
        let emulated = try await capabilities(of: "qemu", options, link)
        let decision = await Acceleration.decide(options.accelerator) {
            await self.stateOfKVM(options, emulated, link)
        }
        guard let acceleration = decision.acceleration else {
            throw Unavailable(
                reason: decision.reason,
                nextStep: "set accelerator 'auto' or 'tcg', or use a host whose KVM runs guests"
            )
        }
        let cpu = options.cpu(with: acceleration.accelerator)
        if acceleration.accelerator == .tcg, !emulated.offers(cpu: cpu) {
            throw Unavailable(
                reason: "TCG does not offer the cpu '\(cpu)'",
                nextStep: "see 'virsh domcapabilities --virttype qemu'"
            )
        }
        if options.engine != nil, let obstacle = GuestEngine.obstacle(cache: setup.cacheDirectory) {
            throw Unavailable(reason: obstacle, nextStep: "run 'make setup'")
        }
        let bridge = try await requirements(of: options, emulated, hypervisor, link)
        let prepared = PreparedEnvironment(
            options: options,
            acceleration: acceleration,
            emulator: emulated.path,
            machine: emulated.machine,
            facts: facts(options, emulated, acceleration, link),
            bridge: bridge
        )
        return prepared.naming(options.engine)
    }

    private func facts(
        _ options: LibvirtOptions,
        _ emulated: DomainCapabilities,
        _ acceleration: Acceleration,
        _ link: Hypervisor.Link
    ) -> [String: String] {
        var facts = [
            "engine.version": link.libraryVersion, "qemu.version": link.hypervisorVersion,
            "machine": emulated.machine, "cpu.mode": options.cpu(with: acceleration.accelerator),
            "accelerator": acceleration.accelerator.rawValue, "accelerator.reason": acceleration.reason,
            "private-daemon": link.daemon == nil ? "no" : "yes", "connection": options.connection.rawValue,
            "disk.bus": options.bus.rawValue, "scratch.kind": options.scratch.rawValue,
            "network": options.network.rawValue, "memory.pages": options.pages.rawValue,
        ]
        // Of the disk that is measured; there is none where a directory is shared.
        if options.hasScratchDisk {
            facts[FactKey.diskCache] = options.cache.rawValue
            facts["disk.io"] = options.io.rawValue
        }
        return facts
    }

    private func capabilities(
        of type: String,
        _ options: LibvirtOptions,
        _ link: Hypervisor.Link
    ) async throws -> DomainCapabilities {
        try DomainCapabilities(
            xml: try await link.connection.domainCapabilities(machine: options.machine, type: type)
        )
    }

    private func stateOfKVM(
        _ options: LibvirtOptions,
        _ emulated: DomainCapabilities,
        _ link: Hypervisor.Link
    ) async -> KVMState {
        guard access("/dev/kvm", F_OK) == 0 else { return .noDevice }
        guard access("/dev/kvm", R_OK | W_OK) == 0 else { return .noAccess(String(cString: strerror(errno))) }
        do {
            let offered = try await capabilities(of: "kvm", options, link)
            let cpu = options.cpu(with: .kvm)
            guard offered.offers(cpu: cpu) else { return .notOffered("not with the cpu '\(cpu)'") }
            let probe = KVMProbe(
                setup: setup,
                emulator: offered.path,
                version: link.hypervisorVersion,
                machine: options.machine,
                cpu: cpu
            )
            return .probed(await kvm.answer(to: probe))
        } catch {
            return .notOffered(DriverError(error, during: "probe").detail)
        }
    }
}
#endif
