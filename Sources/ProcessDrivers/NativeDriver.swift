public import BenchrunModel
import Foundation
import Host

/// Processes of this host, without an engine: the baseline.
///
/// They have the same root file system, limits, scratch directory and network as containers, by means of a control
/// group, a private mount namespace and a network namespace; the kernel's other namespaces, seccomp, capabilities
/// and the storage driver, which are what containers cost, are absent.
public struct NativeDriver: Driver {
    /// `native`
    public static let name = "native"
    /// It has none.
    public static let options: Set<String> = []

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
        do {
            try OptionError.check(environment, known: Self.options)
        } catch {
            return .unavailable(reason: error.detail, nextStep: error.nextStep)
        }
        guard surroundings.isRoot else {
            return .unavailable(
                reason: "only root may change the root directory and make namespaces",
                nextStep: "run benchrun as root"
            )
        }
        if case .failure(let error) = ControlGroup.isAvailable {
            return .unavailable(reason: error.detail, nextStep: error.nextStep ?? "run 'benchrun doctor'")
        }
        var launcher = Launcher(agentExecutable: setup.agentExecutable)
        launcher.mountNamespace = true
        launcher.networkNamespace = true
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
        return .available(facts: ["isolation": "root directory, mount and network namespace, control group"])
    }

    /// Checks that the image has the places that instances mount something at.
    public func prepare(_ environment: EnvironmentSpec, in context: RunContext) async throws {
        for path in [GuestPath.agent, GuestPath.scratch, "/proc", "/sys", "/dev"] + GuestPath.temporary {
            guard FileManager.default.fileExists(atPath: context.image.directory + path) else {
                throw DriverError(
                    subject: "native/prepare",
                    detail: "the root file system \(context.image.directory) has no \(path)",
                    nextStep: "build it again with 'benchrun image build'"
                )
            }
        }
        let parent = ScratchDirectory.parent(driver: Self.name, in: context)
        guard await !prepared.holds(parent) else { return }
        try await ScratchDirectory.prepareParent(driver: Self.name, in: context)
        await prepared.insert(parent)
    }

    /// Makes the control group with its limits, and the scratch directory.
    public func create(_ spec: InstanceSpec, in context: RunContext) async throws -> any Instance {
        let instance = NativeInstance(spec, in: context)
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
            guard let name = group.path.split(separator: "/").last, name.hasPrefix("benchrun-\(run)-") else { continue }
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

    /// Starts `true` of the image's tree on this host, without any isolation, and waits for its end: what every
    /// isolation's start is compared with.
    /// - Returns: nanoseconds on the host's clock (CLOCK_MONOTONIC_RAW) from before the start to after the end. The
    ///   process runs on the measured CPUs.
    /// - Throws: `DriverError` when it cannot be started or fails.
    public static func bareExec(in context: RunContext) async throws -> UInt64 {
        try await BareExec(program: context.image.directory + "/bin/true", cpus: context.limits.cpus).run()
    }
}
