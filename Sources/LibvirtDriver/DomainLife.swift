#if Libvirt
import BenchrunModel
import Host
import Libvirt

/// What is done to one domain, each step with the time that libvirt may take for it.
struct DomainLife: Sendable {
    /// The domain.
    let domain: Domain
    /// Whose it is.
    let hypervisor: Hypervisor
    /// What errors call the driver.
    let driver: String

    /// How long libvirt may take to start a domain, or to do anything else.
    static let patience = Duration.seconds(120)
    /// How long a domain may take to end by itself.
    static let grace = Duration.seconds(15)

    /// Makes a call that returns nothing.
    func control(
        _ operation: String,
        _ act: @escaping @Sendable (Connection, Domain) async throws -> Void
    ) async throws {
        do {
            let connection = try await hypervisor.link().connection
            let domain = domain
            let done: Void? = try await Deadline.run(within: Self.patience) { try await act(connection, domain) }
            guard done != nil else {
                throw Hypervisor.gone("\(driver)/\(operation)", "libvirtd did not answer within \(Self.patience)")
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw DriverError(error, during: operation)
        }
    }

    /// Starts it; it is in the ledger before it is there.
    /// - Parameter make: the call to libvirt. What it makes after the time that it may take is ended again.
    func start(
        _ connection: Connection,
        _ ledger: any ResourceLedger,
        _ make: @escaping @Sendable (Connection) async throws -> Domain
    ) async throws {
        try await ledger.willCreate(kind: "domain", name: domain.name, detail: ["uri": connection.uri])
        let made = try await Deadline.run(within: Self.patience) {
            try await make(connection)
        } late: { domain in
            try? await connection.destroy(domain)
        }
        guard made != nil else {
            throw Hypervisor.gone("\(driver)/start", "libvirtd did not start the domain within \(Self.patience)")
        }
    }

    /// Asks the agent inside to end, which ends the domain.
    /// - Returns: whether nothing of it runs any more.
    func powerOff(through link: AgentLink, _ connection: Connection) async throws -> Bool {
        let events = connection.events
        guard let state = try await state(connection) else { return true }
        if state == .paused { try await connection.resume(domain) }
        // Both together: an agent that hangs does not answer the request either.
        let hasStopped = try await Deadline.run(within: Self.grace) {
            do {
                try await link.shutdown()
            } catch {
                // It may have gone before its answer came; if not, only force is left.
            }
            return try await awaitEnd(connection, events)
        }
        return hasStopped ?? false
    }

    /// Ends it, in the ordinary way or by force. When it returns nothing of the domain runs any more.
    /// - Parameters:
    ///   - powerOff: ends it in the ordinary way; says whether that was enough. Not asked where it need not be graceful.
    ///   - kill: ends its processes where libvirtd is gone and cannot.
    /// - Returns: that libvirtd is gone, where a graceful end was asked for; nil else.
    func end(
        gracefully: Bool,
        isolation: isolated (any Actor)? = #isolation,
        powerOff: (Connection) async throws -> Bool,
        kill: () async -> Void
    ) async throws -> DriverError? {
        do {
            let connection = try await hypervisor.link().connection
            if gracefully, try await powerOff(connection) { return nil }
            try await destroy(connection)
            return nil
        } catch {
            // Without libvirtd its processes are ours to end, where they can be found.
            let error = DriverError(error, during: "stop")
            guard error.isDaemonGone else { throw error }
            await kill()
            return gracefully ? error : nil
        }
    }

    /// Ends it by force.
    private func destroy(_ connection: Connection) async throws {
        do {
            let domain = domain
            let done: Void? = try await Deadline.run(within: Self.patience) { try await connection.destroy(domain) }
            guard done != nil else {
                throw Hypervisor.gone("\(driver)/stop", "libvirtd did not end the domain within \(Self.patience)")
            }
        } catch let error as LibvirtError where error.isNoDomain || error.isInvalidState {
            // It ended by itself.
        }
    }

    /// - Returns: false when the connection ended first.
    private func awaitEnd(_ connection: Connection, _ events: AsyncStream<DomainEvent>) async throws -> Bool {
        // It may have gone between the last look and the first event.
        if try await state(connection) == nil { return true }
        for await event in events where event.name == domain.name && event.kind == .stopped { return true }
        return false
    }

    /// What the domain is doing; nil when there is none any more.
    private func state(_ connection: Connection) async throws(LibvirtError) -> DomainState? {
        do {
            return try await connection.state(of: domain)
        } catch {
            if error.isNoDomain { return nil }
            throw error
        }
    }
}
#endif
