import BenchrunModel
import Host
import Results

/// This host's calibration: one file for each host that shares the state directory.
struct CalibrationStore {
    let locations: Locations
    let facts: [String: String]

    init(locations: Locations, facts: [String: String] = HostFacts.read()) {
        self.locations = locations
        self.facts = facts
    }

    /// A digest of what noise depends on, without anything that names the host or its owner.
    var fingerprint: String { Self.fingerprint(of: facts) }

    /// CPU model and number, memory in whole GiB, kernel release, and whether a hypervisor is below.
    static func fingerprint(of facts: [String: String]) -> String {
        let gibibytes = facts[HostFacts.memoryTotal].flatMap { Double($0) }.map { "\(Int(($0 / 0x1p30).rounded()))" }
        let parts = [
            facts[HostFacts.architecture], facts[FactKey.cpuModel], facts[HostFacts.cpuCount], gibibytes,
            facts[FactKey.kernel], facts[FactKey.virtualization],
        ]
        return String(SHA256.hexDigest(of: Array(parts.map { $0 ?? "" }.joined(separator: "\u{0}").utf8)).prefix(16))
    }

    /// The file.
    var path: String { "\(locations.state)/calibration/\(fingerprint).json" }

    /// What is known; empty without calibration.
    func load() throws(ResultsError) -> Calibration {
        try Calibration.load(path) ?? Calibration(fingerprint: fingerprint)
    }

    /// Adds what was found out.
    func add(_ entries: [Calibration.Entry]) throws(ResultsError) {
        var calibration = try load()
        calibration.merge(entries)
        try calibration.save(path)
    }
}
