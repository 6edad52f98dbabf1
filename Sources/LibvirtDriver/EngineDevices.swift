import BenchrunModel
import Foundation
import Host
import Images

/// What a domain has besides when an engine runs in its guest: two disks, and a second port for the agent in the
/// container.
struct EngineDevices: Sendable, Equatable {
    /// The engine's disk, which all guests share read-only.
    var disk: String
    /// This guest's overlay of the engine's data root.
    var data: String
    /// The Unix socket that the link of the container's agent comes from.
    var channel: String

    /// The name of the port of the container's agent.
    static let port = "benchrun.1"

    /// Everything that goes into the definition.
    var paths: [String] { [disk, data, channel] }
    /// Words of the guest kernel's command line.
    var kernelArguments: [String] { ["benchrun.engine=/dev/vdc"] }

    /// Memory of the guest's kernel and engine in bytes, which is added to the guest's so that its container can have
    /// what every other instance has.
    static let headroom = 384 << 20
}

extension DomainPlan {
    /// The engine's disks.
    var engineDisks: [Devices.Disk] {
        guard let engine else { return [] }
        var shared = disk(engine.disk, number: 2, format: "qcow2")
        shared.readonly = DomainDocument.Present()
        return [shared, disk(engine.data, number: 3, format: "qcow2")]
    }

    /// The port of the container's agent.
    var engineChannels: [Devices.Channel] {
        engine.map { [.init(source: .init(path: $0.channel), target: .init(name: EngineDevices.port))] } ?? []
    }
}

/// The disks of an engine, made before the clock starts. They stay in the cache; holding this keeps them there.
struct PreparedEngine: Sendable {
    /// The disk with the engine.
    var engine: GuestEngine
    /// The data root with the run's image in it.
    var data: EngineData

    /// Makes them, or takes them from the cache.
    static func make(for context: RunContext, cache: String) async throws -> PreparedEngine {
        PreparedEngine(
            engine: try await GuestEngine.ensure(cache: cache, kernel: context.image.kernel ?? ""),
            data: try await EngineData.ensure(cache: cache, image: context.image)
        )
    }
}

extension PreparedEnvironment {
    /// With the engine among its facts, where there is one.
    func naming(_ engine: LibvirtOptions.Engine?) -> PreparedEnvironment {
        var named = self
        named.facts["engine"] = engine?.rawValue
        return named
    }
}
