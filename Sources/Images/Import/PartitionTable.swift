/// Where the parts of a disk are: MBR (with logical partitions), GPT, or one file system without a table.
struct PartitionTable: Equatable {
    /// One part of a disk, in bytes.
    struct Partition: Equatable {
        /// From 1, as in `/dev/vda1`; 0 is the whole disk.
        var number: Int
        var start: Int
        var size: Int
        /// Whether firmware of the kind EFI looks for its programs there.
        var isSystem = false
    }

    var partitions: [Partition]
    /// Whether the first sector has code that a BIOS executes.
    var hasBootCode: Bool

    private static let sector = 512
    /// As many logical partitions as Linux reads.
    private static let mostLogical = 60

    /// What firmware can start it; nil where there is nothing to start.
    var firmware: String? {
        if hasBootCode { return "bios" }
        return partitions.contains { $0.isSystem } ? "efi" : nil
    }

    /// Reads the table of a disk.
    /// - Parameters:
    ///   - size: bytes of the disk.
    ///   - read: gives bytes at an offset; fewer at the end.
    init(size: Int, read: (_ offset: Int, _ count: Int) throws -> [UInt8]) rethrows {
        let first = try read(0, Self.sector)
        guard first.count == Self.sector, first[510] == 0x55, first[511] == 0xAA else {
            partitions = [Partition(number: 0, start: 0, size: size)]
            hasBootCode = false
            return
        }
        // A file system's own boot sector begins with a jump and has no table behind it.
        let entries = Self.entries(first)
        hasBootCode = first[..<440].contains { $0 != 0 }
        if entries.contains(where: { $0.type == 0xEE }) {
            partitions = try Self.globally(size: size, read: read)
            return
        }
        var found: [Partition] = []
        for (index, entry) in entries.enumerated() where entry.type != 0 {
            if [0x05, 0x0F, 0x85].contains(entry.type) {
                found += try Self.logical(from: entry.start, size: size, read: read)
            } else {
                found.append(Self.partition(index + 1, entry, offset: 0))
            }
        }
        found.removeAll { $0.size <= 0 || $0.start + $0.size > size }
        partitions = found.isEmpty ? [Partition(number: 0, start: 0, size: size)] : found
    }

    private typealias Entry = (type: UInt8, start: Int, count: Int)

    /// The four entries of 16 bytes at 446: type at 4, first sector at 8, number of sectors at 12.
    private static func entries(_ sector: [UInt8]) -> [Entry] {
        (0..<4).map { index in
            let place = 446 + 16 * index
            return (sector[place + 4], number(sector, place + 8, 4), number(sector, place + 12, 4))
        }
    }

    private static func partition(_ number: Int, _ entry: Entry, offset: Int) -> Partition {
        Partition(
            number: number,
            start: (entry.start + offset) * sector,
            size: entry.count * sector,
            isSystem: entry.type == 0xEF
        )
    }

    /// A chain: each link's first entry is a partition counted from itself, the second the next link counted from the
    /// first.
    private static func logical(
        from base: Int,
        size: Int,
        read: (Int, Int) throws -> [UInt8]
    ) rethrows -> [Partition] {
        var found: [Partition] = []
        var link = base
        while found.count < mostLogical, link * sector + sector <= size {
            let bytes = try read(link * sector, sector)
            guard bytes.count == sector, bytes[510] == 0x55, bytes[511] == 0xAA else { break }
            let parts = entries(bytes)
            if parts[0].type != 0 { found.append(partition(5 + found.count, parts[0], offset: link)) }
            guard parts[1].type != 0, parts[1].start > 0, base + parts[1].start > link else { break }
            link = base + parts[1].start
        }
        return found
    }

    /// UEFI specification, "GUID Partition Table": the header in the second sector, entries where it says.
    private static func globally(size: Int, read: (Int, Int) throws -> [UInt8]) rethrows -> [Partition] {
        let header = try read(sector, sector)
        guard header.count == sector, Array(header[..<8]) == Array("EFI PART".utf8) else { return [] }
        let (place, count, length) = (number(header, 72, 8), number(header, 80, 4), number(header, 84, 4))
        guard (128...4096).contains(length), (1...512).contains(count), place < size / sector else { return [] }
        let table = try read(place * sector, count * length)
        return (0..<count).compactMap { index in
            let offset = index * length
            guard offset + 48 <= table.count, table[offset..<(offset + 16)].contains(where: { $0 != 0 }) else {
                return nil
            }
            let (first, last) = (number(table, offset + 32, 8), number(table, offset + 40, 8))
            guard first > 0, last >= first, last < size / sector else { return nil }
            return Partition(
                number: index + 1,
                start: first * sector,
                size: (last - first + 1) * sector,
                isSystem: Array(table[offset..<(offset + 16)]) == systemType
            )
        }
    }

    /// C12A7328-F81F-11D2-BA4B-00A0C93EC93B as it is on disk.
    private static let systemType: [UInt8] = [
        0x28, 0x73, 0x2A, 0xC1, 0x1F, 0xF8, 0xD2, 0x11, 0xBA, 0x4B, 0x00, 0xA0, 0xC9, 0x3E, 0xC9, 0x3B,
    ]

    /// A little-endian number; one that no disk reaches where it does not fit.
    private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
        var value: UInt64 = 0
        for index in (0..<count).reversed() { value = value << 8 | UInt64(bytes[offset + index]) }
        return Int(min(value, 1 << 50))
    }
}

/// What kind of file system begins at a place, by its magic number.
enum FileSystemKind: String {
    case ext4 = "ext2, ext3 or ext4"
    case xfs, btrfs
    case volumes = "LVM volumes"
    case encrypted = "an encrypted volume"
    case fat = "FAT"
    case unknown = "nothing that is known here"

    /// - Parameter head: the first 64 KiB and a bit of it.
    init(_ head: [UInt8]) {
        func has(_ text: String, at offset: Int) -> Bool {
            let bytes = Array(text.utf8)
            return head.count >= offset + bytes.count && Array(head[offset..<(offset + bytes.count)]) == bytes
        }
        self =
            head.count > 0x43A && head[0x438] == 0x53 && head[0x439] == 0xEF
            ? .ext4
            : has("XFSB", at: 0)
                ? .xfs
                : has("_BHRfS_M", at: 0x10040)
                    ? .btrfs
                    : has("LABELONE", at: 512)
                        ? .volumes
                        : has("LUKS", at: 0)
                            ? .encrypted : has("FAT", at: 0x36) || has("FAT32", at: 0x52) ? .fat : .unknown
    }
}
