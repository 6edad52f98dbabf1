/// Version 1, 2 or both.
enum CgroupArrangement: Sendable, Equatable {
    /// Only version 1.
    case v1
    /// Version 1, and version 2 beside it.
    /// - controllersOnV2: whether some controller belongs to the version 2 hierarchy, which crun refuses.
    case hybrid(controllersOnV2: Bool)
    /// Only version 2.
    case v2

    /// Reads the arrangement from /proc/self/mountinfo.
    /// - Parameters:
    ///   - mounts: the file's text.
    ///   - controllers: the text of `cgroup.controllers` in the version 2 hierarchy's mount point.
    static func read(mounts: String, controllers: (_ mountPoint: String) -> String) -> CgroupArrangement {
        var hasFirst = false
        var second: String?
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count, fields.count > 4 else { continue }
            switch fields[dash + 1] {
            case "cgroup": hasFirst = true
            case "cgroup2": second = String(fields[4])
            default: continue
            }
        }
        guard let second else { return .v1 }
        guard hasFirst else { return .v2 }
        return .hybrid(controllersOnV2: controllers(second).contains { !$0.isWhitespace })
    }
}
