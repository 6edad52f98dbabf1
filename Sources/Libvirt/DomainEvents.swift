#if Libvirt
internal import CLibvirt
internal import Synchronization

/// A step in a domain's life, as libvirt reports it.
public struct DomainEvent: Sendable, Equatable {
    /// What happened.
    public enum Kind: Int32, Sendable, CaseIterable {
        /// Its definition was stored.
        case defined = 0
        /// Its definition was removed.
        case undefined = 1
        /// It runs.
        case started = 2
        /// Its CPUs were stopped.
        case suspended = 3
        /// Its CPUs run again.
        case resumed = 4
        /// Nothing of it runs any more.
        case stopped = 5
        /// The guest asked to be powered off.
        case shutdown = 6
        /// The guest put itself to sleep.
        case sleeping = 7
        /// It crashed.
        case crashed = 8
    }

    /// The domain's name.
    public var name: String
    /// What happened.
    public var kind: Kind
    /// libvirt's `virDomainEvent*DetailType` of that kind.
    public var detail: Int32

    /// Creates an event.
    public init(name: String, kind: Kind, detail: Int32 = 0) {
        self.name = name
        self.kind = kind
        self.detail = detail
    }
}

/// Hands one connection's events to any number of streams, and remembers that the connection was lost.
///
/// libvirt calls it on the event loop's thread; it never blocks there.
final class DomainEvents: Sendable {
    private struct State {
        var streams: [Int: AsyncStream<DomainEvent>.Continuation] = [:]
        var nextStream = 0
        var isFinished = false
    }

    private let state = Mutex(State())

    /// True once the connection was closed or lost.
    var isFinished: Bool { state.withLock { $0.isFinished } }

    /// A stream of what happens from now on; it ends with the connection.
    func stream() -> AsyncStream<DomainEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: DomainEvent.self)
        let number = state.withLock { state -> Int? in
            guard !state.isFinished else { return nil }
            defer { state.nextStream += 1 }
            state.streams[state.nextStream] = continuation
            return state.nextStream
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [self] _ in
            state.withLock { $0.streams[number] = nil }
        }
        return stream
    }

    func yield(_ event: DomainEvent) {
        let streams = state.withLock { Array($0.streams.values) }
        for stream in streams { stream.yield(event) }
    }

    /// The connection is gone.
    func finish() {
        let streams = state.withLock { state in
            state.isFinished = true
            defer { state.streams = [:] }
            return Array(state.streams.values)
        }
        for stream in streams { stream.finish() }
    }

    /// Registers with a connection for its lifecycle events and its end.
    /// - Returns: the number to give to ``deregister(_:from:)``; nil where the driver has no events.
    func register(with connection: virConnectPtr) -> Int32? {
        let retained = Unmanaged.passRetained(self)
        if virConnectRegisterCloseCallback(connection, Self.close, retained.toOpaque(), Self.release) < 0 {
            retained.release()
        }
        let alsoRetained = Unmanaged.passRetained(self)
        let number = benchrun_register_lifecycle_events(
            connection,
            Self.lifecycle,
            alsoRetained.toOpaque(),
            Self.release
        )
        guard number >= 0 else {
            alsoRetained.release()
            return nil
        }
        return number
    }

    /// Ends what ``register(with:)`` began; both registrations hold the connection open.
    func deregister(_ number: Int32?, from connection: virConnectPtr) {
        if let number { virConnectDomainEventDeregisterAny(connection, number) }
        virConnectUnregisterCloseCallback(connection, Self.close)
    }

    // libvirt finds a registration by the callback's address, so there is one of each.
    private static let close: virConnectCloseFunc = { _, _, opaque in DomainEvents.from(opaque)?.finish() }

    private static let lifecycle: virConnectDomainEventCallback = { _, domain, event, detail, opaque in
        if let domain, let name = virDomainGetName(domain), let kind = DomainEvent.Kind(rawValue: event) {
            DomainEvents.from(opaque)?.yield(DomainEvent(name: String(cString: name), kind: kind, detail: detail))
        }
        return 0
    }

    private static let release: virFreeCallback = { opaque in
        if let opaque { Unmanaged<DomainEvents>.fromOpaque(opaque).release() }
    }

    private static func from(_ opaque: UnsafeMutableRawPointer?) -> DomainEvents? {
        opaque.map { Unmanaged<DomainEvents>.fromOpaque($0).takeUnretainedValue() }
    }
}
#endif
