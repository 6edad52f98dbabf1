import BenchrunModel
import Foundation
import Glibc
import Host

/// The first root of a guest: busybox, the modules that its disk and channel need, the agent, and the script that
/// leads from there to the image. Not compressed: it is read from memory, and an emulated CPU unpacks slowly.
struct Initramfs: Sendable {
    let kernel: GuestKernel
    /// The static agent executable.
    let agent: String
    /// Modules to load, in this order where they do not depend on each other.
    var modules = KernelModules.standard
    /// Modules that only some guests load, by the group's name; a group that the kernel has not wholly is left out.
    var groups = KernelModules.groups
    /// A busybox that needs no libraries.
    var busybox = "/bin/busybox"

    private static let subject = "guest initramfs"

    /// The script, static text; it takes its data from the kernel's command line.
    static var script: [UInt8] { PackageResources.guest_init_sh }

    /// Gives the path of the initramfs, making it unless the same one is there.
    func ensure(cache: String, progress: ProgressReporter) async throws -> String {
        try await onOwnThread { try requireFiles() }
        let directory = "\(cache)/initramfs"
        let path = "\(directory)/\(try await key()).cpio"
        if let known = FileBytes.size(path), known > 0 {
            FileBytes.touch(path)
            return path
        }
        return try await progress.during(.writingInitramfs) {
            try await onOwnThread { try FileBytes.makeDirectories(directory) }
            let loaded = try await load(drafts: "\(directory)/.modules-\(getpid())")
            return try await onOwnThread {
                // Two that make the same one write the same bytes; the later rename changes nothing.
                try FileBytes.replace(path, try archive(loaded.standard, groups: loaded.groups))
                return path
            }
        }
    }

    /// Removes those not used since `limit`.
    static func prune(cache: String, before limit: Date) throws -> [String] {
        let directory = "\(cache)/initramfs"
        guard FileBytes.isDirectory(directory) else { return [] }
        var removed: [String] = []
        try DirectoryTree.visit(directory) { item in
            let modified = Double(item.status.st_mtim.tv_sec)
            guard item.isRegularFile, modified <= limit.timeIntervalSince1970 else { return }
            guard unlinkat(item.parent, item.name, 0) == 0 || errno == ENOENT else {
                throw HostError.system("delete", "\(directory)/\(item.path)")
            }
            removed.append("guest initramfs \(item.name)")
        }
        return removed
    }

    // MARK: - Content

    /// One module, ready to be loaded.
    struct Module: Sendable {
        let name: String
        let bytes: [UInt8]
    }

    /// The archive. Modules are numbered, so that the script finds their order in their names.
    func archive(_ modules: [Module], groups: [(name: String, modules: [Module])] = []) throws -> [UInt8] {
        var archive = CpioArchive()
        for directory in ["bin", "dev", "proc", "sys", "newroot", "agent", "modules"] {
            archive.addDirectory(directory)
        }
        // The kernel gives the script this console before anything is mounted.
        archive.addDevice("dev/console", major: 5, minor: 1)
        archive.addDevice("dev/null", major: 1, minor: 3, mode: 0o666)
        archive.addFile("init", Self.script, mode: 0o755)
        archive.addFile("bin/busybox", try FileBytes.read(busybox), mode: 0o755)
        archive.addFile("benchrun-agent", try FileBytes.read(agent), mode: 0o755)
        for (directory, modules) in [("modules", modules)] + groups.map({ ("modules.\($0.name)", $0.modules) }) {
            if directory != "modules" { archive.addDirectory(directory) }
            for (index, module) in modules.enumerated() {
                let number = String(index + 100).dropFirst()
                archive.addFile("\(directory)/\(number)-\(module.name).ko", module.bytes)
            }
        }
        return archive.finished()
    }

    /// Reads the modules, unpacking compressed ones in a directory of drafts.
    private func load(
        drafts: String
    ) async throws -> (standard: [Module], groups: [(name: String, modules: [Module])]) {
        let known = try await onOwnThread { try KernelModules(kernel.modules) }
        try await onOwnThread {
            try DirectoryTree.remove(drafts)
            try FileBytes.makeDirectories(drafts)
        }
        let reader = ModuleReader(directory: known.directory, drafts: drafts)
        do {
            func read(_ steps: [KernelModules.Step]) async throws -> [Module] {
                var modules: [Module] = []
                for step in steps { modules.append(Module(name: step.name, bytes: try await reader.read(step))) }
                return modules
            }
            let standard = try await known.order(self.modules, needs: { try await reader.needs($0) })
            var groups: [(name: String, modules: [Module])] = []
            for (name, wanted) in self.groups.sorted(by: { $0.key < $1.key }) where wanted.allSatisfy(known.has) {
                let steps = try await known.order(wanted, needs: { try await reader.needs($0) })
                groups.append((name, try await read(steps.filter { !standard.contains($0) })))
            }
            let loaded = (standard: try await read(standard), groups: groups)
            try await onOwnThread { try DirectoryTree.remove(drafts) }
            return loaded
        } catch {
            try? await onOwnThread { try DirectoryTree.remove(drafts) }
            throw error
        }
    }

    private func key() async throws -> String {
        var parts = ["benchrun-initramfs-1", kernel.release, kernel.image, SHA256.hexDigest(of: Self.script)]
        parts += [try await FileDigest.sha256(agent), try await FileDigest.sha256(busybox)] + modules
        for (name, wanted) in groups.sorted(by: { $0.key < $1.key }) { parts += ["group \(name)"] + wanted }
        return String(SHA256.hexDigest(of: parts.flatMap { Array("\($0.utf8.count):\($0)\n".utf8) }).prefix(32))
    }

    private func requireFiles() throws {
        guard let program = try? FileBytes.read(busybox), Self.isStatic(program) else {
            throw HostError(
                subject: Self.subject,
                detail: "\(busybox) is missing or needs libraries",
                nextStep: "run 'make setup', which installs busybox-static"
            )
        }
        guard let agent = try? FileBytes.read(agent), Self.isStatic(agent) else {
            throw HostError(
                subject: Self.subject,
                detail: "\(self.agent) is missing or not a static executable",
                nextStep: "run 'make' to build benchrun-agent"
            )
        }
    }

    /// Whether an ELF program names no interpreter (PT_INTERP, 3) to load its libraries. 64-bit little-endian.
    static func isStatic(_ file: [UInt8]) -> Bool {
        guard file.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]), file.count > 64 else { return false }
        func number(_ offset: Int, _ size: Int) -> Int {
            (0..<size).reduce(0) { $0 | Int(file[offset + $1]) << (8 * $1) }
        }
        let (size, count) = (number(54, 2), number(56, 2))
        guard let table = Int(exactly: number(32, 4)), table <= file.count - size * count, size >= 4 else {
            return false
        }
        return (0..<count).allSatisfy { number(table + $0 * size, 4) != 3 }
    }
}
