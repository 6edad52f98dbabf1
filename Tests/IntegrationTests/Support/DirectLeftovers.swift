import BenchrunModel
import Foundation
import Host

/// What tools without an engine keep outside of any run's folders, and where their instances are.
enum DirectLeftovers {
    /// Their own places on the host.
    private static let places = ["/run/systemd/nspawn", "/run/lxc", "/var/lib/lxc"]
    /// Places that engines use, too.
    private static let shared = ["/run/runc", "/run/crun"]

    /// What is in these places, and control groups that the tools make at the top when not told otherwise.
    static func now() -> Set<String> {
        let files = FileManager.default
        var found: Set<String> = []
        for place in places + shared {
            for path in (try? files.subpathsOfDirectory(atPath: place)) ?? []
            where places.contains(place) || path.hasPrefix("benchrun") {
                found.insert("\(place)/\(path)")
            }
        }
        let hierarchies = (try? files.contentsOfDirectory(atPath: "/sys/fs/cgroup")) ?? []
        for top in ["/sys/fs/cgroup"] + hierarchies.map({ "/sys/fs/cgroup/" + $0 }) {
            for name in (try? files.contentsOfDirectory(atPath: top)) ?? []
            where name.hasPrefix("lxc.") || name == "payload" || name == "supervisor" {
                found.insert("\(top)/\(name)")
            }
        }
        return found
    }

    /// Control groups of a driver's instances in a run.
    static func instances(of driver: String, in run: RunID) -> [ControlGroup] {
        let path = "benchrun/\(run)/\(driver)"
        return ControlGroup.all(below: path).filter { group in
            guard let name = group.path.split(separator: "/").last else { return false }
            return name.hasPrefix("benchrun-") && group.path == "\(path)/\(name)"
        }
    }

    /// Whether the kernel says that all in a group stand still.
    static func isFrozen(_ group: ControlGroup) -> Bool {
        group.joinFiles.contains { file in
            let directory = file.dropLast("/cgroup.procs".count)
            let first = try? String(contentsOfFile: directory + "/freezer.state", encoding: .utf8)
            let second = try? String(contentsOfFile: directory + "/cgroup.events", encoding: .utf8)
            return first == "FROZEN\n" || second?.contains("frozen 1") == true
        }
    }
}
