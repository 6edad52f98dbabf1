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

    /// Where /scratch is.
    enum Scratch: String, Sendable, CaseIterable {
        /// A directory of the host's measured file system, as everywhere else.
        case volume
        /// The container's own layer, which then is writable.
        case layer
    }

    /// A yes or no.
    enum Choice: String, Sendable, CaseIterable {
        case yes, no
    }

    /// Their names.
    static let names: Set<String> = ["seccomp", "runtime", "scratch", "auto-remove"]

    /// The seccomp profile.
    var seccomp: Seccomp = .standard
    /// The OCI runtime (`runc`, `crun`); nil is the engine's default.
    var runtime: String?
    /// Where /scratch is.
    var scratch: Scratch = .volume
    /// Whether the engine removes a container that has ended, as with `--rm`. Podman then mounts its layer `volatile`:
    /// what it holds need not survive, so that fsync does nothing.
    var autoRemove: Choice = .no

    /// Reads an environment's options.
    /// - Throws: ``OptionError`` naming what is not understood.
    init(_ environment: EnvironmentSpec) throws(OptionError) {
        try OptionError.check(environment, known: Self.names)
        seccomp = try Self.choice("seccomp", of: environment) ?? .standard
        scratch = try Self.choice("scratch", of: environment) ?? .volume
        autoRemove = try Self.choice("auto-remove", of: environment) ?? .no
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

    private static func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        of environment: EnvironmentSpec
    ) throws(OptionError) -> Value? {
        guard let text = environment.options[name] else { return nil }
        guard let value = Value(rawValue: text) else {
            throw OptionError(
                detail: "\(name) '\(text)' is unknown",
                nextStep: "use \(Value.allCases.map(\.rawValue).joined(separator: " or "))"
            )
        }
        return value
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
