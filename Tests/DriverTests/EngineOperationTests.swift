import BenchrunModel
import Foundation
import Host
import Testing

@testable import ProcessDrivers

@Suite("operations of engines")
struct EngineOperationTests {
    private func request(_ dialect: EngineDialect) -> OperationRequest {
        OperationRequest(
            engine: EngineClient(
                dialect: dialect,
                executable: "/usr/bin/" + dialect.name,
                arguments: [],
                socket: nil,
                launcher: ProcessFixtures.launcher,
                surroundings: FakeSurroundings()
            ),
            payload: OperationPayload(tar: "/d/layer.tar", packed: "/d/layer.tar.gz", buildContext: "/d/build"),
            label: "benchrun.run=1",
            directory: "/d",
            limit: .seconds(9)
        )
    }

    @Test func importing() {
        #expect(
            request(.docker).importing(as: "a:b")
                == ["import", "--change", "LABEL benchrun.run=1", "/d/layer.tar", "a:b"]
        )
    }

    @Test func aBuildHasTheLimitsOfInstances() {
        let limits = Limits(cpus: [1], housekeepingCPUs: [0], cpuQuota: 50, memory: 1 << 29)
        let docker = request(.docker).building("a:b", limits: limits, cgroupParent: "/benchrun/1")
        #expect(
            docker == [
                "build", "--no-cache", "--force-rm", "--network", "none", "--label", "benchrun.run=1", "--tag", "a:b",
                "--cgroup-parent", "/benchrun/1", "--cpuset-cpus", "1", "--cpu-period", "100000", "--cpu-quota",
                "50000", "--memory", "536870912", "--memory-swap", "536870912", "/d/build",
            ]
        )
        let podman = request(.podman).building("a:b", limits: limits, cgroupParent: "/benchrun/1")
        #expect(podman.contains("--ulimit"))
        var other = request(.podman)
        other.runtime = "runc"
        let build = other.building("a:b", limits: limits, cgroupParent: "/benchrun/1")
        #expect(build.prefix(3) == ["--runtime", "runc", "build"])
        #expect(podman.filter { !$0.contains("=") || $0.contains("benchrun") }.last == "/d/build")
    }

    @Test func onlyPodmanHasToBeToldThatThereIsNoTLS() {
        #expect(EngineDialect.docker.insecure.isEmpty)
        #expect(EngineDialect.podman.insecure == ["--tls-verify=false"])
    }

    @Test func theRegistrysConfigurationQuotesItsPath() {
        let text = LoopbackRegistry.configuration(data: "/a \"b\"\\c", address: "127.0.0.1:5000")
        #expect(text.contains(#"{rootdirectory: "/a \"b\"\\c"}"#))
        #expect(text.contains(#"http: {addr: "127.0.0.1:5000"}"#))
    }

    @Test func places() {
        #expect(LoopbackRegistry.target("/v2/x?y=z") == "/v2/x?y=z")
        #expect(LoopbackRegistry.target("http://127.0.0.1:5000/v2/x?y=z") == "/v2/x?y=z")
        #expect(LoopbackRegistry.target("nonsense") == nil)
    }

    @Test func anImageNamesItsBytes() throws {
        let tar = "sha256:" + String(repeating: "a", count: 64)
        let packed = "sha256:" + String(repeating: "b", count: 64)
        let image = RegistryImage(layer: [1, 2, 3], digests: (tar, packed), labels: ["benchrun.run": "1"])
        let read = try JSONSerialization.jsonObject(with: Data(image.manifest)) as? [String: Any]
        let manifest = try #require(read)
        let layer = try #require((manifest["layers"] as? [[String: Any]])?.first)
        #expect(layer["digest"] as? String == packed && layer["size"] as? Int == 3)
        let configuration = try #require(manifest["config"] as? [String: Any])
        #expect(configuration["digest"] as? String == "sha256:" + SHA256.hexDigest(of: image.configuration))
        #expect(configuration["size"] as? Int == image.configuration.count)
        let text = String(decoding: image.configuration, as: UTF8.self)
        #expect(text.contains("\"diff_ids\":[\"\(tar)\"]") && text.contains("\"benchrun.run\":\"1\""))
    }

    @Test func whatTheDaemonSaysAtTheEndOfItsAnswer() {
        let fine = "{\"status\":\"Pulling\"}\r\n{\"status\":\"an \\\"error\\\" in words\"}\r\n"
        #expect(SocketOperation.error(in: fine) == nil)
        let broken = fine + "{\"errorDetail\":{\"message\":\"no space\"},\"error\":\"no space\"}\r\n"
        #expect(SocketOperation.error(in: broken) == "no space")
        #expect(SocketOperation.error(in: "") == nil)
    }

    @Test func theSocketIsAskedForTheSame() {
        let limits = Limits(cpus: [1], housekeepingCPUs: [0], cpuQuota: 50, memory: 1 << 29)
        let build = request(.docker).socketBuild("a", tag: "b", limits: limits, cgroupParent: "/benchrun/1")
        #expect(build.file == "/d/build.tar")
        #expect(
            build.query.map { "\($0.name)=\($0.value)" } == [
                "t=a:b", "nocache=1", "forcerm=1", "networkmode=none", "cgroupparent=/benchrun/1", "cpusetcpus=1",
                "cpuperiod=100000", "cpuquota=50000", "memory=536870912", "memswap=536870912",
            ]
        )
        let pull = OperationRequest.pulling("127.0.0.1:5000/x", tag: "b")
        #expect(
            EngineSocket(path: "/s", apiVersion: "1.41").target(pull.words, query: pull.query)
                == "/v1.41/images/create?fromImage=127.0.0.1%3A5000%2Fx&tag=b"
        )
    }

    @Test func aFreePortIsFree() throws {
        let port = try #require(HTTPAddress.freePort())
        #expect(port > 1023)
        #expect(throws: HTTPFailure.self) { try HTTPAddress.loopback(port).connect(waiting: 1) }
    }

    @Test func imagesOfARunAreRemovedUntilNoneIsLeft() async throws {
        let host = FakeSurroundings {
            $0.answers = [
                // No builder of the run was left.
                "image": CommandResult(status: 1, output: ""),
                "images": CommandResult(status: 0, output: "sha256:aa\nsha256:aa\nsha256:bb\n"),
                "rmi": CommandResult(status: 1, output: "", errorOutput: "in use"),
            ]
        }
        let client = EngineClient(
            dialect: .podman,
            executable: "/usr/bin/podman",
            arguments: [],
            socket: nil,
            launcher: ProcessFixtures.launcher,
            surroundings: host
        )
        let images = OperationImages(engine: client)
        #expect(try await images.all(of: ProcessFixtures.run()) == ["sha256:aa", "sha256:bb"])
        await #expect(throws: DriverError.self) { try await images.remove(of: ProcessFixtures.run()) }
        #expect(host.commands.contains(["/usr/bin/podman", "rmi", "--force", "sha256:bb"]))
    }
}
