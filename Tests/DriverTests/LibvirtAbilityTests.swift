#if Libvirt
import BenchrunModel
import Foundation
import Testing

@testable import LibvirtDriver

@Suite("What guests need of the host")
struct LibvirtAbilityTests {
    private static let memory = "MemTotal: 9 kB\nHugePages_Total: 300\nHugePages_Free: 280\nHugepagesize: 2048 kB\n"

    private func within(_ body: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("benchrun-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(directory.path)
    }

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    @Test func hugePages() throws {
        let pages = HostAbilities.hugePages(Self.memory)
        #expect(pages.total == 300 && pages.free == 280 && pages.size == 2 << 20)
        let none = HostAbilities.hugePages("nonsense")
        #expect(none.total == 0 && none.free == 0 && none.size == 0)
        try within { directory in
            try write(Self.memory, directory + "/memory")
            try write("hugetlbfs /dev/hugepages hugetlbfs rw 0 0\n", directory + "/mounts")
            try write("", directory + "/empty")
            func require(_ memory: String, _ mounts: String) throws {
                try HostAbilities.requireHugePages(memory: "\(directory)/\(memory)", mounts: "\(directory)/\(mounts)")
            }
            try require("memory", "mounts")
            #expect(throws: Unavailable.self) { try require("empty", "mounts") }
            let unmounted = #expect(throws: Unavailable.self) { try require("memory", "empty") }
            #expect(unmounted?.reason.contains("hugetlbfs") == true)
        }
    }

    @Test func enoughHugePages() throws {
        try HostAbilities.requireHugePages(for: 2, of: 280 << 20, memory: Self.memory)
        let error = #expect(throws: DriverError.self) {
            try HostAbilities.requireHugePages(for: 2, of: 512 << 20, memory: Self.memory)
        }
        #expect(error?.detail == "2 guests need 512 huge pages, and 280 are free")
        #expect(error?.nextStep == "reserve more: 'sysctl vm.nr_hugepages=532'")
    }

    @Test func rings() throws {
        try HostAbilities.requireRing("/nonexistent")
        try within { directory in
            try write("0\n", directory + "/zero")
            try write("2\n", directory + "/two")
            try HostAbilities.requireRing(directory + "/zero")
            #expect(throws: Unavailable.self) { try HostAbilities.requireRing(directory + "/two") }
        }
    }

    @Test func theFirstDescriptionThatCanBeRun() throws {
        try within { directory in
            try write(#"{"type": "gpu", "binary": "/bin/sh"}"#, directory + "/10-gpu.json")
            try write(#"{"type": "fs", "binary": "/nonexistent"}"#, directory + "/20-gone.json")
            try write("{", directory + "/25-broken.json")
            try write(#"{"type": "fs", "binary": "/bin/sh", "more": []}"#, directory + "/30-fs.json")
            #expect(HostAbilities.virtiofsd(in: ["/nonexistent", directory]) == "/bin/sh")
            #expect(HostAbilities.virtiofsd(in: ["/nonexistent"]) == nil)
        }
    }

    @Test func theDriverForContainersIsAFile() throws {
        try within { directory in
            #expect(LibvirtKind.containers.obstacle(in: ["/nonexistent"]) == nil, "it may be built in")
            let obstacle = LibvirtKind.containers.obstacle(in: [directory])
            #expect(obstacle?.nextStep == "install libvirt-daemon-driver-lxc")
            #expect(LibvirtKind.system.obstacle(in: [directory]) == nil)
            try write("", directory + "/libvirt_driver_lxc.so")
            #expect(LibvirtKind.containers.obstacle(in: [directory]) == nil)
        }
    }

    @Test func fileSystemsThatLibvirtOffers() throws {
        func capabilities(_ devices: String) throws -> DomainCapabilities {
            try DomainCapabilities(
                xml: """
                    <domainCapabilities><path>/q</path><machine>pc</machine><cpu><mode name='maximum' supported='yes'/>
                    </cpu>\(devices)</domainCapabilities>
                    """
            )
        }
        let some = try capabilities(
            """
            <devices><disk supported='yes'><enum name='bus'><value>virtio</value></enum></disk>
            <filesystem supported='yes'><enum name='driverType'><value>path</value><value>virtiofs</value></enum>
            </filesystem></devices>
            """
        )
        #expect(some.offers(fileSystem: "virtiofs") && !some.offers(fileSystem: "nfs"))
        #expect(!(try capabilities("")).offers(fileSystem: "virtiofs"))
        #expect(!(try capabilities("<devices><filesystem supported='no'/></devices>")).offers(fileSystem: "virtiofs"))
    }

    @Test func twoWordsForOneCPUAreOneQuestion() throws {
        func key(_ cpu: String, _ machine: String = "q35") throws -> String {
            KVMProbe(setup: try Self.setup(), emulator: "/q", version: "1", machine: machine, cpu: cpu).key
        }
        #expect(try key("host-passthrough") == key("host-model"))
        #expect(try key("host-passthrough") != key("qemu64"))
        #expect(try key("qemu64", "pc") != key("qemu64"))
    }

    static func setup() throws -> DriverSetup {
        DriverSetup(
            run: try #require(RunID("test")),
            controlGroup: "benchrun/test",
            stateDirectory: "/s",
            cacheDirectory: "/c",
            agentExecutable: "/a",
            housekeepingCPUs: [],
            ledger: SilentLedger()
        )
    }
}

/// Forgets everything.
struct SilentLedger: ResourceLedger {
    func willCreate(kind: String, name: String, detail: [String: String]) async throws {}
    func didRemove(kind: String, name: String) async throws {}
}
#endif
