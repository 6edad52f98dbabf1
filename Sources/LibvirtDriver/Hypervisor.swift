#if Libvirt
import BenchrunModel
import Foundation
import Host
import Libvirt

/// The libvirt that a driver works with: the system's where it answers, else one of the run's own. A session's is
/// always the run's own.
actor Hypervisor {
    /// An open connection and what is behind it.
    struct Link: Sendable {
        /// The connection.
        var connection: Connection
        /// Our own daemon; nil where the system's is used.
        var daemon: PrivateDaemon?
        /// Where libvirtd keeps pid files and logs of its guests, as this process sees it.
        var pidDirectory: String, logDirectory: String
        /// Versions of libvirt and of the emulator.
        var libraryVersion: String, hypervisorVersion: String
    }

    nonisolated let setup: DriverSetup
    nonisolated let kind: LibvirtKind
    private var opening: Task<Link, any Error>?
    private var isShutDown = false
    /// The run's own bridge, once it was asked for.
    var bridging: Task<String, any Error>?

    init(setup: DriverSetup, kind: LibvirtKind = .system) {
        self.setup = setup
        self.kind = kind
    }

    /// The connection; the first call opens it and, where needed, starts a daemon.
    /// - Throws: ``DriverError``; with `isDaemonGone` once a connection that was open was lost.
    func link() async throws -> Link {
        guard !isShutDown else { throw Self.gone("libvirt", "the driver was shut down") }
        // A task of its own: that one caller is cancelled does not leave a daemon half started that nobody knows.
        let task = opening ?? Task.detached { [setup, kind] in try await Self.open(kind, setup) }
        opening = task
        let link: Link?
        do {
            link = try await Deadline.run(within: .seconds(120)) { try await task.value }
        } catch {
            // Next time something may have changed.
            if !(error is CancellationError), opening == task { opening = nil }
            throw error
        }
        guard let link else { throw Self.gone("libvirt", "no connection was made within 120 s") }
        guard !link.connection.isLost else {
            throw Self.gone("libvirt", "the connection to \(link.connection.uri) was lost")
        }
        return link
    }

    /// The connection where one is open, without opening it.
    func openLink() async -> Link? {
        guard let opening, let link = try? await opening.value, !link.connection.isLost else { return nil }
        return link
    }

    /// Closes the connection, ends the daemon that was started, removes what it needed. Idempotent.
    func shutdown() async {
        isShutDown = true
        guard let opening else { return }
        self.opening = nil
        opening.cancel()
        guard let link = try? await opening.value else { return }
        await link.connection.close()
        guard let daemon = link.daemon else { return }
        await daemon.stop()
        await PrivateLibvirtd(setup: setup, kind: kind).remove()
    }

    /// An error that no further try can mend.
    static func gone(_ subject: String, _ detail: String) -> DriverError {
        DriverError(
            subject: subject,
            detail: detail,
            nextStep: "run 'benchrun doctor', then 'benchrun resume'",
            isDaemonGone: true
        )
    }

    /// The system's libvirtd where it answers; nil where none is asked.
    static func openSystem(_ kind: LibvirtKind) async throws -> Connection? {
        guard let address = kind.systemAddress else { return nil }
        return try await Connection.open(address, within: .seconds(10))
    }

    private static func open(_ kind: LibvirtKind, _ setup: DriverSetup) async throws -> Link {
        if let obstacle = kind.obstacle() {
            throw DriverError(subject: "libvirt", detail: obstacle.reason, nextStep: obstacle.nextStep)
        }
        let own = PrivateLibvirtd(setup: setup, kind: kind)
        do {
            if let connection = try await openSystem(kind) {
                let (run, log) = ("/run/libvirt/\(kind.part)", "/var/log/libvirt/\(kind.part)")
                return try await describe(connection, nil, pids: run, logs: log)
            }
            if let obstacle = own.obstacle {
                throw DriverError(
                    subject: "libvirt",
                    detail: obstacle,
                    nextStep: "install libvirt-daemon-system, or use a shorter XDG_RUNTIME_DIR"
                )
            }
        } catch let refused as LibvirtError {
            if let obstacle = own.obstacle {
                throw DriverError(
                    subject: "libvirt",
                    detail: "no libvirtd answers (\(refused.message)), and \(obstacle)",
                    nextStep: "install and start libvirtd and join the group libvirt, or run as root"
                )
            }
        }
        return try await openPrivate(own)
    }

    private static func openPrivate(_ own: PrivateLibvirtd) async throws -> Link {
        do {
            let daemon = try await own.start {
                guard access(own.socket, F_OK) == 0 else { return false }
                guard let connection = try? await Connection.open(own.address, within: .seconds(30)) else {
                    return false
                }
                // The socket is there before the drivers behind it are.
                let isReady = (try? await connection.hypervisorVersion()) != nil
                await connection.close()
                return isReady
            }
            do {
                let connection = try await Connection.open(own.address, within: .seconds(30))
                return try await describe(connection, daemon, pids: own.pidDirectory, logs: own.logDirectory)
            } catch {
                await daemon.stop()
                throw error
            }
        } catch {
            await own.remove()
            throw error
        }
    }

    private static func describe(
        _ connection: Connection,
        _ daemon: PrivateDaemon?,
        pids: String,
        logs: String
    ) async throws -> Link {
        Link(
            connection: connection,
            daemon: daemon,
            pidDirectory: pids,
            logDirectory: logs,
            libraryVersion: try await connection.libraryVersion().description,
            hypervisorVersion: try await connection.hypervisorVersion().description
        )
    }
}

extension DriverError {
    /// An error of libvirt, or any other, as this driver's.
    init(_ error: any Error, during operation: String) {
        switch error {
        case let error as DriverError:
            self = error
        case let error as LibvirtError:
            self.init(
                subject: "libvirt/\(operation)",
                detail: error.message,
                nextStep: error.isConnectionLost
                    ? "run 'benchrun doctor', then 'benchrun resume'"
                    : "check the options in the environment's file, and libvirtd's log",
                isDaemonGone: error.isConnectionLost
            )
        case let error as HostError:
            self.init(
                subject: "libvirt/\(operation)",
                detail: "\(error.subject): \(error.detail)",
                nextStep: error.nextStep
            )
        default:
            self.init(subject: "libvirt/\(operation)", detail: "\(error)")
        }
    }
}
#endif
