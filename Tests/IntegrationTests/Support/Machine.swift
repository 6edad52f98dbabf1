import Foundation
import Glibc
import Host
import Testing

/// All integration tests nest under this suite: they share one host, on which one run may measure at a time.
@Suite(.serialized, .enabled(if: Machine.isPrepared, Comment(rawValue: Machine.whyNot)))
struct IntegrationTests {}

/// What integration tests need of the machine.
enum Machine {
    /// The executable under test: `make integration` names its folder.
    static let benchrun: String = {
        let folder = ProcessInfo.processInfo.environment["BENCHRUN_BIN"] ?? packageDirectory + "/.build/bin"
        return folder + "/benchrun"
    }()

    /// The checkout.
    static let packageDirectory: String = {
        var url = URL(filePath: #filePath)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url.path(percentEncoded: false)
    }()

    /// Names of the environments that the project ships, sorted.
    static var environments: [String] { files(in: "environments") }

    /// Whether an environment depends on more than what `make setup` installs: working KVM, huge pages that the host
    /// keeps ready, virtiofsd, all capabilities, an ordinary user. All others have to be available.
    static func mayBeUnavailable(_ environment: String) -> Bool {
        environment.hasPrefix("libvirt-kvm") || environment.hasSuffix("-hugepages")
            || environment.hasSuffix("-virtiofs") || ["docker-privileged", "podman-rootless"].contains(environment)
    }

    /// Names of the shipped files of a kind, sorted.
    static func files(in folder: String) -> [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: "\(packageDirectory)/benchmarks/\(folder)")
        return (names ?? []).filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(".yaml".count)) }.sorted()
    }

    /// In CI a machine that is not prepared is a failure, not a skip.
    static var isPrepared: Bool { isCI || whyNot.isEmpty }

    static var isCI: Bool { ProcessInfo.processInfo.environment["CI"] == "true" }

    static let whyNot: String = {
        if geteuid() != 0 { return "integration tests start containers and domains, and need root" }
        if !FileManager.default.isExecutableFile(atPath: benchrun) { return "'make build' has not made \(benchrun)" }
        return ""
    }()
}

/// A place for one test's state and results; images and daemons' stores are shared between tests.
struct Sandbox: Sendable {
    let directory: String

    init() throws {
        directory = "/tmp/brit-" + String(UInt32.random(in: 0...UInt32.max), radix: 36)
        try FileManager.default.createDirectory(atPath: directory + "/run", withIntermediateDirectories: true)
    }

    static let cache = Machine.packageDirectory + "/.build/integration-cache"

    var results: String { directory + "/results" }
    var plots: String { directory + "/plots" }

    var environment: [String: String] {
        [
            "XDG_CACHE_HOME": Self.cache, "XDG_STATE_HOME": directory + "/state",
            "XDG_RUNTIME_DIR": directory + "/run", "NO_COLOR": "1",
        ]
    }

    /// Arguments for a command that measures, with the sandbox's folders.
    func arguments(_ arguments: [String]) -> [String] {
        [Machine.benchrun] + arguments + ["--results", results, "--plots", plots]
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: directory)
    }
}

/// A finished invocation of benchrun.
struct Invocation: Sendable {
    var status: Int32
    var output: String
    var errors: String

    /// Runs benchrun to its end.
    static func run(
        _ arguments: [String],
        in sandbox: Sandbox,
        environment: [String: String] = [:],
        directory: String? = nil,
        limit: Duration = .seconds(600)
    ) async throws -> Invocation {
        let all = sandbox.environment.merging(environment) { $1 }
        let result = try await HostCommand(
            arguments,
            environment: all,
            directory: directory ?? Machine.packageDirectory,
            timeLimit: limit
        ).run()
        return Invocation(status: result.status, output: result.output, errors: result.errorOutput)
    }
}
