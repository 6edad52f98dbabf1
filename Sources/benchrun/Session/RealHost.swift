import BenchrunModel
import Experiment
import Host
import ProcessDrivers

/// This host as an experiment sees it.
struct RealHost: ExperimentHost {
    /// The directory whose file system is settled between cells.
    let scratch: String
    let image: ImageForms
    let bootID: String

    init(scratch: String, image: ImageForms) {
        self.scratch = scratch
        self.image = image
        bootID = HostFacts.read()[FactKey.bootID] ?? ""
    }

    func now() -> UInt64 { RawClock.now() }

    func settle() async {
        try? await FileSync.fileSystem(of: scratch)
        _ = await DiskSettle.wait(limit: .seconds(3))
    }

    func bareExec() async -> UInt64? {
        try? await NativeDriver.bareExec(in: image)
    }
}
