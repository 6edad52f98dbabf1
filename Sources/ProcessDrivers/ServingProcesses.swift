import BenchrunModel
import Host

/// The processes outside of a container that its life and its traffic go through.
struct ServingProcesses: Sendable, Equatable {
    /// A process and what it is.
    struct Process: Sendable, Equatable {
        var pid: Int32
        var scope: Counter.Scope
    }

    private(set) var processes: [Process] = []

    /// Finds them.
    /// - Parameters:
    ///   - container: pid of the container's first process, on the host.
    ///   - socket: where the engine's daemon listens; nil without a daemon.
    init(container: Int32, socket: String?) {
        let table = ProcessTable.read()
        if let holder = table.first(where: { $0.pid == container })?.parent,
            let name = table.first(where: { $0.pid == holder })?.name
        {
            if name.hasPrefix("containerd-shim") { processes.append(Process(pid: holder, scope: .shim)) }
            if name == "conmon" { processes.append(Process(pid: holder, scope: .conmon)) }
        }
        guard let socket else { return }
        // Where systemd made the socket, it is systemd that listens.
        let listener = UnixSocket.listener(socket).flatMap { pid in table.first { $0.pid == pid } }
        guard let daemon = listener?.name == "dockerd" ? listener : Self.only("dockerd", of: table) else { return }
        processes.append(Process(pid: daemon.pid, scope: .dockerd))
        let child = table.first { $0.name == "containerd" && $0.parent == daemon.pid }
        guard let containerd = child ?? Self.only("containerd", of: table) else { return }
        processes.append(Process(pid: containerd.pid, scope: .containerd))
    }

    /// CPU time and waiting time of each until now.
    func counters() -> Counters {
        processes.reduce(into: [:]) { counters, process in
            counters.merge(ThreadTimes.read(process: process.pid) { _ in process.scope }) { $0 &+ $1 }
        }
    }

    /// A process of which there is but one.
    private static func only(_ name: String, of table: [ProcessTable.Entry]) -> ProcessTable.Entry? {
        let found = table.filter { $0.name == name }
        return found.count == 1 ? found[0] : nil
    }
}

/// Who runs on this host, and who started whom.
enum ProcessTable {
    struct Entry: Sendable, Equatable {
        var pid: Int32
        var parent: Int32
        /// As the kernel knows it: at most 15 characters.
        var name: String
    }

    static func read() -> [Entry] {
        HostProcesses.all().compactMap { pid in
            TextFile.read("/proc/\(pid)/stat").flatMap { parse($0) }
        }
    }

    /// `123 (name) S 1 ...`; the name may hold anything.
    static func parse(_ stat: String) -> Entry? {
        guard let open = stat.firstIndex(of: "("), let close = stat.lastIndex(of: ")"), open < close,
            let pid = Int32(stat[..<open].filter { !$0.isWhitespace })
        else { return nil }
        let fields = stat[stat.index(after: close)...].split(separator: " ")
        guard fields.count > 1, let parent = Int32(fields[1]) else { return nil }
        return Entry(pid: pid, parent: parent, name: String(stat[stat.index(after: open)..<close]))
    }
}
