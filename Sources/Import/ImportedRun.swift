public import BenchrunModel
public import Results

/// Results of other tools as a run: what goes into `run.json` and `samples.csv`.
public struct ImportedRun: Sendable, Equatable {
    /// The run. Image, limits and host are empty: this host's would not be those of somebody else's values.
    public var manifest: RunManifest
    /// Every value, and every execution without one.
    public var samples: [Sample]

    /// The suite's name of imported runs.
    public static let suite = "imported"
    /// What stands in the place of a driver.
    public static let driver = "imported"

    /// Puts files together.
    ///
    /// - Parameters:
    ///   - files: Results, each with the environment that the user named for its file, if any.
    ///   - native: The environment that the others are compared with; nil means the one called `native`.
    ///   - better: For metrics of which it is not known which way is better.
    ///   - run: The new run's id.
    ///   - version: benchrun's version.
    ///   - moment: When it is imported, in seconds since 1970; when the values were measured is not known.
    /// - Throws: ``ImportError`` where the files do not go together.
    public init(
        _ files: [(environment: String?, results: ForeignResults)],
        native: String? = nil,
        better: Better? = nil,
        run: RunID,
        version: String,
        moment: Double
    ) throws(ImportError) {
        let named = try ImportedFiles(files, native: native)
        let series = try ImportedSeries(named, better: better)
        let isPaired = series.hasRounds
        samples = try isPaired ? series.rounds(of: run, named) : series.counted(of: run, named)
        manifest = RunManifest(
            run: run,
            benchrunVersion: version,
            suite: Self.suite,
            seed: 0,
            rounds: isPaired ? Set(samples.map(\.round)).count : samples.map(\.round).max() ?? 0,
            budget: nil,
            workloads: series.works.map(Self.record),
            environments: named.environments.map { name in
                EnvironmentRecord(
                    spec: EnvironmentSpec(name: name, title: named.titles[name] ?? "", driver: Self.driver),
                    attested: named.facts(of: name)
                )
            },
            imageDigest: "",
            image: ImageRecord(recipe: "", packages: [:]),
            limits: Limits(cpus: [], housekeepingCPUs: [], cpuQuota: 0, memory: 0),
            host: [:],
            sessions: [
                SessionRecord(number: 1, wallClock: moment, hostClock: 0, bootID: "", ending: .completed)
            ]
        )
        manifest.warnings = files.flatMap { $0.results.notes }.uniqued
        if !isPaired, series.hasSomeRounds {
            manifest.warnings.append(
                "some of the imported values name their round and others do not, so that no round counts; to compare "
                    + "inside rounds, give every value one"
            )
        }
        manifest.origin = RunOrigin(
            tool: files.map { $0.results.tool }.uniqued.joined(separator: ", "),
            files: files.map { ForeignName.lastComponent(of: $0.results.file) },
            isPaired: isPaired
        )
    }

    /// What a foreign workload does is not known; a whole program is the widest class.
    private static func record(_ work: ImportedSeries.Work) -> WorkloadRecord {
        WorkloadRecord(
            name: work.name,
            title: work.title,
            workloadClass: .application,
            command: [],
            cases: work.cases,
            metrics: work.metrics,
            digest: ""
        )
    }
}

extension Array where Element: Hashable {
    /// Each element once, in the order of its first place.
    fileprivate var uniqued: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
