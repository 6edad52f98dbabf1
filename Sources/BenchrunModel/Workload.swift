/// What runs: one file under `benchmarks/workloads/<class>/`.
public struct Workload: Sendable, Equatable {
    /// The kind of cost it exposes; also the folder its file is in.
    public enum Class: String, Sendable, CaseIterable, Codable {
        /// CPU-bound.
        case compute
        /// Memory bandwidth or latency.
        case memory
        /// Block device and file system.
        case storage
        /// Network stack.
        case network
        /// From the request for an instance to its end.
        case startup
        /// A whole program.
        case application
        /// Many instances.
        case density
    }

    /// What a cell of this workload does.
    public enum Activity: Sendable, Equatable {
        /// Executes the workload's command in a shared instance.
        case command
        /// Takes instances of its own through their lives and times the phases; see ``Workload/lifecycle``.
        case lifecycle
        /// Adds instances of its own one by one and looks at what they take while they do nothing.
        case density
        /// Lets a container engine do something with an image and times it.
        case engineOperation(EngineOperation)

        /// What an engine is to do; nil for other activities.
        public var operation: EngineOperation? {
            if case .engineOperation(let operation) = self { return operation }
            return nil
        }
    }

    /// What the page caches hold of a workload's files when its command is measured.
    public enum PageCache: String, Sendable, Equatable, CaseIterable {
        /// Whatever set-up and earlier iterations left there.
        case warm
        /// Nothing: dropped before each execution, on the host and in a guest.
        case cold
    }

    /// The file's name without extension; the key in samples.csv.
    public var name: String
    /// One line for people.
    public var title: String
    /// Its class.
    public var workloadClass: Class
    /// Debian packages its command needs in the root file system.
    public var packages: [String]
    /// What a cell does.
    public var activity: Activity
    /// Commands executed untimed in the working directory before the first iteration; each must exit with 0.
    public var setup: [[String]]
    /// Program and arguments. `{name}` in an argument is replaced by the case's value.
    public var command: [String]
    /// Additional `NAME=value` entries of the command's environment.
    public var environment: [String]
    /// Parameter name and values; without parameters there is one case with an empty label.
    public var cases: [Case]
    /// The state of the page caches before each execution.
    public var pageCache: PageCache
    /// Wall time after which one execution is killed and recorded as `timeout`.
    public var timeout: Duration
    /// Executions before the measured ones, recorded as warm-up.
    public var warmups: Int
    /// Measured executions in one launch; their mean is the sample of the launch.
    public var iterations: Int
    /// The most ``iterations`` that a pilot may decide on; nil where their number is fixed.
    public var mostIterations: Int?
    /// How standard output is read.
    public var parser: OutputParser
    /// What is read from it, the primary metric first.
    public var metrics: [Metric]
    /// What one execution does, as the tool tells it; nil where the file does not say how to read that.
    public var work: Work?
    /// How requests are made whose latencies are measured; nil where none are.
    public var load: Load?
    /// What a cell of ``Activity/density`` does; nil for others.
    public var density: Density?
    /// What a lifecycle does besides starting and ending its instances.
    public var lifecycle = Lifecycle()

    /// Creates a workload.
    public init(
        name: String,
        title: String,
        workloadClass: Class,
        packages: [String] = [],
        activity: Activity = .command,
        setup: [[String]] = [],
        command: [String] = [],
        environment: [String] = [],
        cases: [Case] = [Case()],
        pageCache: PageCache = .warm,
        timeout: Duration = .seconds(60),
        warmups: Int = 0,
        iterations: Int = 1,
        parser: OutputParser = .text,
        metrics: [Metric]
    ) {
        self.name = name
        self.title = title
        self.workloadClass = workloadClass
        self.packages = packages
        self.activity = activity
        self.setup = setup
        self.command = command
        self.environment = environment
        self.cases = cases
        self.pageCache = pageCache
        self.timeout = timeout
        self.warmups = warmups
        self.iterations = iterations
        self.parser = parser
        self.metrics = metrics
    }
}

extension Workload {
    /// What host CPU time is given per; nil where executions do not do the same work and do not tell how much.
    public var operationUnit: String? {
        guard activity == .command else { return nil }
        if let work, work.operations != nil { return work.unit }
        // A throughput says nothing about the amount; a time is that of a fixed one.
        return metrics.first?.better == .lower ? Work.execution : nil
    }
}

/// How requests come whose latencies are measured.
public enum Load: String, Sendable, Codable, CaseIterable {
    /// At their own times, whether or not earlier ones were answered; latency counts from the intended time.
    case open
    /// After an earlier one was answered: a slow answer holds back those that it would have delayed.
    case closed
}

/// Where to read what one execution did.
public struct Work: Sendable, Equatable {
    /// A figure of a tool's output.
    public struct Claim: Sendable, Equatable {
        /// Where it is.
        public var source: Metric.Source
        /// The value read is multiplied by this.
        public var scale: Double

        /// Creates a claim.
        public init(source: Metric.Source, scale: Double = 1) {
            self.source = source
            self.scale = scale
        }
    }

    /// Operations done, for the host's CPU time per operation; nil where one execution is the operation.
    public var operations: Claim?
    /// What an operation is, in the singular: `read`, `event`.
    public var unit: String
    /// Bytes that the tool claims to have read from the device; nil where it claims none.
    public var read: Claim?
    /// Bytes that the tool claims to be durable when it ends; nil where it claims none.
    public var written: Claim?
    /// How many times the tool claims to have waited until all was durable, one after the other; nil where it does not
    /// count them.
    public var syncs: Claim?

    /// Creates it.
    public init(
        operations: Claim? = nil,
        unit: String = Work.execution,
        read: Claim? = nil,
        written: Claim? = nil,
        syncs: Claim? = nil
    ) {
        self.operations = operations
        self.unit = unit
        self.read = read
        self.written = written
        self.syncs = syncs
    }

    /// The operation of a workload that does a fixed amount of work.
    public static let execution = "execution"
}

/// One assignment of a workload's parameters.
public struct Case: Sendable, Equatable, Hashable {
    /// Values by parameter name.
    public var values: [String: String]

    /// Creates a case; no values means the workload has no parameters.
    public init(_ values: [String: String] = [:]) {
        self.values = values
    }

    /// `connections=10;size=4k`, sorted by name; empty without parameters.
    public var label: String {
        values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ";")
    }
}

/// How a tool's standard output is turned into values.
public enum OutputParser: String, Sendable, Codable, CaseIterable {
    /// Metrics name a regular expression with one capture group, matched against standard output.
    case text
    /// Metrics name a path into one JSON document, which other lines may precede.
    case json
    /// `fio --output-format=json`: as ``json``, and a job with an error is a failed sample.
    case fio
    /// Output is not read; metrics are resources of the execution.
    case none
}

/// Which way a metric is better.
public enum Better: String, Sendable, Codable, CaseIterable {
    /// Times, latencies, bytes.
    case lower
    /// Throughput.
    case higher
    /// Neither: recorded, never judged.
    case none
}

/// One figure of a workload, with its unit and direction.
public struct Metric: Sendable, Equatable {
    /// Where a metric's value comes from.
    public enum Source: Sendable, Equatable {
        /// The only capture group of a regular expression over standard output.
        case pattern(String)
        /// A dotted path into the JSON output: `jobs.0.read.iops`.
        case path(String)
        /// What the agent measured around the execution.
        case resource(Resource)
        /// A phase of the instance's life.
        case phase(Phase)
        /// A figure of many idle instances.
        case density(DensityFigure)
    }

    /// Its name, the key in samples.csv.
    public var name: String
    /// Unit after scaling, such as `events/s`, `MiB/s`, `s`.
    public var unit: String
    /// Which way it is better.
    public var better: Better
    /// Where the value comes from.
    public var source: Source
    /// The value read is multiplied by this.
    public var scale: Double
    /// The smallest change that matters, as a fraction: 0.05 is 5 %.
    public var delta: Double
    /// Which quantile of latencies it is, as a fraction; nil for other figures.
    public var quantile: Double?
    /// Where the number of requests behind the quantile is; nil for other figures.
    public var requests: Source?

    /// Creates a metric.
    public init(
        name: String,
        unit: String,
        better: Better,
        source: Source,
        scale: Double = 1,
        delta: Double = 0.05
    ) {
        self.name = name
        self.unit = unit
        self.better = better
        self.source = source
        self.scale = scale
        self.delta = delta
    }
}

/// A figure the agent takes around every execution.
public enum Resource: String, Sendable, Codable, CaseIterable {
    /// Elapsed time, in seconds.
    case wall = "wall-time"
    /// User CPU time, in seconds.
    case user = "user-time"
    /// System CPU time, in seconds.
    case system = "system-time"
    /// Peak memory of the control group, in bytes.
    case peakMemory = "peak-memory"
    /// Major page faults.
    case majorFaults = "major-faults"
    /// Voluntary and involuntary context switches.
    case contextSwitches = "context-switches"

    /// Its unit in samples.csv.
    public var unit: String {
        switch self {
        case .wall, .user, .system: "s"
        case .peakMemory: "B"
        case .majorFaults, .contextSwitches: "1"
        }
    }
}
