public import BenchrunModel
import Glibc

/// A control group of this host in all hierarchies at once: v1, v2, and v2 beside v1.
///
/// It is named by its path below each hierarchy's base, such as `benchrun/RUN/native-1`. The base is the root of the
/// hierarchy or, for a user to whom systemd delegated a subtree, the topmost group that may be written.
/// A group that holds processes must have no groups below it (v2 does not permit it): each daemon and each instance
/// gets its own below the run's.
public struct ControlGroup: Sendable {
    /// Path below each hierarchy's base.
    public let path: String

    let layout: ControlGroupLayout
    let peak = PeakMemory()

    /// The group at a path; nothing is made yet.
    public init(_ path: String) {
        self.init(path, layout: .host)
    }

    init(_ path: String, layout: ControlGroupLayout) {
        self.path = path.split(separator: "/").joined(separator: "/")
        self.layout = layout
    }

    /// Makes the group and the groups above it, enables v2's controllers in those, and sets the limits.
    /// Making it again applies the limits again.
    /// - Parameter limits: CPUs, quota (``quota(of:)``), memory without swap; nil sets none.
    /// - Throws: ``HostError`` naming the file and the reason. What was made until then is left to ``remove()``.
    public func create(limits: Limits?) throws {
        try checkPath()
        guard !layout.limiting.isEmpty || layout.unified != nil else { throw Self.nothingMounted }
        do {
            try make(limits)
        } catch {
            // Another benchrun may just have removed the parent, which was empty for a moment.
            try make(limits)
        }
    }

    private func make(_ limits: Limits?) throws {
        for hierarchy in layout.limiting { try makeV1(in: hierarchy) }
        if let unified = layout.unified { try makeV2(in: unified, withControllers: layout.isUnified && limits != nil) }
        if let limits { try apply(limits) }
    }

    /// Files that a process writes its pid into to become a member, in all hierarchies.
    public var joinFiles: [String] {
        (layout.limiting + [layout.unified].compactMap { $0 }).map { directory(in: $0) + "/cgroup.procs" }
    }

    /// Processes in it and in the groups below it, ascending.
    public func processes() -> [Int32] {
        var found: Set<Int32> = []
        for directory in layout.hierarchies.map(directory(in:)) {
            for group in Self.tree(directory) {
                let members = KernelFile.read(group + "/cgroup.procs") ?? ""
                found.formUnion(members.split(separator: "\n").compactMap { Int32($0) })
            }
        }
        // A member of another pid namespace is listed as 0.
        return found.filter { $0 > 0 }.sorted()
    }

    /// Whether there is a group at this path in any hierarchy.
    public var exists: Bool { layout.hierarchies.contains { KernelFile.isDirectory(directory(in: $0)) } }

    /// All groups below a path in any hierarchy, those above before those below.
    public static func all(below path: String) -> [ControlGroup] {
        all(below: path, layout: .host)
    }

    static func all(below path: String, layout: ControlGroupLayout) -> [ControlGroup] {
        let top = ControlGroup(path, layout: layout)
        var paths: Set<String> = []
        for hierarchy in layout.hierarchies {
            let root = top.directory(in: hierarchy)
            for directory in tree(root) where directory != root {
                paths.insert(top.path + directory.dropFirst(root.count))
            }
        }
        return paths.sorted().map { ControlGroup($0, layout: layout) }
    }

    /// Whether a control group with limits can be made here; the error says why not and what to do.
    public static var isAvailable: Result<Void, HostError> { isAvailable(layout: .host) }

    static func isAvailable(layout: ControlGroupLayout) -> Result<Void, HostError> {
        let probe = ControlGroup("benchrun/probe-\(getpid())", layout: layout)
        defer { probe.removeDirectories() }
        do {
            guard !layout.limiting.isEmpty || layout.unified != nil else { throw nothingMounted }
            let missing = probe.missingControllers
            guard missing.isEmpty else {
                throw HostError(
                    subject: "control groups",
                    detail: "without the controllers \(missing.joined(separator: ", "))",
                    nextStep: "enable them on the kernel's command line, or delegate them to this user"
                )
            }
            try probe.create(limits: nil)
            return .success(())
        } catch let error as HostError {
            return .failure(error)
        } catch {
            return .failure(HostError(subject: "control groups", detail: "\(error)"))
        }
    }

    private var missingControllers: [String] {
        let needed = ["cpu", "cpuset", "memory"]
        guard layout.isUnified, let unified = layout.unified else {
            return needed.filter { layout.hierarchy(of: $0) == nil }
        }
        let present = Self.words(unified.base + "/cgroup.controllers")
        return needed.filter { !present.contains($0) }
    }

    // MARK: - Directories

    func directory(in hierarchy: ControlGroupLayout.Hierarchy) -> String { "\(hierarchy.base)/\(path)" }

    /// The directory of a v1 controller's hierarchy, or of v2 where that has the controllers.
    func directory(of controller: String) -> String? {
        if let hierarchy = layout.hierarchy(of: controller) { return directory(in: hierarchy) }
        return layout.isUnified ? layout.unified.map(directory(in:)) : nil
    }

    /// A directory and all below it, those above first; empty when there is none.
    static func tree(_ directory: String) -> [String] {
        guard KernelFile.isDirectory(directory) else { return [] }
        return [directory] + KernelFile.directories(in: directory).flatMap { tree("\(directory)/\($0)") }
    }

    static func words(_ file: String) -> [String] {
        (KernelFile.read(file) ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// The directories from just below the base down to the group itself.
    func steps(in hierarchy: ControlGroupLayout.Hierarchy) -> [String] {
        var directory = hierarchy.base
        return path.split(separator: "/").map { name in
            directory += "/\(name)"
            return directory
        }
    }

    /// Whether the path names a group below the base. The base itself holds processes that are none of ours.
    var isBelowBase: Bool {
        let names = path.split(separator: "/")
        return !names.isEmpty && !names.contains("..") && !names.contains(".")
    }

    func checkPath() throws {
        guard isBelowBase else {
            throw HostError(subject: "control group '\(path)'", detail: "is not a path below a hierarchy's root")
        }
    }

    func makeStep(_ directory: String) throws {
        let number = layout.makeDirectory(directory)
        guard number == 0 || number == EEXIST else { throw failure(directory, KernelFile.Failure(number: number)) }
    }

    func write(_ text: String, to file: String) throws {
        do {
            try KernelFile.write(text, to: file)
        } catch {
            throw failure(file, error, writing: text)
        }
    }

    private func failure(_ file: String, _ error: KernelFile.Failure, writing text: String? = nil) -> HostError {
        let nextStep =
            switch error.number {
            case EACCES, EPERM, EROFS:
                "run as root, or in a delegated subtree: 'systemd-run --user --scope -p Delegate=yes benchrun ...'"
            default: "run 'benchrun doctor'"
            }
        let what = text.map { "'\($0)' to \(file)" } ?? file
        return HostError(subject: "control group \(path)", detail: "\(what): \(error)", nextStep: nextStep)
    }

    private static var nothingMounted: HostError {
        HostError(
            subject: "control groups",
            detail: "no cgroup file system is mounted",
            nextStep: "mount cgroup2 at /sys/fs/cgroup"
        )
    }
}
