import BenchrunModel
import Foundation
import Testing

@testable import LibvirtDriver

@Suite("What the kernel tells about an emulator")
struct LibvirtEmulatorFactTests {
    /// A directory like a process's in /proc: a main thread, a virtual CPU, an I/O thread, and an open disk.
    private func withProcess(flags: String, _ body: (_ process: String, _ disk: String) throws -> Void) throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "benchrun-qemu-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        let threads = [("10", "qemu-system-x86", "0"), ("11", "CPU 0/TCG", "1"), ("12", "IO iothread1", "0,2-3")]
        for (number, name, cpus) in threads {
            let folder = "\(root)/task/\(number)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data("\(name)\n".utf8).write(to: URL(filePath: folder + "/comm"))
            try Data("Name:\tx\nCpus_allowed_list:\t\(cpus)\n".utf8).write(to: URL(filePath: folder + "/status"))
        }
        for folder in ["fd", "fdinfo"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
        }
        let disk = root + "/disk.raw"
        try Data().write(to: URL(filePath: disk))
        let real = URL(filePath: disk).resolvingSymlinksInPath().path
        try FileManager.default.createSymbolicLink(atPath: root + "/fd/9", withDestinationPath: real)
        try FileManager.default.createSymbolicLink(atPath: root + "/fd/8", withDestinationPath: "socket:[1]")
        try Data("pos:\t0\nflags:\t\(flags)\nmnt_id:\t1\n".utf8).write(to: URL(filePath: root + "/fdinfo/9"))
        try body(root, disk)
    }

    @Test func whereItsOwnThreadsRunAndHowItsDiskIsOpen() throws {
        let direct = "0" + String(ScratchDisk.directFlag | 0o2_000_002, radix: 8)
        try withProcess(flags: direct) { process, disk in
            #expect(
                EmulatorProcess.facts(process: process, disk: disk) == [
                    FactKey.emulatorCPUs: "0,2,3", FactKey.diskDirect: "yes",
                ]
            )
            #expect(EmulatorProcess.facts(process: process, disk: disk + "2")[FactKey.diskDirect] == nil)
        }
        try withProcess(flags: "02000002") { process, disk in
            #expect(EmulatorProcess.facts(process: process, disk: disk)[FactKey.diskDirect] == "no")
        }
        #expect(EmulatorProcess.facts(process: "/nonexistent", disk: "/x").isEmpty)
    }
}
