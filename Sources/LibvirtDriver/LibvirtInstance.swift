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
    private let listener: AgentListener
    private var link: AgentLink?
    private(set) var emulator: EmulatorProcess?
    private var logDirectory: String?
    private var isGone = false

    /// How long libvirt may take to start an emulator, or to do anything else.
    private static let patience = Duration.seconds(120)
    /// How long a guest may take to power off.
    private static let grace = Duration.seconds(15)

    private init(
        _ spec: InstanceSpec,
        plan: DomainPlan,
        files: GuestFiles,
        scratch: ScratchFormat,
        listener: AgentListener,
        driver: LibvirtDriver
    ) {
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
        by driver: LibvirtDriver
    ) async throws -> LibvirtInstance {
        _ = try await driver.hypervisor.link()
        let format = prepared.scratch ?? ScratchFormat.like(directory: context.scratchDirectory)
        let files = try await GuestFiles.make(for: spec, format, in: context, by: driver)
        do {
            let plan = DomainPlan(
                spec,
                prepared,
                files: files,
                kernelLine: KernelLine.ofHost(format, arguments: prepared.options.kernelArguments).text,
                in: context
            )
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
            let connected = try await driver.hypervisor.link()
            let connection = connected.connection
            logDirectory = connected.logDirectory
            try await driver.setup.ledger.willCreate(
                kind: "domain",
                name: domain.name,
                detail: ["uri": connection.uri]
            )
            let xml = try plan.xml()
            let created = try await Deadline.run(within: Self.patience) {
                try await connection.create(xml: xml, flags: .autodestroy)
            } late: { domain in
                try? await connection.destroy(domain)
            }
            guard created != nil else {
                throw Hypervisor.gone("libvirt/start", "libvirtd did not start the domain within \(Self.patience)")
            }
            emulator = EmulatorProcess(of: domain.name, runDirectory: connected.runDirectory)
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

    private func control(
        _ operation: String,
        _ act: @escaping @Sendable (Connection, Domain) async throws -> Void
    ) async throws {
        do {
            let connection = try await driver.hypervisor.link().connection
            let domain = domain
            let done: Void? = try await Deadline.run(within: Self.patience) { try await act(connection, domain) }
            guard done != nil else {
                throw Hypervisor.gone("libvirt/\(operation)", "libvirtd did not answer within \(Self.patience)")
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw DriverError(error, during: operation)
        }
    }

    /// The guest powers itself off; one that does not is ended by force.
    func stop() async throws {
        guard !isGone, link != nil || emulator != nil else { return }
        // To its end also when the task is cancelled: whoever cancels wants nothing left running.
        try await Task.detached { try await self.end(gracefully: true) }.value
    }

    func remove() async throws {
        try await Task.detached {
            defer { self.listener.close() }
            try await self.end(gracefully: false)
            await self.files.remove(by: self.driver)
            try await self.driver.setup.ledger.didRemove(kind: "domain", name: self.domain.name)
        }.value
    }

    private func end(gracefully: Bool) async throws {
        guard !isGone else { return }
        defer { link = gone(link) }
        do {
            let connection = try await driver.hypervisor.link().connection
            if gracefully, try await powerOff(connection) {
                isGone = true
                return
            }
            try await destroy(connection)
            isGone = true
        } catch {
            // Without libvirtd its emulator is ours to end, where it can be found.
            let error = DriverError(error, during: "stop")
            guard error.isDaemonGone else { throw error }
            await emulator?.kill()
            isGone = true
            if gracefully { throw error }
        }
    }

    /// - Returns: whether nothing of the guest runs any more.
    private func powerOff(_ connection: Connection) async throws -> Bool {
        guard let link else { return false }
        let events = connection.events
        let domain = self.domain
        guard let state = try await Self.state(of: domain, connection) else { return true }
        if state == .paused { try await connection.resume(domain) }
        // Both together: an agent that hangs does not answer the request either.
        let hasStopped = try await Deadline.run(within: Self.grace) {
            do {
                try await link.shutdown()
            } catch {
                // The guest may have gone before its answer came; if not, only force is left.
            }
            return try await Self.awaitEnd(of: domain, connection, events)
        }
        return hasStopped ?? false
    }

    /// - Returns: false when the connection ended first.
    private static func awaitEnd(
        of domain: Domain,
        _ connection: Connection,
        _ events: AsyncStream<DomainEvent>
    ) async throws -> Bool {
        // It may have gone between the last look and the first event.
        if try await state(of: domain, connection) == nil { return true }
        for await event in events where event.name == domain.name && event.kind == .stopped { return true }
        return false
    }

    private func destroy(_ connection: Connection) async throws {
        do {
            let domain = domain
            let done: Void? = try await Deadline.run(within: Self.patience) { try await connection.destroy(domain) }
            guard done != nil else {
                throw Hypervisor.gone("libvirt/stop", "libvirtd did not end the domain within \(Self.patience)")
            }
        } catch let error as LibvirtError where error.isNoDomain || error.isInvalidState {
            // It ended by itself.
        }
    }

    /// What the domain is doing; nil when there is none any more.
    private static func state(
        of domain: Domain,
        _ connection: Connection
    ) async throws(LibvirtError) -> DomainState? {
        do {
            return try await connection.state(of: domain)
        } catch {
            if error.isNoDomain { return nil }
            throw error
        }
    }

    private func gone(_ link: AgentLink?) -> AgentLink? {
        if let link { Task { await link.close() } }
        return nil
    }

    func diagnostics() async -> String {
        files.diagnostics(emulatorLog: logDirectory.map { "\($0)/qemu/\(domain.name).log" })
    }
}
#endif
