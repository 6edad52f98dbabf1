import Glibc
import Host

/// Finds a container engine: its command with all that comes before the verb. Throws where it cannot be used, with the
/// reason.
public typealias EngineFinding = @Sendable (_ engine: String) async throws -> [String]

/// Images as container engines have them, brought out as archives.
struct EngineStore: Sendable {
    let find: EngineFinding

    private static let patience = Duration.seconds(1800)
    /// Marks what a build of ours left when it was killed.
    private static let label = "benchrun.import"
    /// The working directory, by a name that is short enough for podman, which permits 50 characters.
    private static let here = "/proc/self/cwd"

    /// Saves an image of an engine's store.
    func save(_ reference: String, of engine: String, to archive: String) async throws {
        let command = try await find(engine)
        guard try await has(reference, command) else {
            throw HostError(
                subject: "\(engine):\(reference)",
                detail: "is not in \(engine)'s store",
                nextStep: "see '\(engine) images'; registry:HOST/REPO:TAG pulls one"
            )
        }
        try await save(reference, engine, command, to: archive)
    }

    /// Builds a Dockerfile, saves what comes out and removes that from the store again.
    func build(_ directory: String, to archive: String, work: String) async throws {
        let (engine, command) = try await any(of: ["docker", "podman"])
        let file = "\(work)/build.id"
        let own = engine == "podman" ? ["--layers=false"] + Self.limits : []
        let name = FileBytes.size("\(directory)/Dockerfile") == nil ? "Containerfile" : "Dockerfile"
        try await HostCommand(
            command + ["build", "--quiet", "--iidfile", file, "--label", "\(Self.label)=\(getpid())"] + own
                + ["--file", "\(directory)/\(name)", directory],
            environment: ["TMPDIR": work],
            timeLimit: Self.patience
        ).check()
        let id = String(decoding: try FileBytes.read(file, limit: 200), as: UTF8.self).trimmingSpace
        do {
            try await save(id, engine, command, to: archive)
        } catch {
            await remove(id, command)
            throw error
        }
        await remove(id, command)
    }

    /// Pulls an image from a registry and saves it. Nothing stays in the user's own store that was not there.
    func pull(_ reference: String, to archive: String, work: String) async throws {
        let (engine, found) = try await any(of: ["podman", "docker"])
        let place = reference.prefix { $0 != "/" }
        let host = place.hasPrefix("[") ? place.prefix { $0 != "]" }.dropFirst() : place.prefix { $0 != ":" }
        let isLocal =
            host == "localhost" || host == "::1"
            || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
        if engine == "podman" {
            // A store of its own, in a mount namespace of its own: both go with the work directory.
            let command =
                found + [
                    "--root", "\(Self.here)/store", "--runroot", "\(Self.here)/run", "--storage-driver", "vfs",
                ]
            let insecure = isLocal ? ["--tls-verify=false"] : []
            try await contained(command + ["pull", "--quiet"] + insecure + ["docker://\(reference)"], work: work)
            try await contained(
                command + ["save", "--quiet", "--format", "docker-archive", "--output", archive, reference],
                work: work
            )
            return
        }
        let wasThere = try await has(reference, found)
        try await HostCommand(found + ["pull", "--quiet", reference], timeLimit: Self.patience).check()
        do {
            try await save(reference, engine, found, to: archive)
        } catch {
            if !wasThere { await remove(reference, found) }
            throw error
        }
        if !wasThere { await remove(reference, found) }
    }

    // MARK: - Verbs

    private func has(_ reference: String, _ command: [String]) async throws -> Bool {
        try await HostCommand(command + ["image", "inspect", "--format", "{{.Id}}", reference]).run().isSuccess
    }

    private func save(_ reference: String, _ engine: String, _ command: [String], to archive: String) async throws {
        let own = engine == "podman" ? ["--quiet", "--format", "docker-archive"] : []
        try await HostCommand(
            command + ["save"] + own + ["--output", archive, reference],
            timeLimit: Self.patience
        ).check()
    }

    /// To its end also when the task was cancelled. What could not be removed has our label.
    private func remove(_ image: String, _ command: [String]) async {
        await Task { _ = try? await HostCommand(command + ["rmi", "--force", image]).run() }.value
    }

    private func contained(_ arguments: [String], work: String) async throws {
        let log = "\(work)/engine.log"
        let command = ContainedCommand(
            arguments: ["env", "--chdir=\(work)"] + arguments,
            environment: ["TMPDIR": work, "LC_ALL": "C"],
            log: log
        )
        let status = try await command.run { _ in }
        guard status == 0 else {
            let said = String(decoding: try FileBytes.read(log, limit: 1 << 16), as: UTF8.self)
            let last = said.split(whereSeparator: \.isNewline).last.map(String.init) ?? "exit status \(status)"
            throw HostError(
                subject: "images",
                detail: "podman could not get the image: \(last.suffix(500))",
                nextStep: "check the reference, the network and 'podman login'"
            )
        }
    }

    /// The first engine that can be used.
    private func any(of engines: [String]) async throws -> (engine: String, command: [String]) {
        var reasons: [String] = []
        for engine in engines {
            do {
                return (engine, try await find(engine))
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                reasons.append("\(error)")
            }
        }
        throw HostError(
            subject: "images",
            detail: "no container engine can be used: \(reasons.joined(separator: "; "))",
            nextStep: "run 'benchrun doctor'"
        )
    }

    /// Podman gives what a build runs more open files and processes than a process without CAP_SYS_RESOURCE may have: there
    /// as many as that may have, and not more than podman itself has.
    private static var limits: [String] {
        let kinds = [("nofile", RLIMIT_NOFILE), ("nproc", __RLIMIT_NPROC)]
        return kinds.flatMap { name, kind -> [String] in
            var limit = rlimit()
            guard getrlimit(__rlimit_resource_t(kind.rawValue), &limit) == 0, limit.rlim_max < 1_048_576 else {
                return []
            }
            let number = min(limit.rlim_max, 16384)
            return ["--ulimit", "\(name)=\(number):\(number)"]
        }
    }
}

extension String {
    /// Without white space at its ends.
    fileprivate var trimmingSpace: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
