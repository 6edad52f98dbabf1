/// What a container engine does with images, each once from a cold store: the thing made or fetched is not there before.
public enum EngineOperation: String, Sendable, Codable, CaseIterable {
    /// Fetches an image from a registry on loopback.
    case pull
    /// Sends an image to a registry on loopback that has nothing of it.
    case push
    /// Makes an image from a Dockerfile: copies a file and runs a command.
    case build
    /// Makes an image from a root file system's tar.
    case importing = "import"
    /// Makes an image from a container that has written a file.
    case commit
}

/// A driver whose engine has a store of images.
public protocol EngineOperating: Driver {
    /// Gets everything ready for one operation, untimed: a registry that holds the image, a file to import, a
    /// container that has written something, and a store without the result.
    /// - Parameters:
    ///   - operation: what will be done.
    ///   - name: names what is made for it; of the form of ``InstanceSpec/name``.
    ///   - limit: how long the operation may take.
    /// - Throws: `DriverError` where it cannot be done here, with the reason.
    func ready(
        _ operation: EngineOperation,
        named name: String,
        within limit: Duration,
        of environment: EnvironmentSpec,
        in context: RunContext
    ) async throws -> any ReadyOperation
}

/// An operation of which nothing is left to do but itself.
public protocol ReadyOperation: Sendable {
    /// Does it; returns when the engine says that it is done.
    func perform() async throws
    /// Removes what it made, and what was made for it. Idempotent.
    func finish() async throws
}
