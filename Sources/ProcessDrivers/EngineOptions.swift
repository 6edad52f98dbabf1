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
        /// A volume that the engine makes for the container, in its own store, and deletes with it.
        case engineVolume = "engine-volume"
    }

    /// The network of a container.
    enum Network: String, Sendable, CaseIterable {
        /// A namespace of its own with nothing but loopback, as everywhere else.
        case none
        /// The host's.
        case host
    }

    /// How the engine is spoken to.
    enum Client: String, Sendable, CaseIterable {
        /// By its command line, as a user types it.
        case commandLine = "cli"
        /// By its API on the daemon's socket, without a client program.
        case socket
    }

    /// A yes or no.
    enum Choice: String, Sendable, CaseIterable {
        case yes, no
    }

    /// Their names.
    static let names: Set<String> = [
        "seccomp", "runtime", "scratch", "auto-remove", "network", "privileged", "client", "rootless",
    ]

    /// The seccomp profile.
    var seccomp: Seccomp = .standard
    /// The OCI runtime (`runc`, `crun`); nil is the engine's default.
    var runtime: String?
    /// Where /scratch is.
    var scratch: Scratch = .volume
    /// Whether the engine removes a container that has ended, as with `--rm`. Podman then mounts its layer `volatile`:
    /// what it holds need not survive, so that fsync does nothing.
    var autoRemove: Choice = .no
    /// The network.
    var network: Network = .none
    /// All capabilities and devices, without seccomp, as with `--privileged`.
    var privileged: Choice = .no
    /// How the engine is spoken to.
    var client: Client = .commandLine
    /// The engine of an ordinary user.
    var rootless: Choice = .no

    /// Reads an environment's options.
    /// - Throws: ``OptionError`` naming what is not understood.
    init(_ environment: EnvironmentSpec) throws(OptionError) {
        try OptionError.check(environment, known: Self.names)
        seccomp = try Self.choice("seccomp", of: environment) ?? .standard
        scratch = try Self.choice("scratch", of: environment) ?? .volume
        autoRemove = try Self.choice("auto-remove", of: environment) ?? .no
        network = try Self.choice("network", of: environment) ?? .none
        privileged = try Self.choice("privileged", of: environment) ?? .no
        client = try Self.choice("client", of: environment) ?? .commandLine
        rootless = try Self.choice("rootless", of: environment) ?? .no
        try checkEngine(environment)
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

    /// What only one of the engines has.
    private func checkEngine(_ environment: EnvironmentSpec) throws(OptionError) {
        if client == .socket, environment.driver == EngineDialect.podman.name {
            throw OptionError(
                detail: "client 'socket' needs a daemon, and podman has none",
                nextStep: "use client: cli, or driver: docker"
            )
        }
        if rootless == .yes, environment.driver == EngineDialect.docker.name {
            throw OptionError(
                detail: "rootless 'yes' is podman's: docker's daemon decides on that, not its client",
                nextStep: "use driver: podman, or point DOCKER_HOST at a rootless daemon"
            )
        }
    }

    static func choice<Value: RawRepresentable<String> & CaseIterable>(
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
