import BenchrunModel
import Foundation
import Host
import Testing

@testable import ProcessDrivers

/// What the drivers without an engine have in common, as far as it needs no privilege.
@Suite("drivers without an engine")
struct DirectDriverTests {
    private struct NoLedger: ResourceLedger {
        func willCreate(kind: String, name: String, detail: [String: String]) async throws {}
        func didRemove(kind: String, name: String) async throws {}
    }

    private func setup(housekeeping: [Int] = [0]) throws -> DriverSetup {
        DriverSetup(
            run: try ProcessFixtures.run(),
            controlGroup: "benchrun/20261123-1",
            stateDirectory: "/run/benchrun/20261123-1",
            cacheDirectory: "/cache",
            agentExecutable: "/opt/benchrun-agent",
            housekeepingCPUs: housekeeping,
            ledger: NoLedger()
        )
    }

    private func driver(
        _ isolation: any Isolation,
        _ surroundings: FakeSurroundings
    ) throws -> DirectDriver {
        DirectDriver(isolation, setup: try setup(), surroundings: surroundings)
    }

    @Test func aMissingToolIsSaidWithItsPackage() async throws {
        let surroundings = FakeSurroundings { $0.programs = [:] }
        let environment = EnvironmentSpec(name: "nspawn", driver: "nspawn")
        let answer = try await driver(NspawnIsolation(), surroundings).probe(environment)
        #expect(
            answer
                == .unavailable(
                    reason: "'systemd-nspawn' is not installed",
                    nextStep: "install Debian's package systemd-container"
                )
        )
    }

    @Test func anOrdinaryUserIsTold() async throws {
        let surroundings = FakeSurroundings { $0.isRoot = false }
        let answer = try await driver(OCIIsolation.runc, surroundings).probe(
            EnvironmentSpec(name: "runc", driver: "runc")
        )
        guard case .unavailable(let reason, let nextStep) = answer else {
            Issue.record("it is available")
            return
        }
        #expect(reason.contains("only root") && nextStep.contains("root"))
    }

    @Test func optionsAreRefused() async throws {
        let environment = EnvironmentSpec(name: "x", driver: "runc", options: ["seccomp": "off"])
        let answer = try await driver(OCIIsolation.runc, FakeSurroundings()).probe(environment)
        guard case .unavailable(let reason, _) = answer else {
            Issue.record("it is available")
            return
        }
        #expect(reason.contains("option 'seccomp' is unknown to driver 'runc'"))
    }

    /// A tool that sets instances up from outside stays off their CPUs and out of their groups; one that becomes part
    /// of the instance is in both.
    @Test func toolsRunWhereTheyBelong() throws {
        func arguments(_ isolation: any Isolation) throws -> [String] {
            let surroundings = FakeSurroundings { $0.programs = [isolation.program: "/usr/bin/tool"] }
            let launch = try driver(isolation, surroundings).launch(
                "benchrun-20261123-1-3-x-0",
                root: "/cache/root",
                scratch: "/data/x",
                limits: Limits(cpus: [1], housekeepingCPUs: [0], cpuQuota: 100, memory: 1 << 29),
                command: ["/.benchrun-agent", "version"]
            )
            return launch.arguments
        }
        let inside = try arguments(BubblewrapIsolation())
        let beside = try arguments(OCIIsolation.runc)
        func cpus(_ arguments: [String]) -> String? {
            arguments.firstIndex(of: "--cpus").map { arguments[$0 + 1] }
        }
        #expect(cpus(inside) == "1" && cpus(beside) == "0")
        for arguments in [inside, beside] {
            #expect(arguments.prefix(4) == ["/opt/benchrun-agent", "launch", "--death-signal", "9"])
        }
        let nspawn = try arguments(NspawnIsolation())
        let bind = try #require(nspawn.firstIndex(of: "--bind"))
        #expect(nspawn[bind + 1] == "/cache/root:/run/benchrun/20261123-1/benchrun-20261123-1-3-x-0/root:ro")
        #expect(nspawn.contains("--tmpfs") && nspawn.contains("/run/systemd/nspawn"))
    }

    @Test func groupsAreBelowTheRuns() throws {
        let own = DirectGroups(driver: "lxc", of: try ProcessFixtures.run(), setup: try setup())
        #expect(own.path == "benchrun/20261123-1/lxc")
        #expect(own.instance("a").path == "benchrun/20261123-1/lxc/a")
        #expect(own.tools.path == "benchrun/20261123-1/lxc/tools")
        let dead = DirectGroups(driver: "lxc", of: try ProcessFixtures.run("20261123-2"), setup: try setup())
        #expect(dead.path == "benchrun/20261123-2/lxc")
    }

    @Test func rootsLackNothingOrAreRefused() throws {
        let root = FileManager.default.temporaryDirectory.path + "/benchrun-root-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        try RootPlaces.makeEmptyRoot(at: root)
        let image = ImageForms(digest: "sha256:0", archive: "", directory: root)
        try RootPlaces.check(image, driver: "runc")
        try FileManager.default.removeItem(atPath: root + "/scratch")
        #expect {
            try RootPlaces.check(image, driver: "runc")
        } throws: { error in
            "\(error)" == "runc/prepare: the root file system \(root) has no /scratch; build it again with "
                + "'benchrun image build'"
        }
    }

    @Test func anOrdinaryUsersNativeIsInAUserNamespace() async throws {
        let surroundings = FakeSurroundings {
            $0.isRoot = false
            $0.answers = ["true": CommandResult(status: 0)]
        }
        let driver = NativeDriver(setup: try setup(), surroundings: surroundings)
        guard case .available(let facts) = await driver.probe(EnvironmentSpec(name: "native", driver: "native")) else {
            Issue.record("it is not available")
            return
        }
        #expect(facts["isolation"]?.contains("user namespace") == true)
        let host = EnvironmentSpec(name: "native-cgroup", driver: "native", options: ["system": "host"])
        guard case .unavailable(let reason, let nextStep) = await driver.probe(host) else {
            Issue.record("it is available")
            return
        }
        #expect(reason.contains("user namespace") && nextStep.contains("native-cgroup"))
    }

    @Test func whatNobodyLimitsIsSaid() {
        let status = "Name:\tx\nCpus_allowed:\t2\nCpus_allowed_list:\t1,3-4\nMems_allowed_list:\t0\n"
        #expect(Unlimited.allowedCPUs(status) == "1,3-4")
        #expect(Unlimited.allowedCPUs("Name:\tx\n") == nil)
    }

    @Test func nativeOptions() throws {
        func options(_ values: [String: String]) throws -> NativeOptions {
            try NativeOptions(EnvironmentSpec(name: "x", driver: "native", options: values))
        }
        let limits = Limits(cpus: [1], housekeepingCPUs: [0], cpuQuota: 50, memory: 1 << 29)
        #expect(try options([:]).enforced(limits) == limits)
        #expect(try options([:]).hostPlaces.isEmpty)
        let free = try options(["limits": "cpus"]).enforced(limits)
        #expect(free.cpus == [1] && free.cpuQuota == 0 && free.memory == 0)
        #expect(try options(["system": "host"]).hostPlaces.first == "/proc")
        #expect(try options(["user-namespace": "yes"]).hasUserNamespace)
        #expect(try options(["user-namespace": "yes"]).isolation.contains("user namespace"))
        #expect(throws: OptionError.self) { try options(["limits": "none"]) }
        #expect(throws: OptionError.self) { try options(["network": "bridge"]) }
        #expect(throws: OptionError.self) { try options(["seccomp": "default"]) }
    }
}
