import BenchrunModel
import Foundation
import Glibc
import Host
import Testing

@testable import Images

@Suite struct CpioTests {
    private func sample() -> [UInt8] {
        var archive = CpioArchive()
        archive.addDirectory("dev")
        archive.addDevice("dev/console", major: 5, minor: 1)
        archive.addFile("init", Array("#!x\n".utf8), mode: 0o755)
        archive.addFile("odd", [1, 2, 3, 4, 5])
        archive.addLink("link", to: "init")
        return archive.finished()
    }

    @Test("Headers are 110 digits, names and contents end on multiples of 4")
    func layout() {
        let bytes = sample()
        #expect(bytes.count.isMultiple(of: 512))
        var offset = 0
        var seen: [String: (mode: Int, size: Int)] = [:]
        while true {
            #expect(offset.isMultiple(of: 4))
            func field(_ index: Int) -> Int {
                let start = offset + 6 + 8 * index
                return Int(String(decoding: bytes[start..<(start + 8)], as: UTF8.self), radix: 16) ?? -1
            }
            #expect(Array(bytes[offset..<(offset + 6)]) == Array("070701".utf8))
            let (size, length) = (field(6), field(11))
            let name = String(decoding: bytes[(offset + 110)..<(offset + 109 + length)], as: UTF8.self)
            #expect(bytes[offset + 109 + length] == 0)
            let content = (offset + 110 + length + 3) / 4 * 4
            if name == "TRAILER!!!" { break }
            if name == "odd" { #expect(Array(bytes[content..<(content + size)]) == [1, 2, 3, 4, 5]) }
            seen[name] = (field(1), size)
            offset = (content + size + 3) / 4 * 4
        }
        #expect(seen["dev"]?.mode == 0o040755)
        #expect(seen["dev/console"]?.mode == 0o020600)
        #expect(seen["init"]?.mode == 0o100755)
        #expect(seen["link"]?.mode == 0o120777 && seen["link"]?.size == 4)
    }

    @Test("cpio reads it", .enabled(if: Tool.path(of: "cpio") != nil, "cpio is not installed"))
    func listing() async throws {
        let listed = try await HostCommand(["cpio", "-t", "-v", "--quiet"], input: sample()).check().output
        let lines = listed.split(separator: "\n").map(String.init)
        #expect(lines.count == 5)
        #expect(lines[0].hasPrefix("drwxr-xr-x") && lines[1].hasPrefix("crw-------") && lines[1].contains("5,   1"))
        #expect(lines[2].hasPrefix("-rwxr-xr-x") && lines[4].hasSuffix("link -> init"))
    }
}

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

@Suite struct GuestKernelTests {
    @Test("A kernel is known by its magic, and tells its release")
    func magic() {
        #expect(KernelImage.isKernel(kernelBytes()))
        #expect(KernelImage.release(in: kernelBytes(release: "6.12.1-amd64 (x@y) #1")) == "6.12.1-amd64")
        #expect(!KernelImage.isKernel([UInt8](repeating: 0, count: 1024)))
        #expect(!KernelImage.isKernel(Array(kernelBytes().prefix(0x203))))
        var arm = [UInt8](repeating: 0, count: 128)
        arm.replaceSubrange(56..<60, with: [0x41, 0x52, 0x4D, 0x64])
        #expect(KernelImage.isKernel(arm) && KernelImage.release(in: arm) == nil)
    }

    @Test("The user's own kernel is checked")
    func own() async throws {
        try await withTemporaryDirectory { directory in
            try FileBytes.create("\(directory)/vmlinuz", kernelBytes(release: "7.0-x"))
            try FileBytes.create("\(directory)/text", Array("hello".utf8))
            let kernel = try await GuestKernel.ensure(cache: directory, own: "\(directory)/vmlinuz")
            #expect(kernel.release == "7.0-x" && kernel.modules == "/lib/modules/7.0-x")
            for name in ["text", "missing"] {
                await #expect(throws: HostError.self) {
                    try await GuestKernel.ensure(cache: directory, own: "\(directory)/\(name)")
                }
            }
        }
    }

    @Test("Debian's package is found behind the one that only depends on it")
    func package() {
        let record = """
            Package: linux-image-cloud-amd64
            Version: 6.1.192-2
            Depends: linux-image-6.1.0-56-cloud-amd64 (= 6.1.192-2)
            """
        let package = KernelPackage.dependency(in: record)
        #expect(package == KernelPackage(name: "linux-image-6.1.0-56-cloud-amd64", version: "6.1.192-2"))
        #expect(KernelPackage(name: "a", version: "1:2/3").identity == "a_1%2%3")
        #expect(KernelPackage.dependency(in: "Package: x\nVersion: 1\nDepends: y, z") == nil)
    }
}

@Suite struct InitramfsTests {
    @Test("The script is static text that ends in the agent")
    func script() throws {
        let text = String(decoding: Initramfs.script, as: UTF8.self)
        #expect(text.hasPrefix("#!/bin/busybox sh\n"))
        #expect(
            text.contains("exec $B switch_root -c /dev/console $N \(GuestPath.agent) serve --port benchrun.0 --guest")
        )
        #expect(text.contains("mount -t ext4 -o ro,noatime \"$root\" $N || fail "))
        for path in GuestPath.temporary { #expect(text.contains(" tmpfs $N\(path)\n")) }
    }

    @Test("A shell can read the script")
    func syntax() async throws {
        try await HostCommand(["sh", "-n"], input: Initramfs.script).check()
    }

    @Test("A program with an interpreter is not static")
    func isStatic() {
        var program: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1] + [UInt8](repeating: 0, count: 200)
        program[32] = 64
        program[54] = 56
        program[56] = 1
        program[64] = 1
        #expect(Initramfs.isStatic(program))
        program[64] = 3
        #expect(!Initramfs.isStatic(program))
        #expect(!Initramfs.isStatic([]))
    }

    @Test("It is made once, and again when the agent changes")
    func key() async throws {
        try await withTemporaryDirectory { directory in
            let program = elf(section: ".text", [])
            try FileBytes.create("\(directory)/agent", program)
            try FileBytes.create("\(directory)/busybox", program)
            try write(
                String(decoding: elf(section: ".x", []), as: UTF8.self),
                to: "\(directory)/modules/kernel/unused.ko"
            )
            let module = elf(section: ".modinfo", Array("depends=b\0".utf8))
            try FileBytes.create("\(directory)/modules/kernel/a.ko", module)
            try FileBytes.create("\(directory)/modules/kernel/b.ko", elf(section: ".modinfo", Array("depends=\0".utf8)))
            let kernel = GuestKernel(image: "/k", release: "1", modules: "\(directory)/modules")
            var initramfs = Initramfs(kernel: kernel, agent: "\(directory)/agent")
            initramfs.modules = ["a"]
            initramfs.busybox = "\(directory)/busybox"
            let reporter = ProgressReporter(subject: "guest initramfs") { _ in }
            let first = try await initramfs.ensure(cache: directory, progress: reporter)
            let again = try await initramfs.ensure(cache: directory, progress: reporter)
            #expect(first == again)
            let text = String(decoding: try FileBytes.read(first), as: UTF8.self)
            #expect(text.contains("modules/00-b.ko") && text.contains("modules/01-a.ko") && !text.contains("unused"))
            try FileBytes.replace("\(directory)/agent", program + [0])
            #expect(try await initramfs.ensure(cache: directory, progress: reporter) != first)
        }
    }
}
