import Glibc

@testable import Host

/// Control group hierarchies made of ordinary directories: a directory appears with the files a kernel puts there.
struct FakeControlGroups {
    let root: String

    static let v1Controllers = ["cpu", "cpuacct", "cpuset", "memory", "freezer", "pids"]
    private static let v1Files = [
        "cgroup.procs": "", "cpuset.cpus": "", "cpuset.mems": "", "cpu.cfs_quota_us": "-1\n",
        "cpu.cfs_period_us": "100000\n", "memory.limit_in_bytes": "9223372036854771712\n",
        "memory.memsw.limit_in_bytes": "9223372036854771712\n", "memory.max_usage_in_bytes": "4096\n",
        "cpuacct.usage": "1234567\n", "freezer.state": "THAWED\n",
    ]
    private static let v2Files = [
        "cgroup.procs": "", "cgroup.controllers": "cpuset cpu io memory pids\n", "cgroup.subtree_control": "",
        "cgroup.type": "domain\n", "cgroup.kill": "", "cgroup.freeze": "0\n",
        "cgroup.events": "populated 0\nfrozen 1\n",
        "cpu.max": "max 100000\n", "cpu.stat": "usage_usec 77\nuser_usec 1\n", "cpuset.cpus": "",
        "cpuset.cpus.effective": "0-3\n", "memory.max": "max\n", "memory.swap.max": "max\n", "memory.peak": "8192\n",
    ]

    private static func isV1(_ path: String) -> Bool { !path.contains("/unified") }

    private static func make(_ path: String) -> Int32 {
        guard mkdir(path, 0o755) == 0 else { return errno }
        for (name, content) in isV1(path) ? v1Files : v2Files { try? write(content, to: "\(path)/\(name)") }
        return 0
    }

    private static func remove(_ path: String) -> Int32 {
        guard KernelFile.isDirectory(path) else { return ENOENT }
        guard KernelFile.directories(in: path).isEmpty else { return EBUSY }
        for name in KernelFile.names(in: path) { unlink("\(path)/\(name)") }
        return rmdir(path) == 0 ? 0 : errno
    }

    /// Makes the roots of the hierarchies and the layout over them.
    func layout(v1: Bool, v2: Bool, delegated: Bool = false) throws -> ControlGroupLayout {
        var hierarchies: [ControlGroupLayout.Hierarchy] = []
        if v1 {
            for name in Self.v1Controllers {
                _ = Self.make("\(root)/\(name)")
                try write("0-3\n", to: "\(root)/\(name)/cpuset.cpus")
                try write("0\n", to: "\(root)/\(name)/cpuset.mems")
                hierarchies.append(.init(version: 1, controllers: [name], base: "\(root)/\(name)", isRoot: true))
            }
        }
        if v2 {
            _ = Self.make(root + "/unified")
            hierarchies.append(.init(version: 2, controllers: [], base: root + "/unified", isRoot: !delegated))
        }
        var layout = ControlGroupLayout(hierarchies: hierarchies)
        layout.makeDirectory = Self.make
        layout.removeDirectory = Self.remove
        return layout
    }

    /// The content of a file below the root, trimmed.
    func value(_ file: String) -> String? { KernelFile.read("\(root)/\(file)")?.trimmed }
}
