import BenchrunModel

/// An engine that answers, and how this run uses it.
struct EngineConnection: Sendable {
    /// Its command line.
    var client: EngineClient
    /// What was found out about it.
    var found: FoundEngine
    /// What containers' control groups are made in.
    var cgroupParent: String
    /// More facts for the report: whether the daemon is private, and why.
    var facts: [String: String]

    /// The driver facts of an environment.
    /// - Throws: ``Unavailable`` when it asks for a runtime that does not work here.
    func facts(_ options: EngineOptions) throws(Unavailable) -> [String: String] {
        let runtime = try found.runtime(for: options)
        return found.report.facts(options, runtime: runtime)
            .merging(found.notes) { _, note in note }.merging(facts) { _, fact in fact }
    }

    /// The parent of the run's containers: its control group where the engine makes groups itself, else a slice.
    static func cgroupParent(_ setup: DriverSetup, driver: String) -> String {
        driver == "systemd" ? slice(setup.run) : "/" + setup.controlGroup
    }

    /// The run's slice. systemd takes each `-` in the name for a level of its hierarchy.
    static func slice(_ run: RunID) -> String {
        "benchrun-\(run.text.replacing("-", with: "_")).slice"
    }
}
