#if Libvirt
import BenchrunModel
import Foundation
import Host
import Libvirt

/// A guest that boots its own disk with its own kernel and init: a transient domain, an overlay of the disk, a console.
actor OwnKernelInstance: ConsoleReady {
    nonisolated let spec: InstanceSpec
    private let domain: Domain
    private let driver: LibvirtDriver
    private let plan: DomainPlan
    private let options: OwnKernelOptions
    private let console: ConsoleFile
    private let watcher = BlockingExecutor(name: "console")
    private var logDirectory: String?
    private var emulator: EmulatorProcess?
    private var isStarted = false
    private var isGone = false

    private init(_ plan: DomainPlan, _ options: OwnKernelOptions, for spec: InstanceSpec, by driver: LibvirtDriver) {
        self.spec = spec
        self.plan = plan
        self.options = options
        self.driver = driver
        domain = Domain(name: spec.name)
        console = ConsoleFile(path: plan.console)
    }

    /// Makes the overlay and the console. Nothing is left of a failure.
    static func create(
        _ spec: InstanceSpec,
        _ options: OwnKernelOptions,
        in context: RunContext,
        by driver: LibvirtDriver
    ) async throws -> OwnKernelInstance {
        _ = try await driver.hypervisor.link()
        let prepared = try await driver.examine(spec.environment)
        guard let base = context.image.bootDisk else { throw LibvirtDriver.withoutBootDisk }
        let plan = DomainPlan(
            name: spec.name,
            run: context.setup.run.text,
            accelerator: prepared.acceleration.accelerator,
            options: prepared.options,
            limits: context.limits,
            emulator: prepared.emulator,
            kernel: "",
            initramfs: "",
            kernelLine: "",
            rootDisk: "\(context.scratchDirectory)/\(spec.name).qcow2",
            scratchDisk: "",
            channel: "",
            console: "\(driver.setup.stateDirectory)/\(spec.name).console",
            owner: "+\(geteuid()):+\(getegid())"
        )
        let instance = OwnKernelInstance(plan, options, for: spec, by: driver)
        do {
            _ = try plan.xml()
            for path in [plan.rootDisk, plan.console] {
                try await driver.setup.ledger.willCreate(kind: "file", name: path, detail: [:])
            }
            try await GuestFiles.make(overlay: plan.rootDisk, of: base, console: plan.console)
        } catch {
            await Task { await instance.removeFiles() }.value
            throw error
        }
        return instance
    }

    func start() async throws {
        do {
            let connected = try await driver.hypervisor.link()
            let connection = connected.connection
            logDirectory = connected.logDirectory
            let xml = try plan.xml()
            isStarted = true
            try await life.start(connection, driver.setup.ledger) { try await $0.create(xml: xml, flags: .autodestroy) }
            emulator = EmulatorProcess(of: domain.name, pidDirectory: connected.pidDirectory)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw DriverError(error, during: "start")
        }
    }

    var agent: any AgentConnection {
        get async throws {
            throw DriverError(
                subject: "libvirt/agent",
                detail: "a guest that runs its own system has no agent of benchrun's",
                nextStep: "measure its start with the workload 'startup'"
            )
        }
    }

    func awaitConsole(_ pattern: String, within limit: Duration) async throws -> UInt64 {
        let console = console
        let seenAt = try await watcher.run(cancellable: { checkCancellation in
            try console.line(matching: pattern, within: limit, checkCancellation: checkCancellation)
        })
        guard let seenAt else {
            throw DriverError(
                subject: "libvirt/boot",
                detail: "the guest's serial console showed nothing that '\(pattern)' matches within \(limit)",
                nextStep:
                    "let its kernel and init write to ttyS0 (console=ttyS0), or set 'ready' in the environment's file"
            )
        }
        return seenAt
    }

    /// Presses the guest's power button; one that does not power off in time is ended by force.
    func stop() async throws {
        guard isStarted, !isGone else { return }
        try await Task.detached { try await self.end(gracefully: true) }.value
    }

    func remove() async throws {
        try await Task.detached {
            if await self.isStarted { try await self.end(gracefully: false) }
            await self.removeFiles()
            try await self.driver.setup.ledger.didRemove(kind: "domain", name: self.domain.name)
        }.value
    }

    private var life: DomainLife {
        DomainLife(domain: domain, hypervisor: driver.hypervisor, driver: LibvirtDriver.name)
    }

    private func end(gracefully: Bool) async throws {
        guard !isGone else { return }
        let gone = try await life.end(gracefully: gracefully) { connection in
            guard options.shutdownLimit > .zero else { return false }
            return try await powerOff(connection)
        } kill: {
            await emulator?.kill()
        }
        isGone = true
        if let gone { throw gone }
    }

    /// - Returns: whether nothing of the guest runs any more.
    private func powerOff(_ connection: Connection) async throws -> Bool {
        let events = connection.events
        let domain = domain
        let hasStopped = try await Deadline.run(within: options.shutdownLimit) {
            do {
                try await connection.shutdown(domain)
            } catch let error as LibvirtError where error.isNoDomain || error.isInvalidState {
                return true
            }
            for await event in events where event.name == domain.name && event.kind == .stopped { return true }
            return false
        }
        return hasStopped ?? false
    }

    private func removeFiles() async {
        for path in [plan.rootDisk, plan.console] {
            try? FileManager.default.removeItem(atPath: path)
            try? await driver.setup.ledger.didRemove(kind: "file", name: path)
        }
    }

    func diagnostics() async -> String {
        GuestFiles.diagnostics(
            console: plan.console,
            emulatorLog: logDirectory.map { "\($0)/\(domain.name).log" }
        )
    }
}
#endif
