/// Looks for a container engine. Finding changes nothing on the host.
protocol EngineFinder: Sendable {
    /// Which engine it looks for.
    var dialect: EngineDialect { get }
    /// Looks.
    func find() async -> EngineFinding
}

/// What was found.
enum EngineFinding: Sendable {
    /// It can be used.
    case found(FoundEngine)
    /// It is installed and may be used, but no daemon answers.
    case silent(Unavailable)
    /// It cannot be used.
    case unavailable(Unavailable)
}

/// Why an engine cannot be used, and the next step.
struct Unavailable: Error, Sendable, Equatable {
    /// The reason.
    var reason: String
    /// What the user can do.
    var nextStep: String
}

/// An engine that can be used.
struct FoundEngine: Sendable {
    /// The client's path.
    var executable: String
    /// Arguments before every verb.
    var arguments: [String]
    /// The daemon's socket; nil without a daemon.
    var socket: String?
    /// What it says about itself.
    var report: EngineReport
    /// The version of the API that its daemon speaks: `1.41`; nil without a daemon.
    var apiVersion: String?
    /// The OCI runtime to ask for where an environment asks for none; nil is the engine's own choice.
    var runtime: String?
    /// More facts for the report.
    var notes: [String: String] = [:]
    /// Runtimes that would not work here, with the reason.
    var unusableRuntimes: [String: Unavailable] = [:]
    /// Runtimes that work here only where they do not see some mount point, by name.
    var hiddenMounts: [String: String] = [:]

    /// The runtime for an environment.
    /// - Throws: ``Unavailable`` when the one it asks for does not work here.
    func runtime(for options: EngineOptions) throws(Unavailable) -> String? {
        guard let asked = options.runtime else { return runtime }
        if let reason = unusableRuntimes[asked] { throw reason }
        guard report.runtimes.isEmpty || report.runtimes.contains(asked) else {
            throw Unavailable(
                reason: "the daemon has no runtime '\(asked)'",
                nextStep: "use one of \(report.runtimes.sorted().joined(separator: ", ")), or add it to the daemon"
            )
        }
        return asked
    }
}
