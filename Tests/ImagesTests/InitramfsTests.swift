import BenchrunModel
import Foundation
import Glibc
import Host
import Testing

@testable import Images

@Suite struct InitramfsTests {
    @Test("The script is static text that ends in the agent")
    func script() throws {
        let text = String(decoding: Initramfs.script, as: UTF8.self)
        #expect(text.hasPrefix("#!/bin/busybox sh\n"))
        #expect(
            text.contains("exec $B switch_root -c /dev/console $N \(GuestPath.agent) serve --port benchrun.0 --guest")
        )
        #expect(text.contains("mount -t ext4 -o ro,noatime \"$root\" $N || fail "))
        #expect(text.contains("group=/modules.${word#*=}"))
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

    @Test("Modules of a group are loaded where the command line names it, and a kernel without them is not held up")
    func groups() async throws {
        try await withTemporaryDirectory { directory in
            var program = elf(section: ".text", [])
            program[54] = 56
            for name in ["agent", "busybox"] { try FileBytes.create("\(directory)/\(name)", program) }
            try FileBytes.makeDirectories("\(directory)/modules/kernel")
            for (name, needs) in [("a", ""), ("b", "a,c"), ("c", "")] {
                let module = elf(section: ".modinfo", Array("depends=\(needs)\0".utf8))
                try FileBytes.create("\(directory)/modules/kernel/\(name).ko", module)
            }
            let kernel = GuestKernel(image: "/k", release: "1", modules: "\(directory)/modules")
            var initramfs = Initramfs(kernel: kernel, agent: "\(directory)/agent")
            initramfs.modules = ["a"]
            initramfs.groups = ["some": ["b"], "none": ["b", "missing"]]
            initramfs.busybox = "\(directory)/busybox"
            let reporter = ProgressReporter(subject: "guest initramfs") { _ in }
            let path = try await initramfs.ensure(cache: directory, progress: reporter)
            let text = String(decoding: try FileBytes.read(path), as: UTF8.self)
            #expect(text.contains("modules/00-a.ko") && text.contains("modules.some/00-c.ko"))
            #expect(text.contains("modules.some/01-b.ko"))
            #expect(!text.contains("modules.some/02") && !text.contains("modules.none"))
            initramfs.groups = [:]
            #expect(try await initramfs.ensure(cache: directory, progress: reporter) != path)
        }
    }

    @Test("It is made once, and again when the agent changes")
    func key() async throws {
        try await withTemporaryDirectory { directory in
            var program = elf(section: ".text", [])
            program[54] = 56
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
