import BenchrunModel
import Experiment
import Host
import ProcessDrivers

/// This host as an experiment sees it.
struct RealHost: ExperimentHost {
    let context: RunContext
    let bootID: String
    private let counters: HostCounters

    init(context: RunContext) {
        self.context = context
        bootID = HostFacts.read()[FactKey.bootID] ?? ""
        counters = HostCounters(cpus: context.limits.cpus, directory: context.scratchDirectory)
    }

    func now() -> UInt64 { RawClock.now() }

    func settle() async {
        await FileSync.everything()
        _ = try? await DiskSettle(limit: .seconds(3)).wait()
    }

    func dropPageCache() async throws { try await PageCache.drop() }

    func counters(at moment: CountedMoment) -> Counters {
        switch moment {
        case .begin: counters.begin()
        case .end: counters.end()
        }
    }

    func bareExec() async -> UInt64? {
        try? await NativeDriver.bareExec(in: context)
    }
}
