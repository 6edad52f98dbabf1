/// Where an imported image comes from, and what its source said about it.
public struct ImageOrigin: Sendable, Codable, Equatable {
    /// The kind of source: `oci`, `docker`, `tar`, `disk`, ...
    public var kind: String
    /// The source as it was named.
    public var source: String
    /// What identifies its content: `image:`, `file:` or `tree:` and 64 hexadecimal digits (SHA-256).
    public var identity: String
    /// The configuration of a container image; nil where the source has none.
    public var configuration: ContainerConfiguration?
    /// Of a disk that boots by itself: its firmware, `bios` or `efi`; nil where it does not.
    public var firmware: String?

    init(kind: String, source: String, identity: String) {
        self.kind = kind
        self.source = source
        self.identity = identity
    }
}

/// What a container image says about how it is meant to be run (OCI image specification, "config").
public struct ContainerConfiguration: Sendable, Codable, Equatable {
    /// `NAME=value`; commands get these.
    public var environment: [String]?
    /// Recorded; commands run in the scratch directory, as everywhere.
    public var workingDirectory: String?
    /// Recorded; a command is executed as it is given.
    public var entrypoint: [String]?
    /// Recorded.
    public var command: [String]?
    /// Recorded; commands run as root, as everywhere.
    public var user: String?

    enum CodingKeys: String, CodingKey {
        case environment = "Env"
        case workingDirectory = "WorkingDir"
        case entrypoint = "Entrypoint"
        case command = "Cmd"
        case user = "User"
    }

    /// Entries of ``environment`` that can be passed on: with a name, and without a zero byte.
    public var usableEnvironment: [String] {
        (environment ?? []).filter { entry in
            entry.first != "=" && entry.contains("=") && !entry.utf8.contains(0)
        }
    }
}
