import BenchrunModel

/// The options that environment files may give to a container engine.
struct EngineOptions: Sendable, Equatable {
    /// Which system calls a container may make.
    enum Seccomp: String, Sendable, CaseIterable {
        /// The engine's own profile.
        case standard = "default"
        /// All.
        case unconfined
    }

    /// Their names.
    static let names: Set<String> = ["seccomp", "runtime"]

    /// The seccomp profile.
    var seccomp: Seccomp = .standard
    /// The OCI runtime (`runc`, `crun`); nil is the engine's default.
    var runtime: String?

    /// Reads an environment's options.
    /// - Throws: ``OptionError`` naming what is not understood.
    init(_ environment: EnvironmentSpec) throws(OptionError) {
        try OptionError.check(environment, known: Self.names)
        if let value = environment.options["seccomp"] {
            guard let seccomp = Seccomp(rawValue: value) else {
                throw OptionError(
                    detail: "seccomp '\(value)' is unknown",
                    nextStep: "use \(Seccomp.allCases.map(\.rawValue).joined(separator: " or "))"
                )
            }
            self.seccomp = seccomp
        }
        if let value = environment.options["runtime"] {
            // It becomes an argument of the engine; a path would be another program than the engine reports.
            guard value.first?.isLetter == true, value.allSatisfy({ $0.isLetter || $0.isNumber || ".-_".contains($0) })
            else {
                throw OptionError(
                    detail: "runtime '\(value)' is not a name",
                    nextStep: "use a name such as runc or crun"
                )
            }
            runtime = value
        }
    }
}

/// An option of an environment file that its driver cannot use.
struct OptionError: Error, Sendable, Equatable {
    /// What is wrong with it.
    var detail: String
    /// What the user can do.
    var nextStep: String

    /// Refuses options that a driver does not know.
    static func check(_ environment: EnvironmentSpec, known: Set<String>) throws(OptionError) {
        let unknown = environment.options.keys.filter { !known.contains($0) }.sorted()
        guard let first = unknown.first else { return }
        throw OptionError(
            detail: "environment '\(environment.name)': option '\(first)' is unknown to driver '\(environment.driver)'",
            nextStep: known.isEmpty ? "remove it" : "use one of \(known.sorted().joined(separator: ", "))"
        )
    }
}
