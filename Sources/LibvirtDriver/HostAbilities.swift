#if Libvirt
import BenchrunModel
import Foundation
import Glibc
import Host

/// What guests may need of this host.
enum HostAbilities {
    /// The kernel permits io_uring; kernels before 6.6 have no such switch.
    static func requireRing(
        _ file: String = "/proc/sys/kernel/io_uring_disabled"
    ) throws(Unavailable) {
        guard let text = text(file), text == "2" || (text == "1" && geteuid() != 0) else { return }
        throw Unavailable(
            reason: "the kernel forbids io_uring (\(file) is \(text))",
            nextStep: "write 0 to that file, or use io 'native'"
        )
    }

    /// Huge pages are reserved and can be mapped.
    static func requireHugePages(
        memory: String = "/proc/meminfo",
        mounts: String = "/proc/self/mounts"
    ) throws(Unavailable) {
        let pages = hugePages(text(memory) ?? "")
        guard pages.total > 0 else {
            throw Unavailable(
                reason: "the host has no huge pages reserved",
                nextStep: "reserve some: 'sysctl vm.nr_hugepages=N', each of \(pages.size >> 10) KiB"
            )
        }
        let lines = (text(mounts) ?? "").split(separator: "\n").map { $0.split(separator: " ") }
        guard lines.contains(where: { $0.count > 2 && $0[2] == "hugetlbfs" }) else {
            throw Unavailable(
                reason: "no hugetlbfs is mounted, through which qemu takes huge pages",
                nextStep: "mount it: 'mkdir -p /dev/hugepages; mount -t hugetlbfs hugetlbfs /dev/hugepages'"
            )
        }
    }

    /// Enough huge pages are free for so many guests at once.
    static func requireHugePages(for guests: Int, of bytes: Int, memory: String) throws(DriverError) {
        let pages = hugePages(memory)
        let needed = pages.size > 0 ? (bytes + pages.size - 1) / pages.size * guests : 0
        guard pages.free < needed else { return }
        throw DriverError(
            subject: "libvirt/prepare",
            detail: "\(guests) guests need \(needed) huge pages, and \(pages.free) are free",
            nextStep: "reserve more: 'sysctl vm.nr_hugepages=\(pages.total + needed - pages.free)'"
        )
    }

    /// Of the default size, from the text of /proc/meminfo; the size in bytes.
    static func hugePages(_ memory: String) -> (total: Int, free: Int, size: Int) {
        func number(_ name: String) -> Int {
            let line = memory.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        }
        return (number("HugePages_Total"), number("HugePages_Free"), number("Hugepagesize") << 10)
    }

    /// What QEMU's packages say where virtiofsd is.
    private struct VhostUser: Decodable {
        var type: String
        var binary: String
    }

    /// The virtiofsd that libvirt will find: in its order, the first description by name that is of that type.
    static func virtiofsd(in directories: [String] = ["/etc/qemu/vhost-user", "/usr/share/qemu/vhost-user"]) -> String?
    {
        let files = directories.flatMap { directory in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
            return names.filter { $0.hasSuffix(".json") }.sorted().map { "\(directory)/\($0)" }
        }
        for file in files {
            guard let bytes = FileManager.default.contents(atPath: file),
                let found = try? JSONDecoder().decode(VhostUser.self, from: bytes), found.type == "fs",
                access(found.binary, X_OK) == 0
            else { continue }
            return found.binary
        }
        return nil
    }

    /// Starts virtiofsd as libvirt would and looks whether it stays.
    /// - Returns: the last of what it said before it ended; nil where it goes on and waits for its guest.
    static func trial(of daemon: String, _ setup: DriverSetup) async throws -> String? {
        let name = "virtiofsd-" + String(UInt32.random(in: 0...UInt32.max), radix: 36)
        let base = "\(setup.stateDirectory)/\(name)"
        let (socket, shared, log) = ("\(base).sock", "\(base).d", "\(base).log")
        let files = FileManager.default
        try files.createDirectory(atPath: shared, withIntermediateDirectories: true)
        defer { for file in [socket, socket + ".pid", shared, log] { try? files.removeItem(atPath: file) } }
        var launcher = Launcher(agentExecutable: setup.agentExecutable)
        // QEMU's own virtiofsd leaves a file there for each socket. The mount point stays behind, empty.
        let places = "/run/virtiofsd"
        try files.createDirectory(atPath: places, withIntermediateDirectories: true)
        launcher.tmpfs = [places]
        let group = ControlGroup("\(setup.controlGroup)/\(name)")
        if (try? group.create(limits: nil)) != nil { launcher.joinFiles = group.joinFiles }
        let command = [daemon, "--socket-path=\(socket)", "-o", "source=\(shared)"]
        let process = try await ChildProcess.start(
            launcher.arguments(for: command),
            output: .file(log),
            error: .file(log)
        )
        // The socket is there once it has set itself up.
        let deadline = ContinuousClock.now + .seconds(5)
        while process.isRunning, !files.fileExists(atPath: socket), ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
        let isThere = process.isRunning && files.fileExists(atPath: socket)
        await process.stop(grace: .zero)
        try? await group.remove()
        try Task.checkCancellation()
        guard !isThere else { return nil }
        let words = (text(log) ?? "").split(separator: "\n").last.map(String.init) ?? ""
        return words.isEmpty ? "it opened no socket within 5 s" : String(words.prefix(200))
    }

    private static func text(_ file: String) -> String? {
        (try? String(contentsOfFile: file, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
#endif
