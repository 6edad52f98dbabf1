import BenchrunModel
import Foundation
import Host

/// What drivers without an engine do alike: a control group for each instance, the root file system, scratch, the
/// channel to the agent, starting, stopping and removing. Only the ``Isolation`` differs.
///
/// Equal to native are the CPU set, quota and memory without swap (by the same control group), resource limits
/// (inherited), /scratch (a directory on the same file system), the read-only root, the tmpfs mounts, the host name and
/// loopback as the only network. Left to the tool, because it is what is being measured: namespaces, seccomp,
/// capabilities, masked paths and how the root is mounted.
public struct DirectDriver: Sendable {
    let isolation: any Isolation
    let setup: DriverSetup
    let surroundings: any Surroundings
    private let prepared = PreparedPaths()

    init(_ isolation: any Isolation, setup: DriverSetup, surroundings: any Surroundings = ThisHost()) {
        self.isolation = isolation
        self.setup = setup
        self.surroundings = surroundings
    }

    var groups: DirectGroups { DirectGroups(driver: isolation.name, of: setup.run, setup: setup) }

    func probe(_ environment: EnvironmentSpec) async -> Availability {
        await DirectProbe(driver: self, environment: environment).availability()
    }

    func prepare(_ environment: EnvironmentSpec, in context: RunContext) async throws {
        try check(environment)
        try RootPlaces.check(context.image, driver: isolation.name)
        let parent = ScratchDirectory.parent(driver: isolation.name, in: context)
        guard await !prepared.holds(parent) else { return }
        try await ScratchDirectory.prepareParent(driver: isolation.name, in: context)
        await prepared.insert(parent)
        let tools = groups.tools
        do {
            try await ControlFiles.executor.run { try tools.create(limits: nil) }
        } catch let error as HostError {
            throw DriverError(subject: "\(isolation.name)/prepare", detail: error.detail, nextStep: error.nextStep)
        }
    }

    func create(_ spec: InstanceSpec, in context: RunContext) async throws -> any Instance {
        try check(spec.environment)
        let scratch = ScratchDirectory(of: spec.name, driver: isolation.name, in: context)
        let launch = try launch(
            spec.name,
            root: context.image.directory,
            scratch: scratch.path,
            limits: context.limits,
            command: ServeCommand.arguments(limits: context.limits, housekeepingCPUs: setup.housekeepingCPUs)
        )
        let instance = DirectInstance(spec, launch: launch, scratch: scratch)
        do {
            try await instance.create()
        } catch {
            await Task { try? await instance.remove() }.value
            throw error
        }
        return instance
    }

    func removeOrphans(of run: RunID) async throws -> [String] {
        do {
            let removed = try await DirectGroups(driver: isolation.name, of: run, setup: setup).removeAll()
            return removed.map { "\(isolation.name) instance \($0.name) with \($0.processes) processes" }
        } catch {
            throw DriverError(subject: "\(isolation.name)/clean", detail: error.detail, nextStep: error.nextStep)
        }
    }

    func shutdown() async {
        for path in await prepared.removeAll() {
            await ScratchDirectory.removeParent(path, ledger: setup.ledger)
        }
        // What cannot be removed now is the run's group's to remove, which is in the ledger.
        _ = try? await groups.removeAll()
    }

    // MARK: - Parts

    /// Everything that one start needs; nothing of it is made yet.
    func launch(
        _ name: String,
        root: String,
        scratch: String,
        limits: Limits,
        command: [String]
    ) throws(DriverError) -> DirectLaunch {
        guard let executable = surroundings.path(of: isolation.program) else {
            throw DriverError(
                subject: "\(isolation.name)/create",
                detail: "'\(isolation.program)' is not installed",
                nextStep: "install Debian's package \(isolation.package)"
            )
        }
        let folder = "\(setup.stateDirectory)/\(name)"
        let group = groups.instance(name)
        let request = IsolationRequest(
            name: name,
            executable: executable,
            folder: folder,
            root: root,
            scratch: scratch,
            agent: setup.agentExecutable,
            limits: limits,
            resources: .current(),
            group: group.path,
            sparedGroup: groups.spared,
            command: command,
            cgroups: surroundings.cgroups,
            unifiedMounts: MountedGroups.unified(TextFile.read("/proc/self/mountinfo") ?? "")
        )
        do {
            return DirectLaunch(
                isolation: isolation,
                start: try isolation.start(request),
                folder: folder,
                root: root,
                group: group,
                groups: groups,
                limits: limits,
                setup: setup
            )
        } catch {
            throw DriverError(subject: "\(isolation.name)/create", detail: error.detail, nextStep: error.nextStep)
        }
    }

    private func check(_ environment: EnvironmentSpec) throws(DriverError) {
        do {
            try OptionError.check(environment, known: [])
        } catch {
            throw DriverError(subject: "\(isolation.name)/options", detail: error.detail, nextStep: error.nextStep)
        }
    }
}

/// Where control groups are mounted.
enum MountedGroups {
    /// Mount points of version 2 hierarchies.
    /// - Parameter mounts: text of /proc/self/mountinfo.
    static func unified(_ mounts: String) -> [String] {
        mounts.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count, dash > 4,
                fields[dash + 1] == "cgroup2"
            else { return nil }
            return String(fields[4])
        }
    }
}
