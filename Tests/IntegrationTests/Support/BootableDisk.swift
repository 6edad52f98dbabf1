import Foundation
import Host

/// Disks with one partition at the first MiB, made without mounting anything.
enum BootableDisk {
    private static let start = 1 << 20
    private static let sector = 512

    /// Writes a file system with a tree where the partition will be.
    static func format(_ raw: String, with tree: String, mebibytes: Int) async throws {
        guard FileManager.default.createFile(atPath: raw, contents: nil) else { throw Unexpected("to make \(raw)") }
        let file = try FileHandle(forWritingTo: URL(filePath: raw))
        try file.truncate(atOffset: UInt64(start + mebibytes << 20))
        try file.close()
        // Boot loaders read it too, and older ones do not know the newest of ext4.
        try await HostCommand(
            [
                "mke2fs", "-q", "-F", "-t", "ext4", "-O", "^metadata_csum_seed,^orphan_file", "-E",
                "offset=\(start),lazy_itable_init=1", "-d", tree, raw, "\(mebibytes << 10)k",
            ],
            timeLimit: .seconds(120)
        ).check()
    }

    /// Writes the table, and before it whatever is to be executed first.
    static func writePartitionTable(_ raw: String, mebibytes: Int, boot: Data = Data()) throws {
        var first = [UInt8](repeating: 0, count: sector)
        first.replaceSubrange(0..<min(440, boot.count), with: boot.prefix(440))
        func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        // Active, of type Linux.
        let entry: [UInt8] = [0x80, 0xFE, 0xFF, 0xFF, 0x83, 0xFE, 0xFF, 0xFF]
        first.replaceSubrange(
            446..<462,
            with: entry + number(start / sector) + number(mebibytes << 20 / sector)
        )
        first.replaceSubrange(510..<512, with: [0x55, 0xAA])
        let file = try FileHandle(forUpdating: URL(filePath: raw))
        try file.write(contentsOf: Data(first) + boot.dropFirst(sector))
        try file.close()
    }
}
