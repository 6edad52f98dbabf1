import BenchrunModel
import Foundation
import Host
import Testing

@testable import ProcessDrivers

@Suite("engine variants")
struct EngineVariantArgumentTests {
    private func values(_ option: String, in arguments: [String]) -> [String] {
        zip(arguments, arguments.dropFirst()).filter { $0.0 == option }.map(\.1)
    }

    private func options(_ values: [String: String], driver: String = "docker") throws -> EngineOptions {
        try EngineOptions(EnvironmentSpec(name: "x", driver: driver, options: values))
    }

    @Test func theHostsNetworkAndAllCapabilities() throws {
        let plain = try ProcessFixtures.request().arguments(in: .docker)
        let open = try ProcessFixtures.request {
            $0.options.network = .host
            $0.options.privileged = .yes
        }.arguments(in: .docker)
        #expect(values("--network", in: plain) == ["none"] && values("--network", in: open) == ["host"])
        #expect(!plain.contains("--privileged") && open.contains("--privileged"))
        #expect(open.count == plain.count + 1)
    }

    @Test func aVolumeOfTheEnginesOwnLeavesTheRootReadOnly() throws {
        for dialect in [EngineDialect.docker, .podman] {
            let arguments = try ProcessFixtures.request { $0.options.scratch = .engineVolume }.arguments(in: dialect)
            #expect(values("--mount", in: arguments) == ["type=volume,destination=/scratch"])
            #expect(arguments.contains("--read-only"))
            #expect(!arguments.contains { $0.hasSuffix(":/scratch") })
            // It goes with the container.
            #expect(dialect.remove.contains("--volumes"))
        }
    }

    @Test func optionsThatOnlyOneEngineHas() throws {
        #expect(try options(["client": "socket"]).client == .socket)
        #expect(try options(["rootless": "yes"], driver: "podman").rootless == .yes)
        #expect(throws: OptionError.self) { try options(["client": "socket"], driver: "podman") }
        #expect(throws: OptionError.self) { try options(["rootless": "yes"]) }
        #expect(throws: OptionError.self) { try options(["network": "bridge"]) }
        #expect(throws: OptionError.self) { try options(["privileged": "maybe"]) }
        #expect(throws: OptionError.self) { try options(["scratch": "overlay"]) }
    }

    @Test func choicesAreFacts() throws {
        let report = try #require(DockerInfo(ProcessFixtures.dockerInfo)).report
        let plain = report.facts(try options([:]), runtime: nil)
        #expect(plain["network"] == nil && plain["engine.client"] == nil)
        let all = try options(["network": "host", "scratch": "engine-volume", "client": "socket", "privileged": "yes"])
        let facts = report.facts(all, runtime: nil)
        #expect(facts["network"] == "host" && facts["scratch"] == "engine-volume")
        #expect(facts["engine.client"] == "socket" && facts["privileged"] == "yes")
    }

    // MARK: - Admission

    private func obstacle(
        _ values: [String: String],
        driver: EngineDialect = .docker,
        report change: (inout EngineReport) -> Void = { _ in },
        host: (inout FakeSurroundings) -> Void = { _ in }
    ) throws -> Unavailable? {
        var report = try #require(DockerInfo(ProcessFixtures.dockerInfo)).report
        change(&report)
        let admission = EngineAdmission(dialect: driver, surroundings: FakeSurroundings(host))
        let options = try options(values, driver: driver.name)
        return admission.obstacle(before: options)
            ?? admission.obstacle(options, of: FoundEngine(executable: "/x", arguments: [], report: report))
    }

    @Test func aPrivilegedContainerNeedsWhatTheHostsRootHas() throws {
        #expect(try obstacle(["privileged": "yes"]) == nil)
        let lacking = try obstacle(["privileged": "yes"], host: { $0.boundingSet = "000001fffeffffff" })
        #expect(lacking?.reason.hasSuffix("this host's root lacks CAP_SYS_RESOURCE") == true)
        #expect(try obstacle([:], host: { $0.boundingSet = "000001fffeffffff" }) == nil)
    }

    @Test func whatCannotBeLimitedIsRefused() throws {
        let docker = try obstacle([:], report: { $0.unlimited = ["memory", "CPU time"] })
        #expect(docker?.reason.contains("docker cannot limit memory, CPU time here (control groups version 1)") == true)
        let info = ProcessFixtures.dockerInfo.replacing("\"MemoryLimit\":true", with: "\"MemoryLimit\":false")
        #expect(DockerInfo(info)?.report.unlimited == ["memory"])
        #expect(DockerInfo(ProcessFixtures.dockerInfo)?.report.unlimited == [])
        let podman = ProcessFixtures.podmanInfo
        #expect(PodmanInfo(podman)?.report.unlimited == [])
        let none = podman.replacing("[\"cpuset\",\"cpu\",\"memory\"]", with: "[]")
        #expect(PodmanInfo(none)?.report.unlimited == ["memory", "CPU time", "CPUs"])
        let silent = podman.replacing("\"cgroupControllers\":[\"cpuset\",\"cpu\",\"memory\"],", with: "")
        #expect(PodmanInfo(silent)?.report.unlimited == [])
    }

    @Test func rootlessPodmanIsAnOrdinaryUsers() throws {
        let user: (inout FakeSurroundings) -> Void = { $0.isRoot = false }
        #expect(try obstacle(["rootless": "yes"], driver: .podman)?.reason.contains("benchrun runs as root") == true)
        #expect(try obstacle([:], driver: .podman) == nil)
        #expect(try obstacle([:], driver: .podman, host: user)?.nextStep.contains("podman-rootless") == true)
        #expect(try obstacle(["rootless": "yes"], driver: .podman, host: user) == nil)
        let bare = try obstacle(
            ["rootless": "yes"],
            driver: .podman,
            report: {
                $0.isRootless = true
                $0.unlimited = ["CPUs"]
            },
            host: user
        )
        #expect(bare?.reason.hasPrefix("rootless podman cannot limit CPUs here") == true)
        #expect(bare?.nextStep.contains("delegate") == true)
    }

    @Test func capabilities() {
        #expect(CapabilitySet.bounding("CapEff:\t0\nCapBnd:\t000001ffffffffff\n") == "000001ffffffffff")
        #expect(CapabilitySet.bounding("Name: x\n") == nil)
        #expect(CapabilitySet.missing(in: "000001ffffffffff") == [])
        #expect(CapabilitySet.missing(in: "3fffffffff", last: 37) == [])
        #expect(CapabilitySet.missing(in: "fe", last: 7) == ["CAP_CHOWN"])
        #expect(CapabilitySet.missing(in: "not a mask") == [])
    }

    // MARK: - A runtime that must not see everything

    @Test func aWrapperIsAScriptWhoseWordsAreQuoted() throws {
        let wrapper = RuntimeWrapper(program: "/usr/bin/crun", hiding: "/sys/fs/it's", agent: "/opt/a gent")
        #expect(
            wrapper.script == """
                #!/bin/sh
                exec '/opt/a gent' 'launch' '--mount-namespace' '--unmount' '/sys/fs/it'\\''s' '--' '/usr/bin/crun' "$@"

                """
        )
        let folder = NSTemporaryDirectory() + "benchrun-wrapper-\(UInt32.random(in: 0...UInt32.max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = try wrapper.provide(in: folder)
        #expect(path == folder + "/crun")
        #expect(FileManager.default.isExecutableFile(atPath: path))
        #expect(try wrapper.provide(in: folder) == path)
    }
}
