import BenchrunModel
import Host
import Testing

@testable import ProcessDrivers

@Suite("what engines say about themselves")
struct ProcessReportTests {
    private func plain() throws -> EngineOptions { try EngineOptions(EnvironmentSpec(name: "x", driver: "docker")) }

    @Test func dockerVersion() {
        #expect(DockerVersion(ProcessFixtures.dockerVersion)?.server?.version == "20.10.24+dfsg1")
        #expect(DockerVersion(ProcessFixtures.dockerVersionAlone)?.client?.version == "28.2.2")
        #expect(DockerVersion(ProcessFixtures.dockerVersionAlone)?.server == nil)
        #expect(DockerVersion("podman version 4.3.1") == nil)
        #expect(DockerVersion("") == nil)
    }

    @Test func dockerInfo() throws {
        var report = try #require(DockerInfo(ProcessFixtures.dockerInfo)).report
        report.clientVersion = "28.2.2"
        #expect(
            report.facts(try plain(), runtime: nil) == [
                "engine.version": "20.10.24+dfsg1", "client.version": "28.2.2", "runtime": "runc",
                "storage.driver": "overlay2", "cgroup.driver": "cgroupfs", "cgroup.version": "1",
                "seccomp.profile": "default", "rootless": "no",
            ]
        )
        #expect(report.runtimes == ["runc", "io.containerd.runc.v2"])
    }

    @Test func dockerInfoOfAnOrdinaryHost() throws {
        let report = try #require(DockerInfo(ProcessFixtures.dockerInfoSystemd)).report
        #expect(report.cgroupDriver == "systemd")
        #expect(report.cgroupVersion == "2")
        #expect(report.seccomp == "builtin")
        var open = try plain()
        open.seccomp = .unconfined
        #expect(report.facts(open, runtime: "crun")["seccomp.profile"] == "unconfined")
    }

    @Test func dockerInfoWithoutDaemon() {
        #expect(DockerInfo(#"{"ID":"","Containers":0,"Driver":"","ServerErrors":["Cannot connect"]}"#) == nil)
        #expect(DockerInfo("[]") == nil)
    }

    @Test func securityOptions() throws {
        let none = ProcessFixtures.dockerInfo.replacing(
            "[\"name=seccomp,profile=default\"]",
            with: "[\"name=rootless\"]"
        )
        let report = try #require(DockerInfo(none)).report
        #expect(report.seccomp == "disabled")
        #expect(report.isRootless)
    }

    @Test func podmanInfo() throws {
        let info = try #require(PodmanInfo(ProcessFixtures.podmanInfo))
        #expect(!info.isRemote)
        #expect(
            info.report.facts(try plain(), runtime: "runc") == [
                "engine.version": "4.3.1", "client.version": "4.3.1", "runtime": "runc", "storage.driver": "overlay",
                "cgroup.driver": "cgroupfs", "cgroup.version": "1",
                "seccomp.profile": "/usr/share/containers/seccomp.json", "rootless": "no",
            ]
        )
        #expect(PodmanInfo("{}") == nil)
    }
}

@Suite("engine calls")
struct EngineClientTests {
    private func client(_ change: (inout FakeSurroundings) -> Void) -> EngineClient {
        EngineClient(
            dialect: .docker,
            executable: "/usr/bin/docker",
            arguments: ["--host", "unix:///var/run/docker.sock"],
            socket: "/var/run/docker.sock",
            launcher: ProcessFixtures.launcher,
            surroundings: FakeSurroundings(change)
        )
    }

    private func failure(_ client: EngineClient) async throws -> DriverError {
        do {
            _ = try await client.check(["create", "x"])
        } catch let error as DriverError {
            return error
        }
        throw DriverError(subject: "test", detail: "it did not fail")
    }

    @Test func aFailureIsTheEnginesOwnWords() async throws {
        let error = try await failure(
            client {
                $0.answers["create"] = CommandResult(status: 125, errorOutput: "Error: no such image\n")
                $0.answers["version"] = CommandResult(status: 0, output: "28.2.2")
            }
        )
        #expect(error.description == "docker/create: Error: no such image; run 'benchrun doctor'")
        #expect(!error.isDaemonGone)
    }

    @Test func aDeadDaemonIsToldFromAFailure() async throws {
        let error = try await failure(
            client {
                $0.answers["create"] = CommandResult(status: 1, errorOutput: "Cannot connect to the Docker daemon")
                $0.sockets["/var/run/docker.sock"] = .silent
            }
        )
        #expect(error.isDaemonGone)
        #expect(error.description.hasPrefix("docker/create: the daemon at /var/run/docker.sock no longer answers; "))
    }

    @Test func aHangingDaemonIsGone() async throws {
        // It accepts connections, and neither the call nor the question whether it lives comes to an end.
        let error = try await failure(client { _ in })
        #expect(error.isDaemonGone)
    }

    @Test func startingAsksTheSocketFirst() {
        let client = client { $0.sockets["/var/run/docker.sock"] = .silent }
        #expect {
            try client.requireDaemon("start")
        } throws: { error in
            (error as? DriverError)?.isDaemonGone == true
        }
    }

    @Test func sockets() {
        #expect(UnixSocket.state("/nonexistent/docker.sock") == .missing)
        #expect(UnixSocket.state("/" + String(repeating: "x", count: 200)) == .missing)
    }
}
