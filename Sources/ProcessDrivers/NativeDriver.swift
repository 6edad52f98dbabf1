public import BenchrunModel
import Foundation
import Host

/// Processes of this host, without an engine: the baseline.
///
/// They have the same root file system, limits, scratch directory and network as containers, by means of a control
/// group, a private mount namespace and a network namespace; the kernel's other namespaces, seccomp, capabilities
/// and the storage driver, which are what containers cost, are absent. Options take parts of that away, too, or add a
/// user namespace. An ordinary user's are always in one, and where no control group can be made for them, quota and
/// memory limit are missing, which is flagged.
public struct NativeDriver: Driver {
    /// `native`
    public static let name = "native"
    /// `limits` (`all`, `cpus`), `network` (`none`, `host`), `system` (`own`, `host`), `user-namespace` (`no`, `yes`).
    /// The environment `native` has none of them.
    public static let options = NativeOptions.names

    private let setup: DriverSetup
    private let surroundings: any Surroundings
    private let prepared = PreparedPaths()

    /// Creates the driver; does nothing yet.
    public init(setup: DriverSetup) {
        self.init(setup: setup, surroundings: ThisHost())
    }

    init(setup: DriverSetup, surroundings: any Surroundings) {
        self.setup = setup
        self.surroundings = surroundings
    }

    /// Tries the namespaces and the control group that instances need.
    public func probe(_ environment: EnvironmentSpec) async -> Availability {
        let options: NativeOptions
        do {
            options = adapted(try NativeOptions(environment))
        } catch {
            return .unavailable(reason: error.detail, nextStep: error.nextStep)
        }
        if options.hasUserNamespace, options.system == .host {
            return .unavailable(
                reason: "the kernel does not let a user namespace have parts of the host's /sys and /dev",
                nextStep: "run benchrun as root, or leave out '\(environment.name)'"
            )
        }
        if case .failure(let error) = ControlGroup.isAvailable, surroundings.isRoot {
            return .unavailable(reason: error.detail, nextStep: error.nextStep ?? "run 'benchrun doctor'")
        }
        var launcher = Launcher(agentExecutable: setup.agentExecutable)
        launcher.mountNamespace = true
        launcher.networkNamespace = options.network == .none
        launcher.userNamespace = options.hasUserNamespace
        let trial = HostCommand(launcher.arguments(for: ["true"]), timeLimit: .seconds(10))
        do {
            let result = try await surroundings.run(trial)
            guard result.isSuccess else {
                let words = TextFile.trimmed(result.errorOutput)
                return .unavailable(
                    reason: "namespaces cannot be made here: \(words.isEmpty ? "status \(result.status)" : words)",
                    nextStep: "run benchrun outside of the container, or give it CAP_SYS_ADMIN"
                )
            }
        } catch {
            return .unavailable(
                reason: "the launcher does not work: \(error)",
                nextStep: "build it with 'make', or run 'benchrun doctor'"
            )
        }
        var facts = ["isolation": options.isolation]
        // What it lacks is flagged when it has attested; here it is said before anything is measured.
        if !options.hasControlGroup { facts["limits"] = "CPUs only, by affinity; no quota and no memory limit" }
        return .available(facts: facts)
    }

    /// Checks that the image has the places that instances mount something at.
    public func prepare(_ environment: EnvironmentSpec, in context: RunContext) async throws {
        _ = try options(environment)
        try RootPlaces.check(context.image, driver: Self.name)
        let parent = ScratchDirectory.parent(driver: Self.name, in: context)
        guard await !prepared.holds(parent) else { return }
        try await ScratchDirectory.prepareParent(driver: Self.name, in: context)
        await prepared.insert(parent)
    }

    /// Makes the control group with its limits, and the scratch directory.
    public func create(_ spec: InstanceSpec, in context: RunContext) async throws -> any Instance {
        let instance = NativeInstance(spec, options: try options(spec.environment), in: context)
        do {
            try await instance.create()
        } catch {
            await Task { try? await instance.remove() }.value
            throw error
        }
        return instance
    }

    /// Ends what is in the control groups of the run's instances and removes these. Scratch directories of a dead run
    /// are in its ledger.
    public func removeOrphans(of run: RunID) async throws -> [String] {
        var removed: [String] = []
        let path = run == setup.run ? setup.controlGroup : "benchrun/\(run)"
        for group in ControlGroup.all(below: path) {
            // Other drivers' are deeper.
            guard let name = group.path.split(separator: "/").last, name.hasPrefix("benchrun-\(run)-"),
                group.path == "\(path)/\(name)"
            else { continue }
            let count = group.processes().count
            do {
                try await group.remove()
            } catch let error as HostError {
                throw DriverError(subject: "native/clean", detail: error.detail, nextStep: error.nextStep)
            }
            removed.append("native instance \(name) with \(count) processes")
        }
        return removed
    }

    /// Deletes scratch directories.
    public func shutdown() async {
        for path in await prepared.removeAll() {
            await ScratchDirectory.removeParent(path, ledger: setup.ledger)
        }
    }

    private func options(_ environment: EnvironmentSpec) throws(DriverError) -> NativeOptions {
        do {
            return adapted(try NativeOptions(environment))
        } catch {
            throw DriverError(subject: "native/options", detail: error.detail, nextStep: error.nextStep)
        }
    }

    private func adapted(_ options: NativeOptions) -> NativeOptions {
        guard !surroundings.isRoot else { return options }
        if case .failure = ControlGroup.isAvailable { return options.adapted(isRoot: false, hasControlGroup: false) }
        return options.adapted(isRoot: false, hasControlGroup: true)
    }

    /// Starts `true` of the image's tree on this host, without any isolation, and waits for its end: what every
    /// isolation's start is compared with.
    /// - Returns: nanoseconds on the host's clock (CLOCK_MONOTONIC_RAW) from before the start to after the end. The
    ///   process runs on the measured CPUs.
    /// - Throws: `DriverError` when it cannot be started or fails.
    public static func bareExec(in context: RunContext) async throws -> UInt64 {
        try await BareExec(program: context.image.directory + "/bin/true", cpus: context.limits.cpus).run()
    }
}
