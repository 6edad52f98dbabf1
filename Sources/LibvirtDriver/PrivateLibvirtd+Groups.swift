#if Libvirt
import Foundation
import Host

extension PrivateLibvirtd {
    /// The mounts that make a group look like the root of each hierarchy.
    /// - Parameters:
    ///   - joinFiles: the group's `cgroup.procs` files.
    ///   - path: the group's path.
    ///   - mounts: text of /proc/self/mountinfo.
    /// - Returns: binds for hierarchies with controllers; beside version 1, the version 2 hierarchy is hidden: libvirt
    ///   would make groups there, too, for nothing. Its driver for containers uses every hierarchy that it sees, and is
    ///   shown no other than those of the binds.
    static func groupMounts(
        joinFiles: [String],
        of path: String,
        mounts: String,
        _ kind: LibvirtKind = .system
    ) -> (unmounts: [String], binds: [(source: String, target: String)]) {
        let groups = MountedFileSystem.all(mounts).filter { $0.type == "cgroup" || $0.type == "cgroup2" }
        let hasVersion1 = groups.contains { $0.type == "cgroup" && !$0.superOptions.contains("name=systemd") }
        var binds: [(source: String, target: String)] = []
        for file in joinFiles {
            let source = String(file.dropLast("/cgroup.procs".count))
            guard source.hasSuffix("/" + path), let mount = MountedFileSystem.containing(source, in: mounts) else {
                continue
            }
            let isHidden = hasVersion1 && mount.type == "cgroup2"
            // Of the two only containers are suspended by their freezer.
            let isUnused = kind == .system && mount.superOptions.contains("freezer")
            if !isHidden && !isUnused { binds.append((source, mount.path)) }
        }
        var unmounts = hasVersion1 ? groups.filter { $0.type == "cgroup2" }.map(\.path) : []
        if hasVersion1, kind == .containers {
            let shown = Set(binds.map(\.target))
            unmounts += groups.filter { $0.type == "cgroup" && !shown.contains($0.path) }.map(\.path)
        }
        return (unmounts, binds)
    }

    /// Where version 1 controls which devices a group may use: libvirt's driver for containers insists on that.
    static func deviceHierarchies(_ mounts: String) -> [String] {
        MountedFileSystem.all(mounts).filter { $0.type == "cgroup" && $0.superOptions.contains("devices") }.map(\.path)
    }

    /// Makes the guests' group there, too. It is removed with the others.
    func makeDeviceGroup() throws {
        for hierarchy in Self.deviceHierarchies(Self.mounts) {
            try FileManager.default.createDirectory(
                atPath: "\(hierarchy)/\(guests.path)",
                withIntermediateDirectories: true
            )
        }
    }
}
#endif
