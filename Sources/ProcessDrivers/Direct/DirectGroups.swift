import BenchrunModel
import Host

/// The control groups of one driver below a run's: `RUN/DRIVER/INSTANCE`, and one for tools that run beside.
///
/// The run's group is in the ledger before any of these is made, and whoever sweeps it removes them with it.
struct DirectGroups: Sendable {
    /// The driver's own; it holds no process.
    let path: String

    init(driver: String, of run: RunID, setup: DriverSetup) {
        let parent = run == setup.run ? setup.controlGroup : "benchrun/\(run)"
        path = "\(parent)/\(driver)"
    }

    /// Where tools run that do not run in the instance's group.
    var tools: ControlGroup { ControlGroup("\(path)/tools") }

    /// The group of an instance.
    func instance(_ name: String) -> ControlGroup { ControlGroup("\(path)/\(name)") }

    /// A group that a tool moves to when it removes its own.
    var spared: String { "\(path)/spared" }

    /// Groups directly below the driver's.
    func all() -> [ControlGroup] {
        let depth = path.split(separator: "/").count + 1
        return ControlGroup.all(below: path).filter { $0.path.split(separator: "/").count == depth }
    }

    /// Removes everything, whatever runs in it.
    /// - Returns: the instances that were there, by name, and how many processes each had.
    func removeAll() async throws(HostError) -> [(name: String, processes: Int)] {
        var removed: [(name: String, processes: Int)] = []
        do {
            for group in all() {
                let count = group.processes().count
                try await group.remove()
                guard let name = group.path.split(separator: "/").last, name.hasPrefix("benchrun-") else { continue }
                removed.append((String(name), count))
            }
            try await ControlGroup(path).remove()
        } catch let error as HostError {
            throw error
        } catch {
            throw HostError(subject: "control group \(path)", detail: "\(error)")
        }
        return removed
    }
}
