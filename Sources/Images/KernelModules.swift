import Glibc
import Host

/// The modules of one kernel: which there are, which are built in, which need which.
struct KernelModules: Sendable {
    /// The directory that holds `kernel/`.
    let directory: String
    /// Path below ``directory`` by name.
    let paths: [String: String]
    let builtin: Set<String>
    /// From modules.dep: names in the order in which they must be loaded. Debian's package has no such file; then
    /// each module is asked itself.
    let dependencies: [String: [String]]?

    /// What a guest needs, in the order that works: what a module needs itself comes before it anyway.
    static let standard = ["virtio_pci", "virtio_console", "virtio_blk", "virtio_net", "ext4"]
    /// What some guests need besides, by the name that their kernel's command line gives it: a disk at a SCSI
    /// controller, a directory of the host.
    static let groups = ["scsi": ["virtio_scsi", "sd_mod"], "virtiofs": ["virtiofs"]]
    /// Loaded before a module where they exist: the kernel asks for them by a name that only modprobe resolves.
    private static let implicit = ["ext4": ["crc32c_generic", "crc32c_intel"]]

    init(_ directory: String) throws {
        var paths: [String: String] = [:]
        if FileBytes.isDirectory(directory) {
            try DirectoryTree.visit(directory) { item in
                if item.isRegularFile, let name = Self.name(ofFile: item.path) { paths[name] = item.path }
            }
        }
        self.directory = directory
        self.paths = paths
        builtin = Set(
            try Self.lines("\(directory)/modules.builtin").compactMap { Self.name(ofFile: String($0)) }
        )
        let table = try Self.lines("\(directory)/modules.dep")
        dependencies = table.isEmpty ? nil : Self.dependencies(table)
    }

    /// Whether the kernel has a module, built in or not.
    func has(_ name: String) -> Bool {
        let name = Self.canonical(name)
        return builtin.contains(name) || paths[name] != nil
    }

    /// A module that is to be loaded: its name and where it is, below ``directory``.
    struct Step: Equatable { let name: String, path: String }

    /// Modules in the order in which they must be loaded.
    /// - Parameters:
    ///   - wanted: names; one that is built in needs no loading.
    ///   - needs: names of what a module at a path needs, where there is no modules.dep.
    func order(
        _ wanted: [String] = standard,
        needs: (Step) async throws -> [String]
    ) async throws -> [Step] {
        var steps: [Step] = []
        var seen: Set<String> = []
        // What is wanted of a module: that it be there, or only that it come first where it is.
        var stack = wanted.reversed().map { (name: $0, isRequired: true, isExpanded: false) }
        while let entry = stack.popLast() {
            let name = Self.canonical(entry.name)
            if builtin.contains(name) || (!entry.isExpanded && seen.contains(name)) { continue }
            guard let path = paths[name] else {
                if !entry.isRequired { continue }
                throw HostError(
                    subject: "guest kernel",
                    detail: "\(directory) has no module '\(name)'",
                    nextStep: "give an initramfs that fits the kernel with --initrd"
                )
            }
            let step = Step(name: name, path: path)
            if entry.isExpanded {
                steps.append(step)
                continue
            }
            seen.insert(name)
            stack.append((name, true, true))
            let required: [String]
            if let dependencies {
                required = dependencies[name] ?? []
            } else {
                required = try await needs(step)
            }
            for name in required.reversed() { stack.append((name, true, false)) }
            for name in (Self.implicit[name] ?? []).reversed() { stack.append((name, false, false)) }
        }
        return steps
    }

    /// `kernel/drivers/block/virtio_blk.ko.xz` is `virtio_blk`; the kernel takes `-` and `_` in names for the same.
    static func name(ofFile path: String) -> String? {
        guard let file = path.split(separator: "/").last,
            let end = file.firstRange(of: ".ko"), file[end.upperBound...].isEmpty || file[end.upperBound] == "."
        else { return nil }
        return canonical(String(file[..<end.lowerBound]))
    }

    private static func canonical(_ name: String) -> String {
        String(name.map { $0 == "-" ? "_" : $0 })
    }

    /// depmod writes what a module needs from the nearest to the farthest; loading goes the other way.
    private static func dependencies(_ table: [Substring]) -> [String: [String]] {
        var dependencies: [String: [String]] = [:]
        for line in table {
            let sides = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, let name = name(ofFile: String(sides[0])) else { continue }
            dependencies[name] = sides[1].split(separator: " ").reversed().compactMap { Self.name(ofFile: String($0)) }
        }
        return dependencies
    }

    private static func lines(_ path: String) throws -> [Substring] {
        guard access(path, F_OK) == 0 else { return [] }
        return String(decoding: try FileBytes.read(path), as: UTF8.self).split(separator: "\n")
    }
}
