#if Libvirt
import BenchrunModel
import Foundation
import Host

extension LibvirtInstance: FootprintObserving {
    /// Looking blocks: it walks the page tables of whole guests.
    private static let executor = BlockingExecutor(name: "footprint")

    /// The emulator, its control group and the guest's disks, as far as their blocks are allocated. libvirt's daemon
    /// serves all guests.
    func footprint() async -> Footprint {
        let daemons = await driver.hypervisor.openLink().map { Self.daemonProcesses(of: $0.daemon) } ?? []
        guard let emulator else { return Footprint() }
        let places = files.places + [plan.engine?.data].compactMap { $0 }
        return await Self.executor.run {
            var byProcess: [Int32: Footprint.Daemon] = [:]
            for process in daemons {
                guard let memory = ProportionalMemory.read(process: process) else { continue }
                byProcess[process] = Footprint.Daemon(scope: .libvirtd, memory: memory)
            }
            let sizes = places.compactMap { DiskUsage.allocated($0) }
            return Footprint(
                memory: ProportionalMemory.read(process: emulator.pid),
                groupMemory: emulator.controlGroup?.counters(on: [])["memory.used"],
                disk: sizes.isEmpty ? nil : sizes.reduce(0, &+),
                daemons: byProcess
            )
        }
    }

    /// libvirt's daemons: those of the run's own, or the system's.
    private static func daemonProcesses(of own: PrivateDaemon?) -> [Int32] {
        let names: Set<String> = ["libvirtd", "virtqemud", "virtlogd"]
        let all = own?.controlGroup.processes() ?? HostProcesses.all()
        return all.filter { process in
            let name = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)
            return names.contains((name ?? "").trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }
}

extension GuestFiles {
    /// The disks that are this guest's alone.
    var places: [String] { [overlay, scratch.path] }
}
#endif
