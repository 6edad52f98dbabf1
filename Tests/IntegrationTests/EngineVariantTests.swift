import BenchrunModel
import Foundation
import Glibc
import Results
import Testing

extension IntegrationTests {
    /// Every variant of the engines that this machine can give, and for the others the true reason.
    @Suite struct EngineVariantTests {
        private static let open = ["docker-seccomp-unconfined", "docker-host-network", "podman-seccomp-unconfined"]
        private static let layers = ["docker-overlay-scratch", "podman-overlay-scratch"]
        private static let others = ["docker-volume", "podman-runc", "podman-crun"]
        private static let impossible = ["docker-privileged", "podman-rootless"]
        private static var possible: [String] { open + layers + others }

        /// The network namespace that a command is in, by its number.
        private static let workload = """
            title: The network namespace of a command
            class: application
            command: [stat, -L, -c, '%i', /proc/self/ns/net]
            metrics:
              - {name: namespace, unit: inode, better: lower, pattern: '^([0-9]+)$'}

            """

        @Test(.timeLimit(.minutes(5)))
        func eachIsWhatItsFileSays() async throws {
            try await Sandbox.within { sandbox in
                let before = try await Leftovers.now()
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: ["namespace"],
                    environments: ["native", "docker", "podman"] + Self.possible + Self.impossible,
                    rounds: 1
                )
                try suite.add(workload: "namespace", ofClass: "application", Self.workload)
                let run = try await Invocation.run(sandbox.run(suite), in: sandbox)
                let samples = try sandbox.soundSamples(of: run)
                let manifest = try sandbox.onlyRun().loadManifest()
                let records = Dictionary(uniqueKeysWithValues: manifest.environments.map { ($0.spec.name, $0) })
                try Self.checkNetworks(samples)
                for name in Self.possible {
                    let record = try #require(records[name])
                    #expect(record.unavailable == nil, "\(name)")
                    let seccomp = Self.open.contains(name) ? "disabled" : "filter"
                    #expect(record.attested[FactKey.seccomp] == seccomp, "\(name)")
                    let isLayer = record.attested[FactKey.scratchType] == "overlay"
                    #expect(isLayer == Self.layers.contains(name), "\(name)")
                    #expect(record.enforced[FactKey.memoryLimit] == "\(512 << 20)", "\(name)")
                    #expect(record.enforced[FactKey.cpus] == Limits.list(manifest.limits.cpus), "\(name)")
                }
                #expect(records["podman-crun"]?.driverFacts["runtime"] == "crun")
                #expect(records["podman-runc"]?.driverFacts["runtime"] == "runc")
                #expect(records["docker-host-network"]?.driverFacts["network"] == "host")
                Self.checkReasons(records)
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "\(left)")
                #expect(EngineStores.volumes.isEmpty)
            }
        }

        private static func checkNetworks(_ samples: [Sample]) throws {
            var host = stat()
            try #require(stat("/proc/self/ns/net", &host) == 0)
            let values = Dictionary(samples.map { ($0.environment, $0.value) }) { _, last in last }
            #expect(Set(values.keys) == Set(["native", "docker", "podman"] + possible))
            for (environment, value) in values {
                let number = try #require(value, "\(environment)")
                #expect((number == Double(host.st_ino)) == (environment == "docker-host-network"), "\(environment)")
            }
        }

        /// Root of this machine has, or has not, what a privileged container would be given.
        private static func checkReasons(_ records: [String: EnvironmentRecord]) {
            let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
            let mask = status.split(separator: "\n").first { $0.hasPrefix("CapBnd:") }?.split(separator: "\t").last
            let bits = mask.flatMap { UInt64($0, radix: 16) } ?? 0
            let privileged = records["docker-privileged"]?.unavailable?.reason
            if bits & (1 << 24) == 0 {
                #expect(privileged?.contains("this host's root lacks CAP_SYS_RESOURCE") == true, "\(privileged ?? "-")")
            }
            let rootless = records["podman-rootless"]?.unavailable
            #expect(rootless?.reason == "rootless podman is an ordinary user's, and benchrun runs as root")
            #expect(rootless?.nextStep.contains("/etc/subuid") == true)
        }

        /// What a killed run leaves of the variants that make something of their own: a volume, a wrapped runtime.
        @Test(.timeLimit(.minutes(5)))
        func aKilledRunLeavesNothingOfThem() async throws {
            try await Sandbox.within { sandbox in
                let before = try await Leftovers.now()
                let suite = try SmallSuite(
                    in: sandbox,
                    workloads: ["sysbench-cpu"],
                    environments: ["native", "docker-volume", "docker-api", "podman-crun"],
                    rounds: 1
                )
                try await BackgroundRun.within(sandbox.run(suite), in: sandbox) { run in
                    _ = try await run.line(containing: "[2/")
                    kill(run.pid, SIGKILL)
                    #expect(try await run.end().status == 128 + SIGKILL)
                }
                let clean = try await Invocation.run([Machine.benchrun, "clean"], in: sandbox)
                #expect(clean.status == 0 && clean.errors.isEmpty, "\(clean.errors)")
                let left = try await Leftovers.left(by: sandbox, since: before)
                #expect(left.isEmpty, "left after\n\(clean.output)\nis\n\(left)")
                #expect(EngineStores.volumes.isEmpty)
            }
        }
    }
}

/// What engines keep on disk, looked at without them.
enum EngineStores {
    private static let docker = Sandbox.cache + "/benchrun/docker"

    private static func names(in directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    }

    /// Volumes in the stores of private docker daemons.
    static var volumes: [String] {
        names(in: docker).flatMap { store in
            names(in: "\(docker)/\(store)/volumes").filter { $0.count == 64 }.map { "\(store)/\($0)" }
        }
    }

    /// Images there whose configuration names a run.
    static func images(of run: RunID) -> [String] {
        names(in: docker).flatMap { store -> [String] in
            let directory = "\(docker)/\(store)/image/\(store)/imagedb/content/sha256"
            return names(in: directory).filter { name in
                let text = FileManager.default.contents(atPath: "\(directory)/\(name)")
                return text.map { String(decoding: $0, as: UTF8.self).contains(run.text) } ?? false
            }
        }
    }
}
