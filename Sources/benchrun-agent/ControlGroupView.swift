/// The limits of this process's own control groups, as far as they are mounted here.
struct ControlGroupView {
    private let mounts = MountTable.read()
    /// Path by controller; the unified hierarchy's has an empty name.
    private let paths: [String: String]

    init() {
        var paths: [String: String] = [:]
        for line in Files.lines("/proc/self/cgroup") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            for controller in fields[1].split(separator: ",", omittingEmptySubsequences: false) {
                paths[String(controller)] = String(fields[2])
            }
        }
        self.paths = paths
    }

    /// Hundredths of a CPU, or `none`; nil when no group can be read.
    func cpuQuota() -> String? {
        var quotas: [UInt64] = []
        var isReadable = false
        for directory in directories("cpu") {
            guard let quota = Files.text("\(directory)/cpu.cfs_quota_us"),
                let period = Files.number("\(directory)/cpu.cfs_period_us"), period > 0
            else { continue }
            isReadable = true
            if let quota = UInt64(quota) { quotas.append((quota * 100 + period / 2) / period) }
        }
        for directory in directories("") {
            guard let fields = Files.text("\(directory)/cpu.max")?.split(separator: " "), fields.count == 2,
                let period = UInt64(fields[1]), period > 0
            else { continue }
            isReadable = true
            if let quota = UInt64(fields[0]) { quotas.append((quota * 100 + period / 2) / period) }
        }
        return isReadable ? quotas.min().map(String.init) ?? "none" : nil
    }

    /// Bytes, or `none`; nil when no group can be read.
    func memoryLimit() -> String? {
        let files =
            directories("memory").map { "\($0)/memory.limit_in_bytes" } + directories("").map { "\($0)/memory.max" }
        let texts = files.compactMap { Files.text($0) }
        guard !texts.isEmpty else { return nil }
        // The first hierarchy writes "unlimited" as the greatest multiple of a page.
        return texts.compactMap { UInt64($0) }.filter { $0 < 1 << 62 }.min().map(String.init) ?? "none"
    }

    /// The directory of this process's group and those above it.
    private func directories(_ controller: String) -> [String] {
        let mount = mounts.entries.last { entry in
            controller.isEmpty
                ? entry.type == "cgroup2" : entry.type == "cgroup" && entry.superOptions.contains { $0 == controller }
        }
        guard let mount, let path = paths[controller] else { return [] }
        // A container's mount may begin at its own group, with or without a namespace that says so.
        var below = path
        if mount.root != "/" {
            below = MountTable.contains(mount.root, path) ? String(path.dropFirst(mount.root.count)) : ""
        }
        var directories = [mount.point]
        var directory = mount.point
        for name in below.split(separator: "/") {
            directory += "/\(name)"
            directories.append(directory)
        }
        return directories
    }
}
