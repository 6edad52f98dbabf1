import Testing

@testable import Host

@Suite("locations, CPUs, disk and facts", .timeLimit(.minutes(1)))
struct PlaceTests {
    @Test func theStandardPlaces() {
        let plain = Locations.standard(environment: ["HOME": "/home/u/"], user: 1000)
        #expect(
            plain
                == Locations(
                    cache: "/home/u/.cache/benchrun",
                    state: "/home/u/.local/state/benchrun",
                    runtime: "/tmp/benchrun-1000"
                )
        )
        let root = Locations.standard(environment: ["HOME": "/root", "XDG_CACHE_HOME": "relative"], user: 0)
        #expect(root.runtime == "/run/benchrun")
        #expect(root.cache == "/root/.cache/benchrun")
        let own = Locations.standard(
            environment: [
                "HOME": "/root", "XDG_CACHE_HOME": "/c", "XDG_STATE_HOME": "/s", "XDG_RUNTIME_DIR": "/run/user/0",
            ],
            user: 0
        )
        #expect(own == Locations(cache: "/c/benchrun", state: "/s/benchrun", runtime: "/run/user/0/benchrun"))
    }

    @Test func withoutHomeThePasswordFileTells() {
        #expect(Locations.standard(environment: [:], user: 0).cache == "/root/.cache/benchrun")
        #expect(Locations.standard(environment: [:], user: 4_000_000_000).cache.hasPrefix("/tmp/"))
    }

    @Test func theyAreMadeForThisUserAlone() async throws {
        try await withTemporaryDirectory { directory in
            let places = Locations(cache: directory + "/a/b", state: directory + "/c", runtime: directory + "/c/d")
            try places.create()
            try places.create()
            #expect(KernelFile.isDirectory(directory + "/a/b"))
            try write("", to: directory + "/file")
            #expect(throws: HostError.self) {
                try Locations(cache: directory + "/file", state: directory, runtime: directory).create()
            }
        }
    }

    @Test(arguments: [
        ("0-2,5", [0, 1, 2, 5]), ("1", [1]), (" 0-1\n", [0, 1]), ("3,1", [1, 3]), ("", []), ("a", []), ("2-1", []),
        ("1-2-3", []), ("0-99999999", []), ("-1", []),
    ])
    func cpuLists(text: String, cpus: [Int]) {
        #expect(CPUAffinity.parse(text) == cpus)
    }

    @Test func affinity() throws {
        let current = CPUAffinity.current
        #expect(!current.isEmpty)
        let error = try #require(throws: HostError.self) { try CPUAffinity.set([65535]) }
        #expect(error.nextStep?.hasPrefix("choose from ") == true)
        #expect(throws: HostError.self) { try CPUAffinity.set([]) }
        #expect(throws: HostError.self) { try CPUAffinity.set([-1]) }
    }

    @Test func theDiskSettles() async throws {
        let looks = CallCounter()
        let settle = DiskSettle(threshold: 100, limit: .seconds(5), step: .zero) {
            looks.next() < 3 ? 1000 : 50
        }
        let outcome = try await settle.wait()
        #expect(outcome.isSettled)
        #expect(outcome.remaining == 50)
        #expect(outcome.nanoseconds >= 40_000_000)
        #expect(settle.step == .milliseconds(20))
    }

    @Test func theDiskDoesNotSettle() async throws {
        let busy = try await DiskSettle(threshold: 1, limit: .milliseconds(60), step: .milliseconds(20)) { 5 }.wait()
        #expect(!busy.isSettled)
        #expect(busy.nanoseconds >= 60_000_000)
        let unknown = try await DiskSettle(threshold: 1, limit: .seconds(9), step: .milliseconds(20)) { nil }.wait()
        #expect(unknown.remaining == nil && !unknown.isSettled)
        #expect(DiskSettle.unwritten(in: "Dirty:   12 kB\nWriteback:  3 kB\nWritebackTmp: 7 kB\n") == 15 * 1024)
        #expect(DiskSettle.unwritten(in: "MemTotal: 5 kB\n") == nil)
    }

    @Test func facts() {
        let facts = HostFacts.read()
        for key in ["kernel.release", "kernel.boot-id", "memory.total", "cpu.count", "os.distribution"] {
            #expect(facts[key]?.isEmpty == false, "\(key)")
        }
        #expect(facts.values.allSatisfy { !$0.isEmpty })
        #expect(HostFacts.selected("always [madvise] never") == "madvise")
        #expect(HostFacts.selected("none") == nil)
        #expect(HostFacts.prettyName("NAME=x\nPRETTY_NAME=\"Debian 12\"\n") == "Debian 12")
        #expect(HostFacts.bytes("32768K") == 32 << 20)
    }

    @Test func fileSync() async throws {
        try await withTemporaryDirectory { directory in
            try await FileSync.path(directory)
            await #expect(throws: HostError.self) { try await FileSync.path(directory + "/missing") }
            await #expect(throws: HostError.self) { try await FileSync.file(-1, named: "closed") }
        }
    }
}
