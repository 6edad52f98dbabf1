import BenchrunModel
import Foundation
import Host

extension ContainerInstance: FootprintObserving {
    /// The container's processes with the one that holds it (shim or monitor), its layer, its scratch directory and what
    /// the engine keeps about it. The engine's daemons serve others, too. The client through which benchrun talks to the
    /// agent is benchrun's, not the container's.
    func footprint() async -> Footprint {
        let group = await controlGroup()
        let serving = serving?.processes ?? []
        let places = await places() + [scratch.path]
        return await ControlFiles.executor.run {
            let own = serving.filter { !$0.isDaemon }.map(\.pid)
            let inside = group?.processes() ?? []
            var daemons: [Int32: Footprint.Daemon] = [:]
            for process in serving where process.isDaemon {
                guard let memory = ProportionalMemory.read(process: process.pid) else { continue }
                daemons[process.pid] = Footprint.Daemon(scope: process.scope, memory: memory)
            }
            let sizes = places.compactMap { DiskUsage.allocated($0) }
            return Footprint(
                memory: inside.isEmpty ? nil : ProportionalMemory.sum(of: Set(inside + own)),
                groupMemory: group?.counters(on: [])["memory.used"],
                disk: sizes.isEmpty ? nil : sizes.reduce(0, &+),
                daemons: daemons
            )
        }
    }

    /// The directories of its layer and of the engine's own files about it; none where the engine does not say.
    private func places() async -> [String] {
        let format =
            engine.dialect.hasDaemon
            ? "{{.GraphDriver.Data.UpperDir}}\n{{.HostnamePath}}" : "{{.GraphDriver.Data.UpperDir}}\n{{.StaticDir}}"
        guard
            let result = try? await engine.run(
                ["inspect", "--format", format, spec.name],
                within: EngineClient.question
            ), result.isSuccess
        else { return [] }
        let lines = result.output.split(separator: "\n").map(String.init).filter { $0.hasPrefix("/") }
        // A layer's directory holds more than the layer; so does that of the container's files.
        return Set(lines.map { URL(filePath: $0).deletingLastPathComponent().path(percentEncoded: false) })
            .map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }.sorted()
    }
}

extension ServingProcesses.Process {
    /// Whether other containers go through it as well.
    fileprivate var isDaemon: Bool { scope == .dockerd || scope == .containerd }
}
