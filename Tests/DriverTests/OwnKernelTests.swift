import BenchrunModel
import Foundation
import Host
import Testing

@testable import LibvirtDriver

@Suite("Guests that boot their own disk")
struct OwnKernelTests {
    private func options(_ options: [String: String]) throws -> OwnKernelOptions? {
        try OwnKernelOptions(EnvironmentSpec(name: "vm", driver: "libvirt", options: options))
    }

    @Test func defaultsAreThoseOfAGetty() throws {
        #expect(try options([:]) == nil && options(["boot": "kernel"]) == nil)
        let own = try #require(try options(["boot": "disk"]))
        #expect(own.ready == OwnKernelOptions.login)
        #expect(own.readyLimit == .seconds(300) && own.shutdownLimit == .seconds(30))
        let all = ["boot": "disk", "ready": "^up", "ready-limit": "7 s", "shutdown-limit": "0"]
        let set = try #require(try options(all))
        #expect(set.ready == "^up" && set.readyLimit == .seconds(7) && set.shutdownLimit == .zero)
    }

    @Test(arguments: [
        (["boot": "floppy"], "boot 'floppy' is not known"), (["ready": "x"], "ready is for guests"),
        (["boot": "disk", "ready": "("], "is not a regular expression"),
        (["boot": "disk", "ready-limit": "soon"], "ready-limit 'soon' is not a time"),
        (["boot": "disk", "kernel-arguments": "quiet"], "kernel-arguments are for benchrun's kernel"),
    ])
    func mistakesAreNamed(_ given: [String: String], _ reason: String) {
        #expect(performing: { _ = try options(given) }, throws: { "\($0)".contains(reason) })
    }

    @Test func theDomainHasTheSameLimitsAndNoKernel() throws {
        let plan = DomainPlan(
            name: "benchrun-r-1-vm-0",
            run: "r",
            accelerator: .tcg,
            options: try LibvirtOptions(EnvironmentSpec(name: "vm", driver: "libvirt", options: ["boot": "disk"])),
            limits: Limits(cpus: [1], housekeepingCPUs: [0], cpuQuota: 50, memory: 1 << 29),
            emulator: "/usr/bin/qemu-system-x86_64",
            kernel: "",
            initramfs: "",
            kernelLine: "",
            rootDisk: "/s/boot.qcow2",
            scratchDisk: "",
            channel: "",
            console: "/r/vm.console",
            owner: "+0:+0"
        )
        let xml = try plan.xml()
        for absent in ["<kernel", "<initrd", "<cmdline", "<channel", "vdb"] {
            #expect(!xml.contains(absent), "\(absent)")
        }
        for present in [
            "<quota>50000</quota>", "<vcpupin vcpu=\"0\" cpuset=\"1\" />", "<memory unit=\"b\">536870912</memory>",
            "/s/boot.qcow2", "/r/vm.console",
        ] { #expect(xml.contains(present), "\(present)") }
    }

    private func console(_ body: (ConsoleFile, FileHandle) async throws -> Void) async throws {
        let path = NSTemporaryDirectory() + "benchrun-console-\(UUID().uuidString)"
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(ConsoleFile(path: path), try #require(FileHandle(forWritingAtPath: path)))
    }

    private let watcher = BlockingExecutor(name: "console-test")

    private func wait(_ console: ConsoleFile, _ pattern: String, _ limit: Duration) async throws -> UInt64? {
        try await watcher.run(cancellable: { try console.line(matching: pattern, within: limit, checkCancellation: $0) }
        )
    }

    @Test func aLineIsSeenWhenItIsWrittenAlsoWithoutItsEnd() async throws {
        try await console { console, file in
            try file.write(contentsOf: Data("Booting\r\n\u{1B}[1mDebian GNU/Linux\r\nvm log".utf8))
            let watching = Task { try await wait(console, "login: ?$", .seconds(20)) }
            try await Task.sleep(for: .milliseconds(300))
            let before = RawClock.now()
            try file.write(contentsOf: Data("in: ".utf8))
            let seen = try #require(try await watching.value)
            #expect(seen > before && seen < RawClock.now())
            #expect(try await wait(console, "^Booting$", .seconds(5)) != nil, "what was there before counts too")
        }
    }

    @Test func waitingEndsAtItsLimitAndWhenItIsCancelled() async throws {
        try await console { console, file in
            try file.write(contentsOf: Data("nothing of interest\n".utf8))
            #expect(try await wait(console, "login:", .milliseconds(300)) == nil)
            let watching = Task { try await wait(console, "login:", .seconds(600)) }
            try await Task.sleep(for: .milliseconds(50))
            watching.cancel()
            await #expect(throws: CancellationError.self) { try await watching.value }
        }
    }
}
