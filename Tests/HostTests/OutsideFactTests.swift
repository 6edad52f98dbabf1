import BenchrunModel
import FoundationEssentials
import Testing

@testable import Host

@Suite("facts from outside", .timeLimit(.minutes(1)))
struct OutsideFactTests {
    @Test func ofAProcess() {
        let status = """
            Name:\tbenchrun-agent
            CapEff:\t00000000a80425fb
            Seccomp:\t2
            Speculation_Store_Bypass:\tthread vulnerable
            SpeculationIndirectBranch:\tconditional enabled
            Mems_allowed_list:\t0-1
            """
        #expect(
            ControlGroup.facts(status: status) == [
                FactKey.capabilities: "00000000a80425fb", FactKey.seccomp: "filter", FactKey.memoryNodes: "0-1",
                FactKey.speculation: "indirect-branch=conditional enabled;store-bypass=thread vulnerable",
            ]
        )
        #expect(ControlGroup.facts(status: "").isEmpty)
    }

    @Test func ofTheHost() async throws {
        try await withTemporaryDirectory { root in
            for (path, content) in [
                ("cpu0/topology/thread_siblings_list", "0,2\n"), ("cpu2/topology/thread_siblings_list", "0,2\n"),
                ("cpu1/topology/thread_siblings_list", "1,3\n"), ("node1/cpulist", "4-7\n"), ("node0/cpulist", "0-3\n"),
                ("nodes/cpulist", "9\n"),
            ] {
                let folder = root + "/" + path.split(separator: "/").dropLast().joined(separator: "/")
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try write(content, to: root + "/" + path)
            }
            #expect(HostFacts.siblings(in: root) == "0,2;1,3")
            #expect(HostFacts.nodes(in: root) == "0=0-3;1=4-7")
            #expect(HostFacts.siblings(in: root + "/none") == nil)
            #expect(HostFacts.nodes(in: root + "/none") == nil)
        }
    }

    @Test func thePageCacheIsDroppedOrItIsTold() async throws {
        try await withTemporaryDirectory { root in
            try write("", to: root + "/drop_caches")
            try await PageCache.drop(by: root + "/drop_caches")
            #expect(text(of: root + "/drop_caches") == "3")
            let error = await #expect(throws: HostError.self) { try await PageCache.drop(by: root + "/none/drop") }
            #expect(error?.description.contains("cannot be dropped: No such file or directory") == true)
        }
    }
}
