#if Libvirt
import BenchrunModel
import Foundation
import Glibc
import Host
import Libvirt

/// One container of libvirt's, whose first program is the agent. Their channel is a socket that libvirt passes on.
actor LibvirtLXCInstance: Pausing {
    /// How its processes were stopped.
    private enum Pause {
        case freezer(ControlGroup)
        case libvirt
    }

    /// Control files can block while the kernel waits for others; they are written from this thread.
    private static let executor = BlockingExecutor(name: "lxc-freezer")

    nonisolated let spec: InstanceSpec
    nonisolated let domain: Domain
    let driver: LibvirtLXCDriver
    let plan: ContainerPlan
    private let scratch: ScratchDirectory
    private var link: AgentLink?
    private(set) var process: ContainerProcess?
    private var pause: Pause?
    private var log: String?
    private var isRecorded = false
    private var isGone = false

    /// An instance of which nothing but the scratch directory exists yet.
    init(_ spec: InstanceSpec, plan: ContainerPlan, scratch: ScratchDirectory, driver: LibvirtLXCDriver) {
        self.spec = spec
        self.plan = plan
        self.scratch = scratch
        self.driver = driver
        domain = Domain(name: spec.name)
    }

    private var life: DomainLife {
        DomainLife(domain: domain, hypervisor: driver.hypervisor, driver: LibvirtLXCDriver.name)
    }

    func start() async throws {
        guard link == nil else {
            throw DriverError(subject: "libvirt-lxc/start", detail: "'\(spec.name)' was started before")
        }
        do {
            let connected = try await driver.hypervisor.link()
            let connection = connected.connection
            log = "\(connected.logDirectory)/\(domain.name).log"
            isRecorded = true
            let xml = try plan.xml()
            let ends = try AgentLink.spawnPair()
            let link = try AgentLink(name: spec.name, input: ends.link, output: ends.link)
            self.link = link
            try await life.start(connection, driver.setup.ledger) { connection in
                // Until the call has returned, also when nobody waits for it any more.
                defer { close(ends.child) }
                return try await connection.create(xml: xml, passing: [ends.child], flags: .autodestroy)
            }
            process = ContainerProcess(of: domain.name, pidDirectory: connected.pidDirectory)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw DriverError(error, during: "start")
        }
    }

    var agent: any AgentConnection {
        get async throws {
            guard let link else {
                throw DriverError(subject: "libvirt-lxc/agent", detail: "'\(spec.name)' has not been started")
            }
            return link
        }
    }

    /// Through the freezer, as other containers; libvirt also waits in steps of a tenth of a second and sometimes gives
    /// up. Through libvirt where the group cannot be written.
    func pause() async throws {
        guard pause == nil else { return }
        if let group = process?.controlGroup {
            do {
                try await Self.executor.run { try group.freeze() }
                pause = .freezer(group)
                return
            } catch {
                try? group.thaw()
            }
        }
        try await life.control("pause") { try await $0.suspend($1) }
        pause = .libvirt
    }

    func resume() async throws {
        switch pause {
        case nil: return
        case .freezer(let group):
            // Nothing to thaw is left of a container that was killed.
            if group.exists { try group.thaw() }
        case .libvirt: try await life.control("resume") { try await $0.resume($1) }
        }
        pause = nil
    }

    /// The agent ends, and the container with it; one that does not is ended by force.
    func stop() async throws {
        guard !isGone, link != nil else { return }
        // To its end also when the task is cancelled: whoever cancels wants nothing left running.
        try await Task.detached { try await self.end(gracefully: true) }.value
    }

    func remove() async throws {
        try await Task.detached {
            try await self.end(gracefully: false)
            try await self.scratch.remove()
            try await self.forget()
        }.value
    }

    private func forget() async throws {
        guard isRecorded else { return }
        try await driver.setup.ledger.didRemove(kind: "domain", name: domain.name)
        isRecorded = false
    }

    private func end(gracefully: Bool) async throws {
        guard !isGone else { return }
        // Nothing was asked of libvirt yet.
        guard isRecorded else {
            isGone = true
            return
        }
        // Frozen processes do not die, and libvirt does not know that these are.
        try? await resume()
        let failure = try await life.end(gracefully: gracefully) { connection in
            guard let link else { return false }
            return try await life.powerOff(through: link, connection)
        } kill: {
            await process?.kill()
        }
        isGone = true
        if let failure { throw failure }
        await link?.close()
    }

    func diagnostics() async -> String {
        log.map { GuestFiles.printableEnd(of: $0) } ?? ""
    }
}
#endif
