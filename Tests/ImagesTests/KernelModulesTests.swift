import BenchrunModel
import Foundation
import Glibc
import Host
import Testing

@testable import Images

@Suite struct KernelModulesTests {
    /// A kernel's modules with a table as depmod writes it.
    private func modules(in directory: String, table: String?) throws -> KernelModules {
        for path in [
            "drivers/virtio/virtio.ko", "drivers/virtio/virtio_ring.ko", "drivers/block/virtio_blk.ko.xz",
            "fs/ext4/ext4.ko", "fs/jbd2/jbd2.ko", "arch/crc32c-intel.ko", "fs/readme.kot",
        ] {
            try write("x", to: "\(directory)/kernel/\(path)")
        }
        try write("kernel/fs/mbcache.ko\n", to: "\(directory)/modules.builtin")
        if let table { try write(table, to: "\(directory)/modules.dep") }
        return try KernelModules(directory)
    }

    private static let table = """
        kernel/drivers/virtio/virtio_ring.ko:
        kernel/drivers/virtio/virtio.ko: kernel/drivers/virtio/virtio_ring.ko
        kernel/drivers/block/virtio_blk.ko.xz: kernel/drivers/virtio/virtio.ko kernel/drivers/virtio/virtio_ring.ko
        kernel/fs/jbd2/jbd2.ko:
        kernel/fs/ext4/ext4.ko: kernel/fs/jbd2/jbd2.ko kernel/fs/mbcache.ko
        """

    @Test("modules.dep gives the order; what is built in is left out; what only helps comes first where it is")
    func table() async throws {
        try await withTemporaryDirectory { directory in
            let modules = try modules(in: directory, table: Self.table)
            let steps = try await modules.order(["virtio_blk", "virtio", "mbcache", "ext4"]) { _ in
                Issue.record("modules.dep tells")
                return []
            }
            #expect(steps.map(\.name) == ["virtio_ring", "virtio", "virtio_blk", "crc32c_intel", "jbd2", "ext4"])
            #expect(steps[2].path == "kernel/drivers/block/virtio_blk.ko.xz")
        }
    }

    @Test("Without modules.dep each module is asked, and a circle ends")
    func asking() async throws {
        try await withTemporaryDirectory { directory in
            let modules = try modules(in: directory, table: nil)
            let needs = [
                "virtio_blk": ["virtio_ring", "virtio"], "virtio": ["virtio-ring"], "virtio_ring": ["virtio_blk"],
            ]
            let steps = try await modules.order(["virtio-blk"]) { needs[$0.name] ?? [] }
            #expect(steps.map(\.name) == ["virtio_ring", "virtio", "virtio_blk"])
        }
    }

    @Test("A module that is missing is named")
    func missing() async throws {
        try await withTemporaryDirectory { directory in
            let modules = try modules(in: directory, table: Self.table)
            await #expect {
                try await modules.order(["virtio_pci"]) { _ in [] }
            } throws: { "\($0)".contains("no module 'virtio_pci'") }
        }
    }

    @Test("A module says itself what it needs")
    func modinfo() {
        let text = Array("license=GPL\0depends=virtio,virtio_ring\0name=x\0".utf8)
        #expect(ModuleInfo.needs(elf(section: ".modinfo", text)) == ["virtio", "virtio_ring"])
        #expect(ModuleInfo.needs(elf(section: ".modinfo", Array("depends=\0".utf8))) == [])
        #expect(ModuleInfo.needs(elf(section: ".other", text)) == nil)
        #expect(ModuleInfo.needs([]) == nil)
    }

    @Test("A damaged module is no module, and never a crash")
    func damaged() {
        let whole = elf(section: ".modinfo", Array("depends=virtio\0".utf8))
        for length in 0..<whole.count { _ = ModuleInfo.needs(Array(whole[..<length])) }
        for index in whole.indices {
            var changed = whole
            changed[index] ^= 0xFF
            _ = ModuleInfo.needs(changed)
            _ = Initramfs.isStatic(changed)
        }
    }
}
