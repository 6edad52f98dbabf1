import BenchrunModel
import Foundation
import Host
import Testing

@testable import ProcessDrivers

@Suite("the engine's socket")
struct EngineSocketTests {
    /// Reads an answer that comes in pieces of a size.
    private func answer(_ text: String, pieces size: Int = 7) throws -> HTTPAnswer {
        var rest = Array(text.utf8)[...]
        return try HTTPAnswer { () throws(HTTPFailure) in
            let piece = Array(rest.prefix(size))
            rest = rest.dropFirst(size)
            return piece
        }
    }

    @Test(arguments: [1, 3, 1000])
    func bodies(size: Int) throws {
        let counted = try answer("HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nhello, and more", pieces: size)
        #expect(counted == HTTPAnswer(status: 201, headers: ["content-length": "5"], body: Array("hello".utf8)))
        let chunked = try answer(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nwiki\r\n6\r\npedia \r\n0\r\n\r\n",
            pieces: size
        )
        #expect(String(decoding: chunked.body, as: UTF8.self) == "wikipedia ")
        let open = try answer("HTTP/1.0 200 OK\r\nX: a:b\r\n\r\nto the end", pieces: size)
        #expect(String(decoding: open.body, as: UTF8.self) == "to the end" && open.headers["x"] == "a:b")
        let later = try answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", pieces: size)
        #expect(later.status == 204 && later.isSuccess && later.body.isEmpty)
    }

    @Test(
        arguments: [
            "", "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 2000 X\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
        ]
    )
    func whatIsNoAnswerIsRefused(text: String) {
        #expect(throws: HTTPFailure.self) { try answer(text) }
    }

    @Test func headsWithoutEndAreRefused() {
        let endless = "HTTP/1.1 200 OK\r\n" + String(repeating: "X: y\r\n", count: 20_000)
        #expect(throws: HTTPFailure.self) { try answer(endless, pieces: 65_536) }
    }

    @Test func requests() {
        var exchange = HTTPExchange(method: "POST", target: "/v1.41/containers/x/start")
        exchange.headers = [("X-A", "b")]
        exchange.body = Array("{}".utf8)
        let text = String(decoding: exchange.request(to: .unix("/s")), as: UTF8.self)
        #expect(
            text == "POST /v1.41/containers/x/start HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Length: 2\r\nX-A: b\r\n\r\n{}"
        )
        let upgrade = String(decoding: exchange.request(to: .loopback(5000), upgrades: true), as: UTF8.self)
        #expect(upgrade.contains("Host: 127.0.0.1:5000\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"))
    }

    @Test func targetsAreEscaped() {
        let socket = EngineSocket(path: "/s", apiVersion: "1.41")
        #expect(
            socket.target(["containers", "a/b?c"], query: [("name", "x y&z"), ("t", "3")])
                == "/v1.41/containers/a%2Fb%3Fc?name=x%20y%26z&t=3"
        )
        #expect(EngineSocket(path: "/s", apiVersion: nil).target(["_ping"]) == "/_ping")
    }

    @Test func nobodyListens() async {
        let exchange = HTTPExchange(method: "GET", target: "/", limit: .seconds(2))
        await #expect(throws: HTTPFailure.self) { try await exchange.answer(from: .unix("/nowhere/socket")) }
        let tooLong = "/" + String(repeating: "x", count: 200)
        await #expect(throws: HTTPFailure.self) { try await exchange.answer(from: .unix(tooLong)) }
    }

    @Test func theDocumentAsksForWhatTheArgumentsAskFor() throws {
        let request = try ProcessFixtures.request {
            $0.options.seccomp = .unconfined
            $0.runtime = "runc"
        }
        let read = try JSONSerialization.jsonObject(with: request.document()) as? [String: Any]
        let document = try #require(read)
        let host = try #require(document["HostConfig"] as? [String: Any])
        #expect(document["Image"] as? String == "benchrun:0123456789abcdef")
        #expect(document["Entrypoint"] as? [String] == ["/.benchrun-agent"])
        #expect(document["Cmd"] as? [String] == ["serve", "--stdio"])
        #expect(document["OpenStdin"] as? Bool == true && document["Tty"] as? Bool == false)
        let labels = try #require(document["Labels"] as? [String: String])
        #expect(labels["benchrun.run"] == "20261123-1" && labels["benchrun.scratch"] == request.scratch)
        #expect(host["CgroupParent"] as? String == "/benchrun/20261123-1")
        #expect(host["CpusetCpus"] as? String == "1,2")
        #expect(host["CpuPeriod"] as? Int == 100_000 && host["CpuQuota"] as? Int == 100_000)
        #expect(host["Memory"] as? Int == 536_870_912 && host["MemorySwap"] as? Int == 536_870_912)
        #expect(host["ReadonlyRootfs"] as? Bool == true && host["Privileged"] as? Bool == false)
        #expect(host["NetworkMode"] as? String == "none" && host["PidsLimit"] as? Int == -1)
        #expect(host["SecurityOpt"] as? [String] == ["seccomp=unconfined"] && host["Runtime"] as? String == "runc")
        let binds = [request.scratch + ":/scratch", "/opt/benchrun-agent:/.benchrun-agent:ro"]
        #expect(host["Binds"] as? [String] == binds)
        let limits = try #require(host["Ulimits"] as? [[String: Any]])
        #expect(limits.map { $0["Name"] as? String } == ["nofile", "memlock"])
        #expect(limits.map { $0["Hard"] as? Int } == [20000, -1])
        #expect((host["Tmpfs"] as? [String: String])?["/run"] == "rw,exec,nosuid,nodev,mode=755")
        #expect((host["LogConfig"] as? [String: String])?["Type"] == "none")
        #expect(host["Mounts"] == nil)
    }

    @Test func theDocumentLeavesOutWhatIsNotLimited() throws {
        let request = try ProcessFixtures.request {
            $0.limits = Limits(cpus: [], housekeepingCPUs: [], cpuQuota: 0, memory: 0)
            $0.options.scratch = .engineVolume
            $0.options.network = .host
        }
        let read = try JSONSerialization.jsonObject(with: request.document()) as? [String: Any]
        let host = try #require(read?["HostConfig"] as? [String: Any])
        for name in ["CpusetCpus", "CpuPeriod", "CpuQuota", "Memory", "MemorySwap", "SecurityOpt", "Runtime"] {
            #expect(host[name] == nil, "\(name)")
        }
        #expect(host["NetworkMode"] as? String == "host")
        #expect((host["Mounts"] as? [[String: String]]) == [["Type": "volume", "Target": "/scratch"]])
        #expect(host["Binds"] as? [String] == ["/opt/benchrun-agent:/.benchrun-agent:ro"])
    }

    @Test func theDaemonsVersionOfTheAPIIsSpoken() {
        #expect(DockerVersion(ProcessFixtures.dockerVersion)?.server?.api == "1.41")
    }

    // MARK: - A container's streams

    @Test func framesAreTakenApart() async throws {
        let ends = try AgentLink.spawnPair()
        let log = NSTemporaryDirectory() + "benchrun-attached-\(UInt32.random(in: 0...UInt32.max))"
        defer { try? FileManager.default.removeItem(atPath: log) }
        let (link, channel) = try AttachedStream.open(ends.link, name: "x", log: log)
        #expect(channel.isOpen)
        let words = Array("it said so\n".utf8)
        let bytes = [UInt8]([2, 0, 0, 0, 0, 0, 0, UInt8(words.count)]) + words
        #expect(bytes.withUnsafeBytes { write(ends.child, $0.baseAddress, $0.count) } == bytes.count)
        // What is no agent's frame ends the link, not the stream.
        close(ends.child)
        await channel.end(within: .seconds(10))
        #expect(!channel.isOpen)
        #expect(FileManager.default.contents(atPath: log).map { Array($0) } == words)
        await #expect(throws: (any Error).self) { try await link.hello(within: .seconds(5)) }
        channel.drop()
        await link.close()
    }

    @Test func aDroppedStreamEnds() async throws {
        let ends = try AgentLink.spawnPair()
        defer { close(ends.child) }
        let (link, channel) = try AttachedStream.open(ends.link, name: "x", log: "/dev/null")
        channel.drop()
        await channel.end(within: .seconds(10))
        #expect(!channel.isOpen)
        await link.close()
    }
}
