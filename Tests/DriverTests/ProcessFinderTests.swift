import BenchrunModel
import Host
import Testing

@testable import ProcessDrivers

@Suite("finding docker")
struct DockerFinderTests {
    private func find(_ change: (inout FakeSurroundings) -> Void) async -> (EngineFinding, FakeSurroundings) {
        let host = FakeSurroundings {
            $0.answers = [
                "context": CommandResult(status: 0, output: "unix:///var/run/docker.sock\n"),
                "version": CommandResult(status: 0, output: ProcessFixtures.dockerVersion),
                "info": CommandResult(status: 0, output: ProcessFixtures.dockerInfo),
            ]
            change(&$0)
        }
        return (await DockerFinder(surroundings: host, launcher: ProcessFixtures.launcher).find(), host)
    }

    private func reason(_ change: (inout FakeSurroundings) -> Void) async throws -> Unavailable {
        let (finding, _) = await find(change)
        guard case .unavailable(let reason) = finding else { throw Unexpected(finding: "\(finding)") }
        return reason
    }

    private struct Unexpected: Error { var finding: String }

    @Test func found() async throws {
        let (finding, host) = await find { _ in }
        guard case .found(let found) = finding else { throw Unexpected(finding: "\(finding)") }
        #expect(found.executable == "/usr/bin/docker")
        #expect(found.arguments == ["--host", "unix:///var/run/docker.sock"])
        #expect(found.report.clientVersion == "28.2.2")
        #expect(
            host.commands.last == [
                "/usr/bin/docker", "--host", "unix:///var/run/docker.sock", "info", "--format", "{{json .}}",
            ]
        )
    }

    @Test func theUsersEndpointIsHonoured() async throws {
        let (finding, host) = await find {
            $0.variables["DOCKER_HOST"] = "unix:///run/user/1000/docker.sock"
            $0.sockets["/run/user/1000/docker.sock"] = .listening
        }
        guard case .found(let found) = finding else { throw Unexpected(finding: "\(finding)") }
        #expect(found.socket == "/run/user/1000/docker.sock")
        #expect(!host.commands.contains { $0.contains("context") })

        let (other, _) = await find {
            $0.answers["context"] = CommandResult(status: 0, output: "unix:///run/other.sock")
            $0.sockets["/run/other.sock"] = .listening
        }
        guard case .found(let found) = other else { throw Unexpected(finding: "\(other)") }
        #expect(found.socket == "/run/other.sock")
    }

    @Test func noClient() async throws {
        let reason = try await reason { $0.programs["docker"] = nil }
        #expect(reason.reason == "the docker client is not installed")
        #expect(reason.nextStep.contains("docker.io"))
    }

    @Test(arguments: [SocketState.missing, .silent])
    func noDaemon(_ state: SocketState) async throws {
        let (finding, host) = await find { $0.sockets["/var/run/docker.sock"] = state }
        guard case .silent(let reason) = finding else { throw Unexpected(finding: "\(finding)") }
        #expect(reason.reason == "no docker daemon answers at /var/run/docker.sock")
        // Nobody is asked who would not answer.
        #expect(host.commands.count == 1)
    }

    @Test func deniedSocket() async throws {
        let reason = try await reason { $0.sockets["/var/run/docker.sock"] = .denied }
        #expect(reason.reason == "this user may not connect to docker's socket /var/run/docker.sock")
        #expect(reason.nextStep.contains("usermod"))
    }

    @Test func remoteDaemon() async throws {
        let reason = try await reason { $0.variables["DOCKER_HOST"] = "ssh://build.example" }
        #expect(reason.reason.contains("ssh://build.example"))
        #expect(reason.nextStep.contains("DOCKER_HOST"))
    }

    @Test func hangingDaemon() async throws {
        let reason = try await reason { $0.answers["version"] = nil }
        #expect(reason.reason.contains("did not answer within 10 s"))
    }

    @Test func refusingDaemon() async throws {
        let words = "Error response from daemon: client version 1.41 is too old. Minimum supported API version is 1.44"
        let reason = try await reason {
            $0.answers["version"] = CommandResult(
                status: 1,
                output: ProcessFixtures.dockerVersionAlone,
                errorOutput: words + "\n"
            )
        }
        #expect(reason.reason.contains("refuses client 28.2.2: \(words)"))
    }

    @Test func anotherProgramCalledDocker() async throws {
        let reason = try await reason {
            $0.answers["version"] = CommandResult(status: 0, output: "podman version 4.3.1\n")
        }
        #expect(reason.reason == "/usr/bin/docker is not docker's client")
    }

    @Test func daemonInAVirtualMachine() async throws {
        let reason = try await reason { $0.kernelRelease = "6.12.9-host" }
        #expect(reason.reason.contains("another kernel"))
    }

    @Test func daemonWithoutLimits() async throws {
        let reason = try await reason {
            let output = ProcessFixtures.dockerInfo.replacing("\"cgroupfs\"", with: "\"none\"")
            $0.answers["info"] = CommandResult(status: 0, output: output)
        }
        #expect(reason.reason.contains("cannot limit"))
    }

    @Test func unknownRuntime() async throws {
        let (finding, _) = await find { _ in }
        guard case .found(let found) = finding else { throw Unexpected(finding: "\(finding)") }
        var options = try EngineOptions(EnvironmentSpec(name: "x", driver: "docker", options: ["runtime": "kata"]))
        #expect(throws: Unavailable.self) { try found.runtime(for: options) }
        options.runtime = "runc"
        #expect(try found.runtime(for: options) == "runc")
        options.runtime = nil
        #expect(try found.runtime(for: options) == nil)
    }
}

@Suite("finding podman")
struct PodmanFinderTests {
    private func find(_ change: (inout FakeSurroundings) -> Void) async -> (EngineFinding, FakeSurroundings) {
        let host = FakeSurroundings {
            $0.answers = ["info": CommandResult(status: 0, output: ProcessFixtures.podmanInfo)]
            change(&$0)
        }
        return (await PodmanFinder(surroundings: host, launcher: ProcessFixtures.launcher).find(), host)
    }

    private func found(_ change: (inout FakeSurroundings) -> Void) async throws -> FoundEngine {
        let (finding, _) = await find(change)
        guard case .found(let found) = finding else { throw DriverError(subject: "test", detail: "\(finding)") }
        return found
    }

    private func reason(_ change: (inout FakeSurroundings) -> Void) async throws -> Unavailable {
        let (finding, _) = await find(change)
        guard case .unavailable(let reason) = finding else { throw DriverError(subject: "test", detail: "\(finding)") }
        return reason
    }

    @Test func defaultsStayOnAnOrdinaryHost() async throws {
        let found = try await found { _ in }
        #expect(found.arguments.isEmpty)
        #expect(found.runtime == nil)
        #expect(found.notes.isEmpty)
    }

    @Test func withoutSystemd() async throws {
        let (finding, host) = await find { $0.hasSystemd = false }
        guard case .found(let found) = finding else { throw DriverError(subject: "test", detail: "\(finding)") }
        #expect(found.arguments == ["--cgroup-manager", "cgroupfs", "--events-backend", "file"])
        #expect(
            host.commands == [
                [
                    "/usr/bin/podman", "--cgroup-manager", "cgroupfs", "--events-backend", "file", "info", "--format",
                    "json",
                ]
            ]
        )
    }

    @Test func runcWhereCrunRefuses() async throws {
        let found = try await found { $0.cgroups = .hybrid(controllersOnV2: true) }
        #expect(found.runtime == "runc")
        let options = try EngineOptions(EnvironmentSpec(name: "x", driver: "podman", options: ["runtime": "crun"]))
        #expect(throws: Unavailable.self) { try found.runtime(for: options) }
        #expect(
            found.report.facts(try EngineOptions(EnvironmentSpec(name: "x", driver: "podman")), runtime: "runc")[
                "runtime"
            ] == "runc"
        )
    }

    @Test func crunWhereItCanBeKeptFromSeeingTheMixture() async throws {
        let found = try await found {
            $0.cgroups = .hybrid(controllersOnV2: true)
            $0.unifiedMount = "/sys/fs/cgroup/unified"
            $0.programs["crun"] = "/usr/bin/crun"
        }
        // The engine's own choice is still the runtime that needs no help.
        #expect(found.runtime == "runc")
        #expect(found.hiddenMounts == ["crun": "/sys/fs/cgroup/unified"])
        let options = try EngineOptions(EnvironmentSpec(name: "x", driver: "podman", options: ["runtime": "crun"]))
        #expect(try found.runtime(for: options) == "crun")
    }

    @Test func crunWhereItWorks() async throws {
        #expect(try await found { $0.cgroups = .hybrid(controllersOnV2: false) }.runtime == nil)
        #expect(try await found { $0.cgroups = .v1 }.runtime == nil)
    }

    @Test func unavailable() async throws {
        #expect(try await reason { $0.programs["podman"] = nil }.reason == "podman is not installed")
        // Whether an ordinary user's podman will do is for the environment to say.
        #expect(try await found { $0.isRoot = false }.runtime == nil)
        #expect(try await reason { $0.answers = [:] }.reason.contains("did not end within 30 s"))
        let broken = try await reason {
            $0.answers["info"] = CommandResult(status: 125, errorOutput: "Error: cannot open storage.conf\n")
        }
        #expect(broken.reason == "'podman info' failed: Error: cannot open storage.conf")
        let remote = try await reason {
            let output = ProcessFixtures.podmanInfo.replacing("Remote\":false", with: "Remote\":true")
            $0.answers["info"] = CommandResult(status: 0, output: output)
        }
        #expect(remote.nextStep.contains("CONTAINER_HOST"))
        let noRunc = try await reason {
            $0.cgroups = .hybrid(controllersOnV2: true)
            $0.programs["runc"] = nil
        }
        #expect(noRunc.nextStep == "install runc")
    }
}
