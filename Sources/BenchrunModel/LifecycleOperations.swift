/// Something that is done to an instance between its start and its end: the words that a container's user types, and
/// their counterparts. Each has a ``Phase`` of the same name.
public enum LifecycleOperation: String, Sendable, Codable, CaseIterable {
    /// Its processes are held still, its CPUs stopped (libvirt: suspend).
    case pause
    /// They run again (libvirt: resume).
    case unpause
    /// The agent that is in it executes `true`.
    case agentExec = "agent-exec"
    /// Its engine executes `true` in it.
    case exec
    /// Another client is connected to its output and has got the first byte of it.
    case attach
    /// An image is made of it.
    case commit
    /// The present state of its disk is kept: what is written from now on goes elsewhere.
    case snapshot
    /// Its memory is written to a file and it is gone.
    case save
    /// It is read from that file and its agent answers again.
    case restore
    /// It is ended in the ordinary way and started again; done when the request to start was accepted. Its agent is
    /// another one then.
    case restart
    /// It is ended by force (libvirt: destroy).
    case kill
}

/// An instance on which its driver can do more than start and end it.
///
/// ``LifecycleOperation/pause`` and ``LifecycleOperation/unpause`` of any ``Pausing`` instance, and
/// ``LifecycleOperation/agentExec`` of every instance, need none of this.
public protocol LifecycleOperations: Instance {
    /// What it offers: for a container what its engine's own commands do.
    var operations: Set<LifecycleOperation> { get }
    /// Does one of ``operations``; returns when it is done. What it leaves behind goes with ``Instance/remove()``.
    /// - Parameter operation: in an order that makes sense: unpause after pause, restore after save, kill last.
    func perform(_ operation: LifecycleOperation) async throws
}

/// An instance with a kernel of its own, whose beginning the host can see.
public protocol Booting: Instance {
    /// When the kernel said its first words on the console, on the host's CLOCK_MONOTONIC_RAW in nanoseconds; nil where
    /// that was not seen.
    func kernelSpokeAt() async -> UInt64?
}
