import Foundation
import Glibc
import Host

/// The disk of a virtual machine: its root is copied out of it without being mounted, and what boots by itself is kept
/// as a disk too.
struct GuestDisk: Sendable {
    /// The file that was named.
    let path: String
    /// A directory for what is between, on the file system of the cache.
    let work: String

    /// What a disk gave.
    struct Result: Sendable {
        /// What starts it, `bios` or `efi`; nil where it does not boot.
        var firmware: String?
    }

    private static let patience = Duration.seconds(1800)

    /// Copies the root to `tree`, and the disk to `boot` where it boots.
    func unpack(to tree: String, boot: String) async throws -> Result {
        try Tool.require(["qemu-img", "debugfs", "e2fsck"], for: "images")
        let disk = try await disk()
        let format = try await format(of: disk)
        try await requireWhole(disk, format)
        try await convert(disk, from: format, to: boot, "qcow2")
        if disk != path { _ = try await onOwnThread { unlink(disk) } }
        let raw = "\(work)/disk.raw"
        try await convert(boot, from: "qcow2", to: raw, "raw")
        let table = try await onOwnThread { try Self.table(of: raw) }
        let root = try await root(of: table, raw)
        try await copy(root, of: raw, to: tree)
        let firmware = table.firmware
        try await onOwnThread {
            unlink(raw)
            if firmware == nil { unlink(boot) }
        }
        return Result(firmware: firmware)
    }

    // MARK: - The file

    /// The disk itself: the file, or what an OVA holds.
    private func disk() async throws -> String {
        guard try await onOwnThread({ try SourceGuess.magic(of: path) }) == .tar else { return path }
        var description: String?
        var members: Set<String> = []
        let tar = TarFile(path)
        try tar.check()
        try tar.visit { entry in
            guard entry.type == UInt8(ascii: "0") else { return true }
            members.insert(entry.name)
            if description == nil, entry.name.lowercased().hasSuffix(".ovf") { description = entry.name }
            return true
        }
        guard let description else {
            throw HostError(
                subject: "images",
                detail: "the tar is no OVA: it holds no .ovf",
                nextStep: "a root file system as a tar is tar:FILE"
            )
        }
        try await Unpacking.extract([description], of: path, to: work)
        let text = try await onOwnThread { try OCI.bytes("\(work)/\(description)", called: "description") }
        let machine = try OpenVirtualMachine(String(decoding: text, as: UTF8.self))
        guard members.contains(machine.disk) else {
            throw HostError(
                subject: "images",
                detail: "the OVA does not hold the disk '\(machine.disk)' that it names",
                nextStep: "make it again"
            )
        }
        try await Unpacking.extract([machine.disk], of: path, to: work)
        // A later member of that name may have been a link to something of this host.
        let disk = "\(work)/\(machine.disk)"
        guard FileBytes.size(disk) != nil else {
            throw HostError(
                subject: "images",
                detail: "the OVA holds '\(machine.disk)' more than once, or not as a file",
                nextStep: "make it again"
            )
        }
        return disk
    }

    /// Never guessed by qemu: a raw disk whose guest wrote another format's magic would be taken for that.
    private func format(of disk: String) async throws -> String {
        let (magic, kind) = try await onOwnThread {
            (try SourceGuess.magic(of: disk), FileSystemKind(try FileBytes.read(disk, limit: 1 << 17)))
        }
        switch magic {
        case .qcow2: return "qcow2"
        case .vmdk: return "vmdk"
        case .bootSector, .ext4: return "raw"
        case .vmdkDescriptor: throw failure("is a description of a disk that is in other files")
        default:
            guard magic == .other, kind != .unknown else {
                throw failure("is not a disk: neither qcow2 nor vmdk, and without a partition table or file system")
            }
            return "raw"
        }
    }

    /// Refuses a disk that would make qemu read other files of this host.
    private func requireWhole(_ disk: String, _ format: String) async throws {
        struct Report: Decodable {
            var backing: String?
            var specific: Specific?

            enum CodingKeys: String, CodingKey {
                case backing = "backing-filename"
                case specific = "format-specific"
            }
        }
        struct Specific: Decodable {
            var data: Details?
        }
        struct Details: Decodable {
            var external: String?
            var extents: [Extent]?

            enum CodingKeys: String, CodingKey {
                case external = "data-file"
                case extents
            }
        }
        struct Extent: Decodable {}
        let told = try await HostCommand(["qemu-img", "info", "--output=json", "-f", format, disk]).check()
        guard let report = try? JSONDecoder().decode(Report.self, from: Data(told.output.utf8)) else {
            throw failure("cannot be read by qemu-img")
        }
        let details = report.specific?.data
        guard report.backing == nil, details?.external == nil, (details?.extents?.count ?? 1) <= 1 else {
            throw HostError(
                subject: "images",
                detail: "\(name) refers to other files",
                nextStep: "flatten it with 'qemu-img convert -O qcow2'"
            )
        }
    }

    private func convert(_ from: String, from format: String, to target: String, _ wanted: String) async throws {
        try await HostCommand(
            ["qemu-img", "convert", "-f", format, "-O", wanted, from, target],
            timeLimit: Self.patience
        ).check()
    }

    // MARK: - The root

    private static func table(of raw: String) throws -> PartitionTable {
        try PartitionTable(size: FileBytes.size(raw) ?? 0) { try bytes(of: raw, $0, $1) }
    }

    private static func bytes(of path: String, _ offset: Int, _ count: Int) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw HostError.system("open", path) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        let got = pread(descriptor, &bytes, count, off_t(offset))
        guard got >= 0 else { throw HostError.system("read", path) }
        return Array(bytes[..<got])
    }

    /// The partition with the root file system.
    private func root(of table: PartitionTable, _ raw: String) async throws -> PartitionTable.Partition {
        var seen: [String] = []
        for partition in table.partitions {
            let kind = try await onOwnThread { FileSystemKind(try Self.bytes(of: raw, partition.start, 1 << 17)) }
            let place = partition.number == 0 ? "it" : "partition \(partition.number)"
            seen.append("\(place) holds \(kind.rawValue)")
            guard kind == .ext4 else { continue }
            let names = try await names(in: partition, of: raw)
            let hasPrograms = names.contains("bin") || names.contains("usr") || names.contains("sbin")
            if names.contains("etc") && hasPrograms { return partition }
            if table.partitions.count == 1 && hasPrograms { return partition }
        }
        throw HostError(
            subject: "images",
            detail: "\(name) has no root file system that can be read: \(seen.joined(separator: ", "))",
            nextStep: "give the root file system as tar:FILE or dir:DIR"
        )
    }

    /// Names in the top directory: lines such as `/12/040755/0/0/etc//`.
    private func names(in partition: PartitionTable.Partition, of raw: String) async throws -> Set<String> {
        let listing = try await HostCommand(
            ["debugfs", "-c", "-R", "ls -p /", "disk.raw?offset=\(partition.start)"],
            environment: ["LC_ALL": "C", "DEBUGFS_PAGER": "__none__"],
            directory: work
        ).run()
        return Set(
            listing.output.split(whereSeparator: \.isNewline).compactMap { line in
                let fields = line.split(separator: "/", omittingEmptySubsequences: false)
                return fields.count > 5 ? String(fields[5]) : nil
            }
        )
    }

    /// Copies a partition's file system, checked and with its journal written back, into a new tree.
    private func copy(_ partition: PartitionTable.Partition, of raw: String, to tree: String) async throws {
        let part = "\(work)/root.raw"
        let offsets = "driver=raw,offset=\(partition.start),size=\(partition.size)"
        let file = raw.replacing(",", with: ",,")
        try await HostCommand(
            [
                "qemu-img", "convert", "--image-opts", "-O", "raw", "\(offsets),file.driver=file,file.filename=\(file)",
                part,
            ],
            timeLimit: Self.patience
        ).check()
        // Forced: debugfs trusts what it reads, and a name with a slash in it would lead out of the tree.
        let check = try await HostCommand(
            ["e2fsck", "-f", "-p", part],
            environment: ["LC_ALL": "C"],
            timeLimit: Self.patience
        ).run()
        guard check.status < 4 else {
            throw HostError(
                subject: "images",
                detail: "\(name)'s root file system is damaged",
                nextStep: "start the machine it belongs to, shut it down cleanly, and try again"
            )
        }
        try await onOwnThread { try FileBytes.makeDirectories(tree) }
        let dump = try await HostCommand(
            ["debugfs", "-R", "rdump / .", part],
            environment: ["LC_ALL": "C", "DEBUGFS_PAGER": "__none__"],
            directory: tree,
            timeLimit: Self.patience
        ).run()
        // It ends with 0 whatever happened; besides its version it says only what went wrong.
        let said = dump.errorOutput.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("debugfs ") }
        guard dump.isSuccess, said.isEmpty else {
            throw HostError(
                subject: "images",
                detail: "\(name)'s root file system cannot be copied: \(said.first ?? "debugfs failed")",
                nextStep: "give the root file system as tar:FILE or dir:DIR"
            )
        }
        _ = try await onOwnThread { unlink(part) }
    }

    private var name: String { path.split(separator: "/").last.map(String.init) ?? "the disk" }

    private func failure(_ detail: String) -> HostError {
        HostError(subject: "images", detail: "\(name) \(detail)", nextStep: "give a qcow2, raw or vmdk disk, or an OVA")
    }
}
