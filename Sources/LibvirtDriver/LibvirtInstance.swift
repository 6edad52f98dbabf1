#if Libvirt
import BenchrunModel
import Foundation
import Host
import Libvirt

/// One guest: a transient domain, its disks and its channel.
actor LibvirtInstance: Pausing {
    nonisolated let spec: InstanceSpec
    nonisolated let domain: Domain
    let driver: LibvirtDriver
    let plan: DomainPlan
    let files: GuestFiles
    let scratch: ScratchFormat
    nonisolated let hypervisor: Hypervisor
    let listener: AgentListener
    var link: AgentLink?
    private(set) var emulator: EmulatorProcess?
    private var logDirectory: String?
    var isGone = false
    /// Says when the guest's kernel began to speak.
    private(set) var console: FirstByteWatch?
    /// Files that operations have left beside those of ``files``.
    var leftFiles: [String] = []

    private init(
        _ spec: InstanceSpec,
        plan: DomainPlan,
        files: GuestFiles,
        scratch: ScratchFormat,
        listener: AgentListener,
        driver: LibvirtDriver
    ) {
        hypervisor = driver.hypervisor(for: plan.options)
        self.spec = spec
        self.plan = plan
        self.files = files
        self.scratch = scratch
        self.listener = listener
        self.driver = driver
        domain = Domain(name: spec.name)
    }

    /// Makes everything but the domain. Nothing is left of a failure.
    static func create(
        _ spec: InstanceSpec,
        _ prepared: PreparedEnvironment,
        in context: RunContext,
        by driver: LibvirtDriver,
        engine: EngineDevices? = nil
    ) async throws -> LibvirtInstance {
        _ = try await driver.hypervisor(for: prepared.options).link()
        let format = prepared.scratch ?? ScratchFormat.like(directory: context.scratchDirectory)
        let files = try await GuestFiles.make(for: spec, prepared, format, in: context, by: driver)
        do {
            let arguments = prepared.options.kernelArguments + (engine?.kernelArguments ?? [])
            var line = KernelLine.ofHost(format, arguments: arguments)
            line.apply(prepared.options, address: await driver.nextAddress(prepared))
            var plan = DomainPlan(
                spec,
                prepared,
                files: files,
                kernelLine: line.text,
                bridge: prepared.bridge,
                in: context
            )
            plan.engine = engine
            // Before anything starts: what XML cannot say is a failure to create.
            _ = try plan.xml()
            let listener = try AgentListener(path: files.channel)
            return LibvirtInstance(
                spec,
                plan: plan,
                files: files,
                scratch: format,
                listener: listener,
                driver: driver
            )
        } catch {
            await files.remove(by: driver)
            throw error
        }
    }

    func start() async throws {
        do {
            let connected = try await hypervisor.link()
            let connection = connected.connection
            logDirectory = connected.logDirectory
            let xml = try plan.xml()
            console?.stop()
            console = FirstByteWatch(files.console)
            try await life.start(connection, driver.setup.ledger) { try await $0.create(xml: xml, flags: .autodestroy) }
            emulator = EmulatorProcess(of: domain.name, pidDirectory: connected.pidDirectory)
            // The emulator has connected before it was ready for libvirt.
            link = try await listener.accept(name: spec.name, within: .seconds(30))
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw DriverError(error, during: "start")
        }
    }

    var agent: any AgentConnection {
        get async throws {
            guard let link else {
                throw DriverError(subject: "libvirt/agent", detail: "'\(spec.name)' has not been started")
            }
            return link
        }
    }

    func pause() async throws {
        try await control("pause") { try await $0.suspend($1) }
    }

    func resume() async throws {
        try await control("resume") { try await $0.resume($1) }
    }

    func control(
        _ operation: String,
        _ act: @escaping @Sendable (Connection, Domain) async throws -> Void
    ) async throws {
        try await life.control(operation, act)
    }

    private var life: DomainLife { DomainLife(domain: domain, hypervisor: hypervisor, driver: LibvirtDriver.name) }

    /// The guest powers itself off; one that does not is ended by force.
    func stop() async throws {
        guard !isGone, link != nil || emulator != nil else { return }
        // To its end also when the task is cancelled: whoever cancels wants nothing left running.
        try await Task.detached { try await self.end(gracefully: true) }.value
    }

    func remove() async throws {
        try await Task.detached {
            defer { self.listener.close() }
            await self.console?.stop()
            try await self.end(gracefully: false)
            await self.files.remove(by: self.driver)
            await self.removeLeftFiles()
            try await self.driver.setup.ledger.didRemove(kind: "domain", name: self.domain.name)
        }.value
    }

    func end(gracefully: Bool) async throws {
        guard !isGone else { return }
        defer { link = gone(link) }
        let failure = try await life.end(gracefully: gracefully) { connection in
            guard let link else { return false }
            return try await life.powerOff(through: link, connection)
        } kill: {
            await emulator?.kill()
        }
        isGone = true
        if let failure { throw failure }
    }

    private func gone(_ link: AgentLink?) -> AgentLink? {
        if let link { Task { await link.close() } }
        return nil
    }

    func diagnostics() async -> String {
        files.diagnostics(emulatorLog: logDirectory.map { "\($0)/\(domain.name).log" })
    }
}
#endif
