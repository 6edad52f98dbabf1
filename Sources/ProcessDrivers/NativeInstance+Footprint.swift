import BenchrunModel
import Host

extension NativeInstance: FootprintObserving {
    /// Its processes and its scratch directory: a native instance has no layer of its own, and nobody serves it.
    func footprint() async -> Footprint {
        let (group, path) = (group, scratch.path)
        return await ControlFiles.executor.run {
            Footprint(
                memory: ProportionalMemory.sum(of: group?.processes() ?? []),
                groupMemory: group?.counters(on: [])["memory.used"],
                disk: DiskUsage.allocated(path)
            )
        }
    }
}
