#if Libvirt
import AgentProtocol
import BenchrunModel
import Foundation
import Host
import Images
import ProcessDrivers

/// A container in a guest: the guest boots as any other, docker starts in it, and the agent that workloads are given to
/// runs in docker's container.
actor GuestDockerInstance: Pausing, FootprintObserving {
    nonisolated let spec: InstanceSpec
    private let guest: LibvirtInstance
    private let devices: EngineDevices
    private let context: RunContext
    private let listener: AgentListener
    private let driver: LibvirtDriver
    private var docker: GuestDocker?
    private var link: AgentLink?
    /// What follows the guest's start until the container runs.
    private var rise: Task<Void, any Error>?
    /// Milliseconds of the steps of its start.
    private var steps: [String: String] = [:]
    private var isPaused = false
    private var hasContainer = false

    private init(
        _ guest: LibvirtInstance,
        devices: EngineDevices,
        listener: AgentListener,
        in context: RunContext,
        by driver: LibvirtDriver
    ) {
        spec = guest.spec
        self.guest = guest
        self.devices = devices
        self.listener = listener
        self.context = context
        self.driver = driver
    }

    /// Makes the disks and channels; nothing is left of a failure.
    static func create(
        _ spec: InstanceSpec,
        _ prepared: PreparedEnvironment,
        _ engine: PreparedEngine,
        in context: RunContext,
        by driver: LibvirtDriver
    ) async throws -> GuestDockerInstance {
        let number = String(UInt64.random(in: 0..<1 << 32), radix: 36)
        let devices = EngineDevices(
            disk: engine.engine.disk,
            data: "\(context.scratchDirectory)/\(spec.name).data.qcow2",
            channel: "\(driver.setup.stateDirectory)/ld-\(number).sock"
        )
        do {
            for path in devices.own {
                try await driver.setup.ledger.willCreate(kind: "file", name: path, detail: [:])
            }
            try await HostCommand([
                "qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", engine.data.disk, devices.data,
            ]).check()
            let listener = try AgentListener(path: devices.channel)
            var outer = context
            if outer.limits.memory > 0 { outer.limits.memory += EngineDevices.headroom }
            do {
                let guest = try await LibvirtInstance.create(spec, prepared, in: outer, by: driver, engine: devices)
                return GuestDockerInstance(guest, devices: devices, listener: listener, in: context, by: driver)
            } catch {
                listener.close()
                throw error
            }
        } catch {
            await devices.remove(by: driver)
            throw error
        }
    }

    /// Returns when the guest's start was accepted; ``agent`` waits for the rest, as for a guest's boot.
    func start() async throws {
        do {
            try await guest.start()
            link = try await listener.accept(name: spec.name, within: .seconds(30))
            let guest = guest
            rise = Task { try await self.raise(await guest.agent) }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw DriverError(error, during: "start")
        }
    }

    /// Boot, engine, container.
    private func raise(_ outer: any AgentConnection) async throws {
        let began = ContinuousClock.now
        _ = try await outer.hello(within: spec.readiness.limit)
        let docker = GuestDocker(agent: outer, name: spec.name)
        self.docker = docker
        let booted = ContinuousClock.now
        let device = try await docker.layOut(port: EngineDevices.port)
        try await docker.startDaemons()
        let ready = ContinuousClock.now
        hasContainer = true
        try await docker.start(
            GuestContainer(
                name: spec.name,
                run: context.setup.run,
                limits: context.limits,
                tag: context.image.tag,
                device: device,
                port: EngineDevices.port
            )
        )
        steps["start.guest-ms"] = Self.milliseconds(booted - began)
        steps["start.engine-ms"] = Self.milliseconds(ready - booted)
        steps["start.container-ms"] = Self.milliseconds(ContinuousClock.now - ready)
    }

    var agent: any AgentConnection {
        get async throws {
            guard let link, let rise else {
                throw DriverError(subject: "libvirt-docker/agent", detail: "'\(spec.name)' has not been started")
            }
            do {
                try await withTaskCancellationHandler {
                    try await rise.value
                } onCancel: {
                    rise.cancel()
                }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                throw DriverError(error, during: "start")
            }
            return link
        }
    }

    func pause() async throws {
        try await guest.pause()
        isPaused = true
    }

    func resume() async throws {
        try await guest.resume()
        isPaused = false
    }

    /// The container ends as docker ends it, then the guest powers itself off.
    func stop() async throws {
        if isPaused { try await resume() }
        if hasContainer, let docker {
            hasContainer = false
            // A container that does not end goes with its guest.
            try? await docker.stop(spec.name)
        }
        await link?.close()
        try await guest.stop()
    }

    func remove() async throws {
        let (link, rise, listener, guest, devices, driver) = (link, rise, listener, guest, devices, driver)
        hasContainer = false
        try await Task.detached {
            rise?.cancel()
            _ = try? await rise?.value
            await link?.close()
            listener.close()
            try await guest.remove()
            await devices.remove(by: driver)
        }.value
    }

    func diagnostics() async -> String {
        await guest.diagnostics()
    }

    private static func milliseconds(_ duration: Duration) -> String {
        "\(duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000)"
    }
}

extension GuestDockerInstance {
    /// The host sees the guest only; what the container's peak is, no one out here can tell.
    func resetPeakMemory() async {}

    func peakMemory() async -> UInt64? { nil }

    /// What the host enforces on the guest. The guest's memory is more than the container's: the engine's is in it.
    func enforcedLimits() async -> [String: String] {
        var facts = await guest.enforcedLimits()
        facts["guest.memory"] = facts.removeValue(forKey: FactKey.memoryLimit)
        return facts.merging(steps) { limit, _ in limit }
    }

    func counters() async -> Counters { await guest.counters() }

    func footprint() async -> Footprint { await guest.footprint() }
}

extension EngineDevices {
    /// Those that go with the guest.
    fileprivate var own: [String] { [data, channel] }

    /// Deletes them. Idempotent.
    fileprivate func remove(by driver: LibvirtDriver) async {
        for path in own {
            try? FileManager.default.removeItem(atPath: path)
            try? await driver.setup.ledger.didRemove(kind: "file", name: path)
        }
    }
}
#endif
