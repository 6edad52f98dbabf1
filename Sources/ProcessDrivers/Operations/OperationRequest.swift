import BenchrunModel
import Host

/// The words of an engine's operations, and what undoes them.
struct OperationRequest: Sendable {
    /// The engine.
    let engine: EngineClient
    /// What is moved.
    let payload: OperationPayload
    /// What everything carries that is made: `name=value`.
    let label: String
    /// For the engine's temporary files.
    let directory: String
    /// How long one operation may take.
    let limit: Duration
    /// The OCI runtime of what a build runs; nil is the engine's own choice.
    var runtime: String?
    /// The engine's API, where it is not spoken to by command line.
    var socket: EngineSocket?

    /// Arguments of `import`.
    func importing(as reference: String) -> [String] {
        ["import", "--change", "LABEL \(label)", payload.tar, reference]
    }

    /// Arguments of `build`: every step anew, under the limits that instances have, without a network.
    func building(_ reference: String, limits: Limits, cgroupParent: String) -> [String] {
        var verb = [
            "build", "--no-cache", "--force-rm", "--network", "none", "--label", label, "--tag", reference,
            "--cgroup-parent", cgroupParent,
        ]
        if !limits.cpus.isEmpty { verb += ["--cpuset-cpus", Limits.list(limits.cpus)] }
        if let (quota, period) = ControlGroup.quota(of: limits) {
            verb += ["--cpu-period", String(period), "--cpu-quota", String(quota)]
        }
        if limits.memory > 0 { verb += ["--memory", String(limits.memory), "--memory-swap", String(limits.memory)] }
        let runtime = runtime.map { engine.dialect.hasGlobalRuntime ? ["--runtime", $0] : [] } ?? []
        return runtime + verb + engine.dialect.build + [payload.buildContext]
    }

    /// An operation of which nothing is left to do but itself.
    /// - Parameters:
    ///   - step: what it is called in messages.
    ///   - verb: the engine's arguments.
    ///   - call: the same for the engine's API.
    ///   - reference: the image that is there afterwards.
    ///   - instance: what was made for it.
    ///   - base: the name that it builds on.
    func command(
        _ step: String,
        _ verb: [String],
        _ call: SocketOperation,
        makes reference: String,
        instance: (any Instance)? = nil,
        base: OperationBase? = nil
    ) -> ReadyCommand {
        ReadyCommand(
            request: self,
            step: step,
            verb: verb,
            call: call,
            reference: reference,
            instance: instance,
            base: base
        )
    }

    /// Runs a command of the engine that must succeed.
    func check(_ verb: [String], step: String) async throws {
        // The classic builder, which knows limits; where there is no other it is not asked.
        let environment = ["TMPDIR": directory, "DOCKER_BUILDKIT": "0"]
        try await engine.check(verb, step: step, within: limit, environment: environment)
    }

    /// Removes an image, if there is one.
    func remove(_ reference: String) async throws {
        let found = try await engine.run(
            ["image", "inspect", "--format", "{{.Id}}", reference],
            step: "image",
            within: EngineClient.action
        )
        guard found.isSuccess else { return try engine.requireDaemon("image") }
        try await engine.check(["rmi", "--force", reference])
    }
}

/// An operation of which nothing is left to do but itself.
struct ReadyCommand: ReadyOperation {
    let request: OperationRequest
    let step: String
    let verb: [String]
    let call: SocketOperation
    let reference: String
    let instance: (any Instance)?
    let base: OperationBase?

    func perform() async throws {
        guard let socket = request.socket else { return try await request.check(verb, step: step) }
        try await call.perform(by: request.engine, at: socket, step: step, within: request.limit)
    }

    func finish() async throws {
        try await instance?.remove()
        try await request.remove(reference)
        try await base?.remove()
    }
}

/// The images that a run's operations made.
struct OperationImages: Sendable {
    let engine: EngineClient

    /// Their ids.
    func all(of run: RunID) async throws -> [String] {
        let filter = EngineLabel.filter(EngineLabel.run, run.text)
        let output = try await engine.check(
            ["images", "--all", "--quiet", "--no-trunc", "--filter", filter],
            within: EngineClient.action
        )
        var seen: Set<String> = []
        return output.split(separator: "\n").map(String.init).filter { seen.insert($0).inserted }
    }

    /// Removes them. One that another is made of goes with that or after it.
    /// - Returns: a line for each.
    func remove(of run: RunID) async throws -> [String] {
        var removed = try await OperationBase.removeOrphans(of: run, engine)
        for _ in 0..<3 {
            let left = try await all(of: run)
            guard !left.isEmpty else { return removed }
            for id in left {
                guard try await engine.run(["rmi", "--force", id]).isSuccess else { continue }
                removed.append("\(engine.dialect.name) image \(id.replacing("sha256:", with: "").prefix(12))")
            }
        }
        let left = try await all(of: run)
        guard left.isEmpty else {
            throw DriverError(
                subject: engine.subject("rmi"),
                detail: "\(left.count) images of run \(run) cannot be removed",
                nextStep: "run '\(engine.dialect.name) rmi \(left[0].prefix(19))' to see why"
            )
        }
        return removed
    }
}

extension EngineDialect {
    /// Arguments by which a registry without TLS is accepted; docker accepts those on loopback anyway.
    var insecure: [String] { hasDaemon ? [] : ["--tls-verify=false"] }

    /// More arguments of `build`.
    var build: [String] {
        // podman's defaults for open files cannot be had without CAP_SYS_RESOURCE.
        hasDaemon ? [] : ResourceLimits.current().arguments
    }
}
