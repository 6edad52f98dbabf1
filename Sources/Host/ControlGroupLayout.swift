import Glibc

/// Where control groups can be made on this host: v1, v2 or both.
struct ControlGroupLayout: Sendable {
    /// One mounted hierarchy.
    struct Hierarchy: Sendable, Equatable {
        /// 1, or 2 for the unified one.
        let version: Int
        /// Controllers of a v1 hierarchy (`cpu`, `cpuacct`, `name=systemd`); a v2 group tells its own.
        let controllers: Set<String>
        /// The directory below which groups are made: the hierarchy's root, or the subtree delegated to us.
        let base: String
        /// Whether the base is the hierarchy's real root, which may hold processes and have controllers enabled.
        let isRoot: Bool
    }

    /// v1 hierarchies that groups are made in and joined; from the others they are only removed.
    private static let used: Set<String> = ["cpu", "cpuacct", "cpuset", "memory", "freezer"]

    let hierarchies: [Hierarchy]
    /// How directories come and go; another in tests, where no kernel fills them.
    var makeDirectory: @Sendable (String) -> Int32 = { mkdir($0, 0o755) == 0 ? 0 : errno }
    var removeDirectory: @Sendable (String) -> Int32 = { rmdir($0) == 0 ? 0 : errno }

    /// This host's, as this process sees it when it first asks.
    static let host = ControlGroupLayout(
        mounts: KernelFile.read("/proc/self/mountinfo") ?? "",
        ownGroups: KernelFile.read("/proc/self/cgroup") ?? ""
    ) { access($0, W_OK) == 0 }

    init(hierarchies: [Hierarchy]) {
        self.hierarchies = hierarchies
    }

    /// Reads the kernel's own words.
    /// - Parameters:
    ///   - mounts: /proc/self/mountinfo.
    ///   - ownGroups: /proc/self/cgroup.
    ///   - isWritable: whether this process may write to a path.
    init(mounts: String, ownGroups: String, isWritable: (String) -> Bool) {
        var found: [Hierarchy] = []
        var seen: Set<Set<String>> = []
        for mount in MountPoint.parse(mounts) {
            switch mount.type {
            case "cgroup":
                let controllers = mount.superOptions.subtracting(["rw", "ro", "xattr", "clone_children", "noprefix"])
                guard !controllers.isEmpty, seen.insert(controllers).inserted else { continue }
                found.append(
                    Hierarchy(version: 1, controllers: controllers, base: mount.path, isRoot: mount.root == "/")
                )
            case "cgroup2":
                guard seen.insert(["unified"]).inserted else { continue }
                let own = ownGroups.split(separator: "\n").first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) }
                let base = Self.base(of: mount, own: own ?? "/", isWritable: isWritable)
                // Only the real root lacks cgroup.type; a namespace's or a container's root is an ordinary group.
                let isRoot = base == mount.path && !KernelFile.exists(base + "/cgroup.type")
                found.append(Hierarchy(version: 2, controllers: [], base: base, isRoot: isRoot))
            default: continue
            }
        }
        hierarchies = found
    }

    /// v1 hierarchies that groups are made in.
    var limiting: [Hierarchy] { hierarchies.filter { $0.version == 1 && !$0.controllers.isDisjoint(with: Self.used) } }
    /// The v2 hierarchy. Beside v1 it has no controllers, yet can kill a whole subtree at once.
    var unified: Hierarchy? { hierarchies.first { $0.version == 2 } }
    /// The v1 hierarchy of a controller.
    func hierarchy(of controller: String) -> Hierarchy? {
        hierarchies.first { $0.version == 1 && $0.controllers.contains(controller) }
    }
    /// Whether the v2 hierarchy has the controllers: there is no v1 hierarchy that could hold them.
    var isUnified: Bool { unified != nil && limiting.isEmpty }

    /// The topmost group we may make groups in, from the mount's root down to our own.
    private static func base(of mount: MountPoint, own: String, isWritable: (String) -> Bool) -> String {
        var relative = own
        if mount.root != "/", own.hasPrefix(mount.root) { relative = String(own.dropFirst(mount.root.count)) }
        var candidate = mount.path
        var candidates = [candidate]
        for name in relative.split(separator: "/") where name != ".." {
            candidate += "/\(name)"
            candidates.append(candidate)
        }
        return candidates.first { isWritable($0) && isWritable($0 + "/cgroup.subtree_control") } ?? mount.path
    }
}

/// One line of /proc/self/mountinfo.
struct MountPoint: Sendable, Equatable {
    /// Where it is mounted.
    let path: String
    /// Which part of its file system is mounted there.
    let root: String
    /// File system type.
    let type: String
    /// Options of the file system.
    let superOptions: Set<String>

    /// Reads the whole file; lines it does not understand are left out. Of mounts on one another the last counts.
    static func parse(_ text: String) -> [MountPoint] {
        var order: [String] = []
        var byPath: [String: MountPoint] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { continue }
            let path = unescaped(fields[4])
            if byPath[path] == nil { order.append(path) }
            byPath[path] = MountPoint(
                path: path,
                root: unescaped(fields[3]),
                type: String(fields[dash + 1]),
                superOptions: Set(fields[dash + 3].split(separator: ",").map(String.init))
            )
        }
        return order.compactMap { byPath[$0] }
    }

    /// Mount points of this process's namespace.
    static func all() -> [MountPoint] { parse(KernelFile.read("/proc/self/mountinfo") ?? "") }

    /// The kernel writes blanks, tabs, line ends and backslashes as three octal digits.
    private static func unescaped(_ field: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(field.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8) {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
