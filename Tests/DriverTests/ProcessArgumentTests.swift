import BenchrunModel
import Testing

@testable import ProcessDrivers

@Suite("container arguments")
struct ProcessArgumentTests {
    /// The words after each occurrence of an option.
    private func values(_ option: String, in arguments: [String]) -> [String] {
        zip(arguments, arguments.dropFirst()).filter { $0.0 == option }.map(\.1)
    }

    @Test func dockerCreate() throws {
        #expect(
            try ProcessFixtures.request().arguments(in: .docker) == [
                "create", "--interactive", "--name", "benchrun-20261123-1-3-docker-0", "--hostname", "benchrun",
                "--pull", "never", "--label", "benchrun.run=20261123-1",
                "--label", "benchrun.instance=benchrun-20261123-1-3-docker-0",
                "--label", "benchrun.scratch=/data/benchrun-20261123-1-docker/benchrun-20261123-1-3-docker-0",
                "--cgroup-parent", "/benchrun/20261123-1", "--cpuset-cpus", "1,2", "--cpu-period", "100000",
                "--cpu-quota", "100000", "--memory", "536870912", "--memory-swap", "536870912",
                "--ulimit", "nofile=1024:20000", "--ulimit", "memlock=8388608:-1", "--pids-limit", "-1",
                "--shm-size", "536870912", "--network", "none", "--log-driver", "none", "--init=false", "--user",
                "0:0", "--read-only", "--tmpfs", "/tmp:rw,exec,nosuid,nodev,mode=1777",
                "--tmpfs", "/run:rw,exec,nosuid,nodev,mode=755",
                "--tmpfs", "/var/tmp:rw,exec,nosuid,nodev,mode=1777",
                "--volume", "/data/benchrun-20261123-1-docker/benchrun-20261123-1-3-docker-0:/scratch",
                "--volume", "/opt/benchrun-agent:/.benchrun-agent:ro", "--entrypoint", "/.benchrun-agent",
                "benchrun:0123456789abcdef", "serve", "--stdio",
            ]
        )
    }

    @Test func podmanDiffersOnlyWhereItMust() throws {
        let docker = try ProcessFixtures.request().arguments(in: .docker)
        let podman = try ProcessFixtures.request().arguments(in: .podman)
        #expect(
            Set(podman).subtracting(docker) == [
                "/tmp:rw,exec,nosuid,nodev,mode=1777,notmpcopyup", "/run:rw,exec,nosuid,nodev,mode=755,notmpcopyup",
                "/var/tmp:rw,exec,nosuid,nodev,mode=1777,notmpcopyup", "--read-only-tmpfs=false",
                "localhost/benchrun:0123456789abcdef",
            ]
        )
        #expect(!podman.contains("--rm"))
    }

    @Test func aLayerAsScratchIsWritableAndNoVolume() throws {
        let request = try ProcessFixtures.request {
            $0.options.scratch = .layer
            $0.options.autoRemove = .yes
        }
        let arguments = request.arguments(in: .podman)
        #expect(arguments.contains("--rm") && !arguments.contains("--read-only"))
        #expect(!arguments.contains { $0.hasSuffix(":/scratch") })
    }

    @Test func runtimeComesBeforeOrAfterTheVerb() throws {
        let request = try ProcessFixtures.request { $0.runtime = "crun" }
        #expect(request.arguments(in: .docker).prefix(3) == ["create", "--runtime", "crun"])
        #expect(request.arguments(in: .podman).prefix(3) == ["--runtime", "crun", "create"])
    }

    @Test func seccompIsLeftAloneUnlessAsked() throws {
        #expect(try !ProcessFixtures.request().arguments(in: .docker).contains("--security-opt"))
        let open = try ProcessFixtures.request { $0.options.seccomp = .unconfined }
        #expect(values("--security-opt", in: open.arguments(in: .podman)) == ["seccomp=unconfined"])
    }

    @Test func limitsThatAreNotSetAreNotAskedFor() throws {
        let request = try ProcessFixtures.request {
            $0.limits = Limits(cpus: [], housekeepingCPUs: [], cpuQuota: 0, memory: 0)
        }
        let arguments = request.arguments(in: .docker)
        for option in ["--cpuset-cpus", "--cpu-quota", "--cpu-period", "--memory", "--memory-swap"] {
            #expect(!arguments.contains(option))
        }
    }

    @Test func volumesAreRelabelledForSELinux() throws {
        let arguments = try ProcessFixtures.request { $0.relabels = true }.arguments(in: .podman)
        #expect(values("--volume", in: arguments).map { $0.split(separator: ":").last } == ["z", "ro,z"])
    }

    @Test func affinityIsSetAgainWhereCPUsAreShared() throws {
        let serve = ["/.benchrun-agent", "serve", "--stdio"]
        #expect(try ProcessFixtures.request().command == serve)
        // One CPU for all: the kernel leaves the container just that one.
        let all = try ProcessFixtures.request {
            $0.limits.cpus = [0]
            $0.housekeepingCPUs = [0]
        }
        #expect(all.command == serve)
        let some = try ProcessFixtures.request { $0.housekeepingCPUs = [0, 1] }
        #expect(some.command == ["/.benchrun-agent", "launch", "--cpus", "1,2", "--"] + serve)
    }

    @Test func options() throws {
        func options(_ values: [String: String]) throws -> EngineOptions {
            try EngineOptions(EnvironmentSpec(name: "x", driver: "docker", options: values))
        }
        #expect(try options([:]) == options(["seccomp": "default"]))
        #expect(try options(["seccomp": "unconfined", "runtime": "crun"]).runtime == "crun")
        #expect(throws: OptionError.self) { try options(["seccomp": "off"]) }
        #expect(try options(["scratch": "layer", "auto-remove": "yes"]).scratch == .layer)
        #expect(throws: OptionError.self) { try options(["auto-remove": "maybe"]) }
        #expect(throws: OptionError.self) { try options(["runtime": "/tmp/evil"]) }
        #expect(throws: OptionError.self) { try options(["runtime": "--privileged"]) }
        #expect {
            try options(["scratsh": "overlay"])
        } throws: { error in
            (error as? OptionError)?.detail == "environment 'x': option 'scratsh' is unknown to driver 'docker'"
                && (error as? OptionError)?.nextStep
                    == "use one of auto-remove, client, network, privileged, rootless, runtime, scratch, seccomp"
        }
    }

    @Test func resourceLimitsAreLoweredNotRaised() {
        let limits = ResourceLimits(values: [("nproc", 96365, nil), ("nofile", 1024, 20000)])
        #expect(
            limits.limiting("nproc", to: 32768).arguments == [
                "--ulimit", "nproc=32768:32768", "--ulimit", "nofile=1024:20000",
            ]
        )
        #expect(limits.limiting("nproc", to: nil) == limits)
        #expect(ResourceLimits.current().arguments.contains { $0.hasPrefix("nofile=") })
    }
}
