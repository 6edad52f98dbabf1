public import BenchrunModel

/// What A/A runs have shown about the noise of one host: an environment against itself, whose true difference is 0.
public struct Calibration: Sendable, Codable, Equatable {
    /// Version of this form.
    public static let currentSchema = 1

    /// Version of this form.
    public var schema: Int
    /// Digest of what identifies the host.
    public var fingerprint: String
    /// One entry for each workload, case and environment.
    public var entries: [Entry]

    /// An empty calibration of a host.
    public init(fingerprint: String, entries: [Entry] = []) {
        schema = Self.currentSchema
        self.fingerprint = fingerprint
        self.entries = entries
    }

    /// The noise of one workload's primary metric in one environment.
    public struct Entry: Sendable, Codable, Equatable {
        /// The workload.
        public var workload: String
        /// The case's label; empty without parameters.
        public var caseLabel: String
        /// The environment that was compared with itself.
        public var environment: String
        /// SHA-256 of the workload's file when it was calibrated.
        public var digest: String
        /// CPU quota and memory of the instances, which noise may depend on.
        public var cpuQuota: Int
        /// Bytes of memory of the instances.
        public var memory: Int
        /// K, the A/A runs behind it.
        public var runs: Int
        /// Rounds of all runs together.
        public var rounds: Int
        /// Standard deviation of a round's A/A log ratio within a run.
        public var spread: Double
        /// tau: standard deviation of the runs' estimates beyond what their rounds explain, on the log scale; nil under
        /// five runs.
        public var tau: Double?
        /// Coefficient of variation of the launches within a run, as a fraction.
        public var variation: Double
        /// Mean lag-1 autocorrelation of the launches within a run.
        public var lag1: Double
        /// Seconds since 1970 when the last run began.
        public var date: Double

        /// Creates an entry.
        public init(
            workload: String,
            caseLabel: String,
            environment: String,
            digest: String,
            cpuQuota: Int,
            memory: Int,
            runs: Int,
            rounds: Int,
            spread: Double,
            tau: Double?,
            variation: Double,
            lag1: Double,
            date: Double
        ) {
            self.workload = workload
            self.caseLabel = caseLabel
            self.environment = environment
            self.digest = digest
            self.cpuQuota = cpuQuota
            self.memory = memory
            self.runs = runs
            self.rounds = rounds
            self.spread = spread
            self.tau = tau
            self.variation = variation
            self.lag1 = lag1
            self.date = date
        }
    }

    /// The entries that hold for a run's workloads, environments and limits, in their order here.
    public func entries(for manifest: RunManifest) -> [Entry] {
        entries.filter { entry in
            entry.cpuQuota == manifest.limits.cpuQuota && entry.memory == manifest.limits.memory
                && manifest.environments.contains { $0.spec.name == entry.environment }
                && manifest.workloads.contains { $0.name == entry.workload && $0.digest == entry.digest }
        }
    }

    /// Puts new entries in the place of those for the same workload, case, environment and limits.
    public mutating func merge(_ new: [Entry]) {
        func isSame(_ one: Entry, _ other: Entry) -> Bool {
            one.workload == other.workload && one.caseLabel == other.caseLabel && one.environment == other.environment
                && one.cpuQuota == other.cpuQuota && one.memory == other.memory
        }
        entries = entries.filter { old in !new.contains { isSame($0, old) } } + new
        entries.sort { ($0.workload, $0.caseLabel, $0.environment) < ($1.workload, $1.caseLabel, $1.environment) }
    }

    // MARK: The file

    /// Reads a calibration; nil where there is no file. Blocks.
    /// - Throws: ``ResultsError`` where it cannot be read, or is of a later version.
    public static func load(_ path: String) throws(ResultsError) -> Calibration? {
        guard RunFolder.isFile(path) else { return nil }
        let calibration = try RunJSON.decode(
            Calibration.self,
            from: try readFile(path),
            path: path,
            nextStep: "remove the file and calibrate again"
        )
        guard calibration.schema <= currentSchema else {
            throw ResultsError(
                subject: path,
                detail: "schema \(calibration.schema) is later than \(currentSchema), the last one known here",
                nextStep: "use the benchrun that made it, or remove the file and calibrate again"
            )
        }
        return calibration
    }

    /// Writes the file as one step, making its folder. Blocks.
    public func save(_ path: String) throws(ResultsError) {
        let bytes: [UInt8]
        do {
            bytes = try RunJSON.encode(self)
        } catch {
            throw ResultsError(subject: path, detail: "a figure of the calibration is not finite; calibrate again")
        }
        try replaceFile(path, with: bytes)
    }
}

extension EnvironmentSpec {
    /// What a second name ends with. A file cannot have such a name, so that no environment of the user's does.
    public static let twinSuffix = ".b"

    /// The same environment under a second name, for an A/A run.
    public var twin: EnvironmentSpec {
        var twin = self
        twin.name += Self.twinSuffix
        twin.title = title.isEmpty ? "a second time" : "\(title), a second time"
        return twin
    }
}
