import Host
import Testing

@testable import Images

@Suite("Partition tables and appliances")
struct DiskPartsTests {
    private static func number(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// A disk of zeros with sectors at places.
    private func table(sectors: Int, _ content: [Int: [UInt8]]) -> PartitionTable {
        PartitionTable(size: sectors * 512) { offset, count in
            (offset..<min(offset + count, sectors * 512)).map { place in
                let sector = content[place / 512] ?? []
                return place % 512 < sector.count ? sector[place % 512] : 0
            }
        }
    }

    /// A sector with a partition table: type, first sector, number of sectors.
    private func sector(code: Bool = false, _ entries: [(UInt8, Int, Int)]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 512)
        if code { bytes[0] = 0xEB }
        for (index, entry) in entries.enumerated() {
            let place = 446 + 16 * index
            bytes[place + 4] = entry.0
            bytes.replaceSubrange((place + 8)..<(place + 16), with: Self.number(entry.1, 4) + Self.number(entry.2, 4))
        }
        bytes[510] = 0x55
        bytes[511] = 0xAA
        return bytes
    }

    @Test("Primary and logical partitions of a BIOS disk")
    func masterBootRecord() {
        let found = table(
            sectors: 10000,
            [
                0: sector(code: true, [(0x83, 63, 100), (0x05, 1000, 8000), (0, 0, 0), (0x83, 9000, 2000)]),
                1000: sector([(0x83, 2, 50), (0x05, 500, 100)]), 1500: sector([(0x83, 2, 60)]),
            ]
        )
        #expect(found.firmware == "bios")
        #expect(
            found.partitions == [
                .init(number: 1, start: 63 * 512, size: 100 * 512),
                .init(number: 5, start: 1002 * 512, size: 50 * 512),
                .init(number: 6, start: 1502 * 512, size: 60 * 512),
            ],
            "one that ends behind the disk is left out"
        )
    }

    @Test("A chain of logical partitions that leads back ends")
    func loop() {
        let found = table(
            sectors: 10000,
            [
                0: sector([(0x05, 1000, 8000)]), 1000: sector([(0x83, 2, 50), (0x05, 500, 100)]),
                1500: sector([(0x83, 2, 60), (0x05, 500, 100)]),
            ]
        )
        #expect(found.partitions.map(\.number) == [5, 6] && found.firmware == nil)
    }

    @Test("A GPT disk with a system partition is started by EFI")
    func globallyUnique() {
        let system: [UInt8] = [
            0x28, 0x73, 0x2A, 0xC1, 0x1F, 0xF8, 0xD2, 0x11, 0xBA, 0x4B, 0x00, 0xA0, 0xC9, 0x3E, 0xC9, 0x3B,
        ]
        func entry(_ type: [UInt8], _ first: Int, _ last: Int) -> [UInt8] {
            type + [UInt8](repeating: 7, count: 16) + Self.number(first, 8) + Self.number(last, 8)
                + [UInt8](repeating: 0, count: 80)
        }
        let header =
            Array("EFI PART".utf8) + [UInt8](repeating: 0, count: 64) + Self.number(2, 8) + Self.number(4, 4)
            + Self.number(128, 4)
        let entries =
            entry(system, 100, 199) + entry([UInt8](repeating: 9, count: 16), 200, 299)
            + entry([UInt8](repeating: 9, count: 16), 300, 1 << 40)
        let found = table(sectors: 5000, [0: sector([(0xEE, 1, 4999)]), 1: header, 2: entries])
        #expect(
            found.partitions == [
                .init(number: 1, start: 100 * 512, size: 100 * 512, isSystem: true),
                .init(number: 2, start: 200 * 512, size: 100 * 512),
            ]
        )
        #expect(found.firmware == "efi")
    }

    @Test("A disk without a table is one file system that nothing starts")
    func none() {
        let found = table(sectors: 100, [:])
        #expect(found.partitions == [.init(number: 0, start: 0, size: 51200)] && found.firmware == nil)
    }

    @Test("File systems are known by their magic")
    func kinds() {
        func head(_ text: String, at offset: Int) -> [UInt8] {
            [UInt8](repeating: 0, count: offset) + Array(text.utf8) + [UInt8](repeating: 0, count: 2048)
        }
        #expect(FileSystemKind([UInt8](repeating: 0, count: 0x438) + [0x53, 0xEF, 0, 0]) == .ext4)
        #expect(FileSystemKind(head("XFSB", at: 0)) == .xfs && FileSystemKind(head("LABELONE", at: 512)) == .volumes)
        #expect(FileSystemKind(head("_BHRfS_M", at: 0x10040)) == .btrfs)
        #expect(FileSystemKind(head("FAT16", at: 0x36)) == .fat && FileSystemKind([]) == .unknown)
    }

    private func appliance(_ references: String, _ disks: String) -> String {
        """
        <?xml version="1.0"?><!-- <Disk fileRef="no"/> -->
        <Envelope xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1">
          <References>\(references)</References>
          <DiskSection><Info>a &lt;Disk/&gt;</Info>\(disks)</DiskSection>
        </Envelope>
        """
    }

    @Test("An appliance's description names its disk")
    func description() throws {
        let text = appliance(
            "<File ovf:href='a&amp;b.vmdk' ovf:id=\"file1\" ovf:size=\"1\"/><File ovf:href=\"x.iso\" ovf:id=\"file2\" />",
            "<Disk ovf:capacity=\"1\" ovf:diskId=\"vmdisk1\"\n  ovf:fileRef=\"file1\"/>"
        )
        #expect(try OpenVirtualMachine(text).disk == "a&b.vmdk")
    }

    @Test(
        "What a description leaves open or makes dangerous is refused",
        arguments: [
            ("", "", "names no disk"), ("", "<Disk fileRef='a'/>", "does not say which file"),
            ("<File id='a' href='../../x'/>", "<Disk fileRef='a'/>", "not beside it"),
            ("<File id='a' href='x.gz' compression='gzip'/>", "<Disk fileRef='a'/>", "compressed by 'gzip'"),
            ("<File id='a' href='x'/>", "<Disk fileRef='a'/><Disk fileRef='b'/>", "names 2 disks"),
            ("<File id='a' href='x", "", "names no disk"),
        ]
    )
    func refused(_ references: String, _ disks: String, _ reason: String) {
        #expect(
            performing: {
                _ = try OpenVirtualMachine(appliance(references, disks))
            },
            throws: { "\($0)".contains(reason) }
        )
    }

    @Test("A cut text or one that is not XML ends")
    func notXML() {
        let whole = appliance("<File id='a' href='x'/>", "<Disk fileRef='a'/>")
        for length in stride(from: 0, to: whole.count, by: 3) {
            _ = try? OpenVirtualMachine(String(whole.prefix(length)))
        }
        #expect(OpenVirtualMachine.tags("<<a = b <c d=\"1\"></c>").count <= 3)
        #expect(OpenVirtualMachine.tags("<a ==== />").count <= 1)
    }
}
