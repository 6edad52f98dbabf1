/// Under which conditions a run was made, besides its limits; runs of earlier versions have none.
public struct RunConditions: Sendable, Codable, Equatable {
    /// Whether environments that differ undeclared were refused.
    public var isStrict: Bool
    /// SHA-256 of the image's list of packages, as the host reads it; nil where the image has none.
    public var packageList: String?
    /// Versions of the packages that each workload needs, from the image's list: by workload, then by package.
    public var tools: [String: [String: String]]
    /// Workloads whose files are in no page cache when they are measured.
    public var coldWorkloads: [String]
    /// How the host was prepared; nil where it was left as it is.
    public var tuning: TuningRecord?

    /// Creates a record.
    public init(
        isStrict: Bool = false,
        packageList: String? = nil,
        tools: [String: [String: String]] = [:],
        coldWorkloads: [String] = [],
        tuning: TuningRecord? = nil
    ) {
        self.isStrict = isStrict
        self.packageList = packageList
        self.tools = tools
        self.coldWorkloads = coldWorkloads
        self.tuning = tuning
    }
}

/// What `--tune` did to the host for the time of a run.
public struct TuningRecord: Sendable, Codable, Equatable {
    /// What was changed, one sentence each; all of it was to be restored at the end.
    public var changed: [String]
    /// What could not be set, and why, one sentence each.
    public var uncontrolled: [String]

    /// Creates a record.
    public init(changed: [String], uncontrolled: [String]) {
        self.changed = changed
        self.uncontrolled = uncontrolled
    }
}
