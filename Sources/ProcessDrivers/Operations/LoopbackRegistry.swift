import BenchrunModel
import Foundation
import Host

/// A registry of one run on a port of 127.0.0.1: Debian's docker-registry as a private daemon.
actor LoopbackRegistry {
    /// Where images are pushed to and pulled from: `127.0.0.1:5000`.
    nonisolated let host: String
    private let address: HTTPAddress
    private let daemon: PrivateDaemon
    private let data: String
    private var seeded = false

    private static let patience = Duration.seconds(20)

    private init(_ address: HTTPAddress, daemon: PrivateDaemon, data: String) {
        self.address = address
        host = address.host
        self.daemon = daemon
        self.data = data
    }

    /// Starts it.
    /// - Parameters:
    ///   - name: of the daemon, unique in the run.
    ///   - directory: takes its data, configuration and log.
    /// - Throws: ``DriverError`` where there is no registry program or it does not start.
    static func start(
        named name: String,
        in directory: String,
        setup: DriverSetup,
        surroundings: any Surroundings
    ) async throws -> LoopbackRegistry {
        guard let program = surroundings.path(of: "docker-registry") ?? surroundings.path(of: "registry") else {
            throw DriverError(
                subject: name,
                detail: "no registry program is installed",
                nextStep: "install docker-registry, or run 'make setup'"
            )
        }
        let data = directory + "/data"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        var last: any Error = DriverError(subject: name, detail: "no port of 127.0.0.1 is free")
        // Between looking for a port and taking it another process may be quicker.
        for attempt in 1...3 {
            guard let port = HTTPAddress.freePort() else { break }
            let address = HTTPAddress.loopback(port)
            let file = directory + "/registry.yml"
            try Data(configuration(data: data, address: address.host).utf8).write(to: URL(fileURLWithPath: file))
            do {
                let daemon = try await PrivateDaemon.start(
                    name: name,
                    command: [program, "serve", file],
                    launcher: Launcher(agentExecutable: setup.agentExecutable),
                    setup: setup,
                    logFile: directory + "/registry-\(attempt).log",
                    within: patience,
                    isReady: { await isAnswering(address) }
                )
                return LoopbackRegistry(address, daemon: daemon, data: data)
            } catch let error as HostError {
                last = DriverError(subject: name, detail: error.detail, nextStep: error.nextStep)
            }
        }
        throw last
    }

    /// What it reads. No cache of what it holds: the data are emptied behind its back.
    static func configuration(data: String, address: String) -> String {
        """
        version: 0.1
        log: {level: error, accesslog: {disabled: true}}
        storage: {filesystem: {rootdirectory: \(quoted(data))}}
        http: {addr: \(quoted(address))}

        """
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static func isAnswering(_ address: HTTPAddress) async -> Bool {
        let ask = HTTPExchange(method: "GET", target: "/v2/", limit: .seconds(2))
        return (try? await ask.answer(from: address).isSuccess) ?? false
    }

    /// Lets it hold an image of one layer.
    /// - Parameters:
    ///   - repository: its name.
    ///   - tag: its tag.
    ///   - labels: what its configuration carries.
    func hold(_ payload: OperationPayload, as repository: String, tag: String, labels: [String: String]) async throws {
        guard !seeded else { return }
        let file = payload.packed
        let layer = try await BlockingExecutor(name: "registry-seed").run {
            Array(try Data(contentsOf: URL(fileURLWithPath: file)))
        }
        let image = RegistryImage(layer: layer, digests: payload.digests, labels: labels)
        let blobs = [
            (image.layer, payload.digests.packed),
            (image.configuration, RegistryImage.digest(of: image.configuration)),
        ]
        for (blob, digest) in blobs {
            let begun = try await ask(HTTPExchange(method: "POST", target: "/v2/\(repository)/blobs/uploads/"))
            guard let location = begun.headers["location"], let place = Self.target(location) else {
                throw failure("an upload has no place")
            }
            var upload = HTTPExchange(
                method: "PUT",
                target: place + (place.contains("?") ? "&" : "?") + "digest=" + digest.replacing(":", with: "%3A")
            )
            upload.headers = [("Content-Type", "application/octet-stream")]
            upload.body = blob
            _ = try await ask(upload)
        }
        var put = HTTPExchange(method: "PUT", target: "/v2/\(repository)/manifests/\(tag)")
        put.headers = [("Content-Type", RegistryImage.manifestType)]
        put.body = image.manifest
        _ = try await ask(put)
        seeded = true
    }

    /// Deletes all that it holds.
    func empty() throws {
        seeded = false
        let all = data + "/docker"
        if FileManager.default.fileExists(atPath: all) { try FileManager.default.removeItem(atPath: all) }
    }

    /// Ends it. Idempotent.
    func stop() async {
        await daemon.stop()
    }

    private func ask(_ exchange: HTTPExchange) async throws -> HTTPAnswer {
        do {
            let answer = try await exchange.answer(from: address)
            guard answer.isSuccess else {
                throw failure(
                    "\(exchange.method) \(exchange.target.prefix(80)): status \(answer.status) "
                        + String(decoding: answer.body.prefix(300), as: UTF8.self)
                )
            }
            return answer
        } catch let error as HTTPFailure {
            throw failure(error.description)
        }
    }

    private func failure(_ detail: String) -> DriverError {
        DriverError(subject: "registry \(host)", detail: detail, nextStep: "run 'benchrun doctor'")
    }

    /// Path and query of a URL, or of a place on the same host.
    static func target(_ location: String) -> String? {
        guard !location.hasPrefix("/") else { return location }
        guard let scheme = location.firstRange(of: "://") else { return nil }
        let rest = location[scheme.upperBound...]
        return rest.firstIndex(of: "/").map { String(rest[$0...]) }
    }
}
