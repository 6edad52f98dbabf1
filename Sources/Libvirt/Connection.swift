#if Libvirt
internal import CLibvirt
internal import Host

/// A connection to libvirt. Every call runs, and may block, on the connection's own thread; calls on one connection
/// follow each other.
///
/// Domains are named by value (``Domain``), never by pointer: a pointer would keep the connection open, and with it
/// the domains that are to go away with it.
public actor Connection {
    /// Where it leads: `qemu:///system`, `test:///default`, ...
    public nonisolated let uri: String
    private nonisolated let executor: BlockingExecutor
    private nonisolated let hub = DomainEvents()
    private var pointer: virConnectPtr?
    private var eventRegistration: Int32?

    /// The connection's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private init(uri: String) {
        self.uri = uri
        executor = BlockingExecutor(name: "libvirt")
    }

    /// Opens a connection.
    /// - Parameters:
    ///   - uri: libvirt's address of a hypervisor.
    ///   - limit: how long the daemon may take to answer. A daemon that hangs costs its thread, not the caller.
    /// - Throws: ``LibvirtError``, or `CancellationError`.
    public static func open(_ uri: String, within limit: Duration) async throws -> Connection {
        try EventLoop.start()
        let opened = try await Deadline.run(within: limit) {
            let connection = Connection(uri: uri)
            try await connection.connect()
            return connection
        } late: { connection in
            await connection.close()
        }
        guard let opened else {
            throw LibvirtError(
                operation: "open",
                code: Int32(VIR_ERR_OPERATION_TIMEOUT.rawValue),
                domain: 0,
                message: "\(uri) did not answer within \(limit)",
                isConnectionLost: true
            )
        }
        return opened
    }

    /// What happens to this connection's domains from now on; the stream ends when the connection does.
    public nonisolated var events: AsyncStream<DomainEvent> { hub.stream() }

    /// True once the connection was closed or its daemon went away.
    public nonisolated var isLost: Bool { hub.isFinished }

    /// Closes the connection; libvirt then destroys the domains that were created to go away with it. Idempotent.
    public func close() {
        hub.finish()
        guard let pointer else { return }
        self.pointer = nil
        hub.deregister(eventRegistration, from: pointer)
        virConnectClose(pointer)
    }

    private func connect() throws(LibvirtError) {
        guard let pointer = virConnectOpen(uri) else { throw .last("open") }
        self.pointer = pointer
        // A daemon that stays silent for 15 s is gone. Local drivers have no keep-alive, which is no error here.
        virConnectSetKeepAlive(pointer, 5, 3)
        eventRegistration = hub.register(with: pointer)
    }

    /// Runs a call on the connection.
    /// - Parameters:
    ///   - operation: its name in errors.
    ///   - body: makes the call; nil means that it failed and libvirt's error of this thread says why.
    func call<Value>(
        _ operation: String,
        _ body: (virConnectPtr) -> Value?
    ) throws(LibvirtError) -> Value {
        guard let pointer, !hub.isFinished else { throw .lost(operation, uri: uri) }
        guard let value = body(pointer) else { throw failure(operation) }
        return value
    }

    /// Runs a call on a domain. It is looked up by its name each time.
    func call<Value>(
        _ operation: String,
        on domain: Domain,
        _ body: (virDomainPtr) -> Value?
    ) throws(LibvirtError) -> Value {
        guard let pointer, !hub.isFinished else { throw .lost(operation, uri: uri) }
        guard let handle = virDomainLookupByName(pointer, domain.name) else { throw failure(operation) }
        defer { virDomainFree(handle) }
        guard let value = body(handle) else { throw failure(operation) }
        return value
    }

    /// This thread's last error, with the connection's state.
    private func failure(_ operation: String) -> LibvirtError {
        var error = LibvirtError.last(operation)
        if let pointer, virConnectIsAlive(pointer) == 0 {
            error.isConnectionLost = true
        }
        return error
    }
}
#endif
