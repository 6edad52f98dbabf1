#if Libvirt
public import BenchrunModel
import Foundation
import Host
import Libvirt

/// Virtual machines through libvirt: a transient domain for each instance, with KVM or, labelled so, with TCG.
///
/// Uses the system's libvirtd where it answers; else, as root, one of the run's own, which ``shutdown()`` ends. With
/// the option `connection: session` it is always one of the run's own, which acts as an ordinary user.
public final class LibvirtDriver: Driver {
    /// `libvirt`
    public static let name = "libvirt"
    /// `accelerator` (`auto`, `kvm`, `tcg`), `machine`, `cpu`, `pages` (`ordinary`, `huge`), `emulator-cpus`
    /// (`housekeeping`, `measured`), `cache`, `io`, `disk-bus` (`virtio`, `scsi`), `scratch` (`raw`, `qcow2`,
    /// `virtiofs`), `network` (`none`, `user`, `bridge`), `bridge`, `connection` (`system`, `session`),
    /// `kernel-arguments`, `engine` (`docker`).
    public static let options = LibvirtOptions.names

    let setup: DriverSetup
    let hypervisor: Hypervisor
    /// The libvirt of environments with `connection: session`.
    let session: Hypervisor
    let scratch: ScratchDisks
    let kvm = KVMAnswers()
    private let plans = PreparedEnvironments()

    /// Creates the driver; does nothing yet.
    public init(setup: DriverSetup) {
        self.setup = setup
        hypervisor = Hypervisor(setup: setup)
        session = Hypervisor(setup: setup, kind: .session)
        scratch = ScratchDisks(ledger: setup.ledger)
    }

    /// Finds out whether guests of this environment run here, and whether with KVM.
    public func probe(_ environment: EnvironmentSpec) async -> Availability {
        do {
            let prepared = try await examine(environment)
            return .available(facts: prepared.facts)
        } catch let refusal as Unavailable {
            return .unavailable(reason: refusal.reason, nextStep: refusal.nextStep)
        } catch {
            let error = DriverError(error, during: "probe")
            return .unavailable(reason: error.detail, nextStep: error.nextStep ?? "run 'benchrun doctor'")
        }
    }

    /// Checks the image, makes the scratch disks and learns what the guest's file system is to be like.
    public func prepare(_ environment: EnvironmentSpec, in context: RunContext) async throws {
        do {
            if try OwnKernelOptions(environment) != nil {
                try await prepareOwnKernel(environment, in: context)
            } else {
                _ = try await prepared(environment, in: context)
            }
        } catch let refusal as Unavailable {
            throw DriverError(subject: "libvirt/prepare", detail: refusal.reason, nextStep: refusal.nextStep)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw DriverError(error, during: "prepare")
        }
    }

    /// Makes the disks and the channel of a guest; ``Instance/start()`` makes the domain.
    public func create(_ spec: InstanceSpec, in context: RunContext) async throws -> any Instance {
        do {
            if let options = try OwnKernelOptions(spec.environment) {
                return try await OwnKernelInstance.create(spec, options, in: context, by: self)
            }
            let prepared = try await prepared(spec.environment, in: context)
            if let engine = prepared.engine {
                return try await GuestDockerInstance.create(spec, prepared, engine, in: context, by: self)
            }
            return try await LibvirtInstance.create(spec, prepared, in: context, by: self)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw DriverError(error, during: "create")
        }
    }

    /// Closes the connection, which ends what domains are left, and deletes the scratch disks.
    public func shutdown() async {
        async let systems: Void = hypervisor.shutdown()
        async let sessions: Void = session.shutdown()
        _ = await (systems, sessions)
        await scratch.removeAll()
        for folder in await plans.takeFolders() {
            await ScratchDirectory.removeParent(folder.path, ledger: setup.ledger)
        }
    }

    /// The libvirt that makes an environment's guests.
    func hypervisor(for options: LibvirtOptions) -> Hypervisor {
        options.connection == .session ? session : hypervisor
    }

    /// What ``prepare(_:in:)`` found out; found out now where it was not called.
    private func prepared(
        _ environment: EnvironmentSpec,
        in context: RunContext
    ) async throws -> PreparedEnvironment {
        if let known = await plans.known(environment.name) { return known }
        var prepared = try await examine(environment)
        try Self.refuseUnequal(prepared.options, context.limits)
        if prepared.options.pages == .huge { try Self.requireHugePages(for: context.limits) }
        let image = context.image
        for (what, path) in [("disk", image.disk), ("kernel", image.kernel), ("initramfs", image.initramfs)] {
            guard let path, FileManager.default.isReadableFile(atPath: path) else {
                throw DriverError(
                    subject: "libvirt/prepare",
                    detail: "the image has no \(what) for a guest",
                    nextStep: "run 'benchrun image build'"
                )
            }
            try Self.refuseWithoutDirectIO(prepared.options, to: path)
        }
        prepared.scratch = ScratchFormat.like(directory: context.scratchDirectory)
        switch prepared.options.scratch {
        case .raw: try await provideDisks(in: context)
        case .qcow2: break
        case .virtiofs:
            await plans.remember(try await ScratchDirectory.prepareParent(driver: Self.name, in: context))
        }
        if prepared.options.engine != nil {
            prepared.engine = try await PreparedEngine.make(for: context, cache: setup.cacheDirectory)
        }
        await plans.remember(prepared, as: environment.name)
        return prepared
    }

    private func provideDisks(in context: RunContext) async throws {
        try await plans.serially {
            // Each environment has an instance that waits while others are measured, and one of them may besides
            // have some whose starts are measured.
            let count = await self.plans.withRawScratch + 1 + max(1, context.instancesAtOnce)
            try await self.scratch.provide(
                count,
                in: context.scratchDirectory,
                size: context.scratchSize,
                prefix: self.scratchPrefix
            )
        }
    }

    /// The address of an environment's next guest; nil where it has no network, or that is the host's.
    func nextAddress(_ prepared: PreparedEnvironment) async -> GuestAddress? {
        switch prepared.options.network {
        case .none: nil
        case .user: .user
        case .bridge: prepared.options.bridge == nil ? .bridged(await plans.nextGuest()) : nil
        }
    }

    /// How the run's scratch disks are called.
    var scratchPrefix: String { "benchrun-\(setup.run)-scratch" }

    private static func refuseWithoutDirectIO(_ options: LibvirtOptions, to file: String) throws(DriverError) {
        let directory = URL(fileURLWithPath: file).deletingLastPathComponent().path
        guard options.cache.isDirect, !ScratchDisk.permitsDirectIO(directory) else { return }
        throw DriverError(
            subject: "libvirt/prepare",
            detail:
                "cache '\(options.cache.rawValue)' needs direct I/O, which the file system of \(directory) has not",
            nextStep: "use another directory, or cache 'writeback' in the environment's file"
        )
    }
}
#endif
