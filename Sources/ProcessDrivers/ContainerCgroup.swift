import BenchrunModel
import Host

/// Finds the control group that an engine really put a container into.
enum ContainerCgroup {
    /// The group of a container's first process.
    /// - Parameters:
    ///   - process: its pid on the host.
    ///   - id: the container's full id.
    /// - Returns: nil where it cannot be found, or is not in this process's view of the hierarchy.
    static func find(process: Int32, id: String) -> ControlGroup? {
        guard process > 0, let text = TextFile.read("/proc/\(process)/cgroup"), let path = path(text, id: id) else {
            return nil
        }
        let group = ControlGroup(path)
        return group.exists ? group : nil
    }

    /// Reads /proc/PID/cgroup.
    /// - Parameters:
    ///   - text: the file: `4:memory:/benchrun/RUN/ID` a line, version 2's with number 0 and no controller.
    ///   - id: the container's full id, which its group's path contains. A process whose group does not belong to
    ///     the container (its pid may be another's by now) has no path.
    /// - Returns: the path below each hierarchy's root, without a leading slash.
    static func path(_ text: String, id: String) -> String? {
        guard !id.isEmpty else { return nil }
        var paths: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            for controller in fields[1].split(separator: ",", omittingEmptySubsequences: false) {
                paths[String(controller)] = String(fields[2])
            }
        }
        // Beside version 1, version 2 may leave the process at the root.
        let candidates = ["memory", "cpu", "cpuset", "freezer", ""].compactMap { paths[$0] }
        guard let found = candidates.first(where: { $0.contains(id) }) else { return nil }
        return withoutInnerGroup(found.split(separator: "/"), id: id)
    }

    /// crun makes a group `container` inside the one that has the limits, so that systemd leaves it alone.
    private static func withoutInnerGroup(_ names: [Substring], id: String) -> String {
        let end = names.lastIndex { $0.contains(id) } ?? names.count - 1
        return names[...end].joined(separator: "/")
    }
}
