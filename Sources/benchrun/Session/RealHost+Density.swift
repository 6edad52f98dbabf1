import Experiment
import Host

extension RealHost: DensityHost {
    func availableMemory() -> UInt64? { AvailableMemory.read() }

    func samePageMerging() -> SamePageMerging { .read() }
}
