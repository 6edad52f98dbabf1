#if Libvirt
public import BenchrunModel
import Foundation
import Host
import Libvirt

/// Containers through libvirt: a transient domain of its driver for containers for each instance.
///
/// Uses the system's libvirtd where it answers; else, as root, one of the run's own, which ``shutdown()`` ends.
public final class LibvirtLXCDriver: Driver {
    /// `libvirt-lxc`
    public static let name = "libvirt-lxc"
    /// It has none.
    public static let options: Set<String> = []

    let setup: DriverSetup
    let hypervisor: Hypervisor
    private let roots: ContainerRoots
    private let folders = PreparedEnvironments()

    /// Creates the driver; does nothing yet.
    public init(setup: DriverSetup) {
        self.setup = setup
        hypervisor = Hypervisor(setup: setup, kind: .containers)
        roots = ContainerRoots(setup: setup)
    }

    /// Finds out whether libvirt has the driver and whether the control groups that it insists on are there.
    public func probe(_ environment: EnvironmentSpec) async -> Availability {
        if let option = environment.options.keys.sorted().first {
            return .unavailable(
                reason: "option '\(option)' is not known",
                nextStep: "remove it: the driver '\(Self.name)' has none"
            )
        }
        if let missing = Self.missingControllers(PrivateLibvirtd.mounts) {
            return .unavailable(
                reason: "libvirt's containers need the control groups of \(missing)",
                nextStep: "mount them, or enable them on the kernel's command line"
            )
        }
        do {
            let link = try await hypervisor.link()
            return .available(
                facts: [
                    "engine.version": link.libraryVersion, FactKey.virtualization: Self.ownName,
                    "private-daemon": link.daemon == nil ? "no" : "yes",
                ]
            )
        } catch {
            let error = DriverError(error, during: "probe")
            return .unavailable(reason: error.detail, nextStep: error.nextStep ?? "run 'benchrun doctor'")
        }
    }

    /// What libvirt tells the first program of a container about where it is.
    private static let ownName = "lxc-libvirt"

    /// What libvirt insists on where version 1 has the controllers; nil where nothing is missing.
    /// - Parameter mounts: text of /proc/self/mountinfo.
    static func missingControllers(_ mounts: String) -> String? {
        let groups = MountedFileSystem.all(mounts).filter { $0.type == "cgroup" }
        let present = Set(groups.flatMap(\.superOptions))
        guard present.contains(where: { ["cpu", "memory"].contains($0) }) else { return nil }
        let missing = ["cpu", "cpuacct", "cpuset", "devices", "freezer", "memory"].filter { !present.contains($0) }
        return missing.isEmpty ? nil : missing.joined(separator: ", ")
    }

    /// Mounts the image's root where the daemon sees it, and makes the place for scratch directories.
    public func prepare(_ environment: EnvironmentSpec, in context: RunContext) async throws {
        do {
            let link = try await hypervisor.link()
            _ = try await roots.root(of: context.image, for: link.daemon)
            await folders.remember(try await ScratchDirectory.prepareParent(driver: Self.name, in: context))
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw DriverError(error, during: "prepare")
        }
    }

    /// Makes the scratch directory; ``Instance/start()`` makes the container.
    public func create(_ spec: InstanceSpec, in context: RunContext) async throws -> any Instance {
        do {
            let link = try await hypervisor.link()
            let scratch = ScratchDirectory(of: spec.name, driver: Self.name, in: context)
            let plan = ContainerPlan(
                name: spec.name,
                run: setup.run.text,
                limits: context.limits,
                limitsSwap: Self.accountsForSwap,
                root: try await roots.root(of: context.image, for: link.daemon),
                agent: setup.agentExecutable,
                scratch: scratch.path,
                memoryFileSystem: Int(ProcessInfo.processInfo.physicalMemory / 2)
            )
            // Before anything is made: what XML cannot say is a failure to create.
            _ = try plan.xml()
            try scratch.make()
            return LibvirtLXCInstance(spec, plan: plan, scratch: scratch, driver: self)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw DriverError(error, during: "create")
        }
    }

    /// Ends the run's containers at the system's libvirtd, and whatever is in the control groups of a private one.
    public func removeOrphans(of run: RunID) async throws -> [String] {
        try await hypervisor.removeOrphans(of: run)
    }

    /// Closes the connection, which ends what containers are left, and removes what was prepared.
    public func shutdown() async {
        await hypervisor.shutdown()
        await roots.removeAll()
        for folder in await folders.takeFolders() {
            await ScratchDirectory.removeParent(folder.path, ledger: setup.ledger)
        }
    }

    /// Whether the kernel can limit memory and swap together; without that libvirt refuses to try.
    private static var accountsForSwap: Bool {
        let files = ["/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes"]
        return files.contains { FileManager.default.fileExists(atPath: $0) }
    }
}
#endif
