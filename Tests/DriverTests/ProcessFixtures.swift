import BenchrunModel
import Host

@testable import ProcessDrivers

/// What the tools really print, shortened to what a version of them always has and to what is read.
enum ProcessFixtures {
    static let launcher = Launcher(agentExecutable: "/opt/benchrun-agent")

    /// Client 28.2.2 with a Debian 12 daemon.
    static let dockerVersion = """
        {"Client":{"Version":"28.2.2","ApiVersion":"1.41","DefaultAPIVersion":"1.50","GitCommit":"e6534b4",\
        "GoVersion":"go1.24.3","Os":"linux","Arch":"amd64","Context":"default"},\
        "Server":{"Platform":{"Name":""},"Components":[{"Name":"Engine","Version":"20.10.24+dfsg1",\
        "Details":{"ApiVersion":"1.41","MinAPIVersion":"1.12"}},{"Name":"containerd","Version":"1.6.20~ds1"}],\
        "Version":"20.10.24+dfsg1","ApiVersion":"1.41","MinAPIVersion":"1.12","Os":"linux","Arch":"amd64"}}
        """

    /// The same client when no daemon answers; exit status 1.
    static let dockerVersionAlone = """
        {"Client":{"Version":"28.2.2","ApiVersion":"1.50","DefaultAPIVersion":"1.50","Os":"linux","Arch":"amd64",\
        "Context":"default"},"Server":null}
        """

    /// A Debian 12 daemon without systemd, cgroup version 1.
    static let dockerInfo = """
        {"ID":"2ARM:SYBX","Containers":0,"Images":0,"Driver":"overlay2","DriverStatus":[["Backing Filesystem","extfs"]],\
        "MemoryLimit":true,"SwapLimit":true,"LoggingDriver":"json-file","CgroupDriver":"cgroupfs","CgroupVersion":"1",\
        "KernelVersion":"6.1.0-31-amd64","OperatingSystem":"Debian GNU/Linux 12 (bookworm)","OSType":"linux",\
        "NCPU":2,"GenericResources":null,"DockerRootDir":"/var/lib/docker","ServerVersion":"20.10.24+dfsg1",\
        "Runtimes":{"io.containerd.runc.v2":{"path":"runc"},"runc":{"path":"runc"}},"DefaultRuntime":"runc",\
        "Swarm":{"NodeID":"","LocalNodeState":"inactive"},"SecurityOptions":["name=seccomp,profile=default"],\
        "Warnings":null,"ClientInfo":{"Debug":false,"Version":"28.2.2","Plugins":[],"Warnings":null}}
        """

    /// The same fields as a daemon of an ordinary host with systemd and cgroup version 2 has them.
    static let dockerInfoSystemd = """
        {"Driver":"overlay2","CgroupDriver":"systemd","CgroupVersion":"2","KernelVersion":"6.1.0-31-amd64",\
        "DockerRootDir":"/var/lib/docker","ServerVersion":"28.2.2","Runtimes":{"io.containerd.runc.v2":{"path":"runc",\
        "status":{"org.opencontainers.runtime-spec.features":"{}"}},"runc":{"path":"runc"}},"DefaultRuntime":"runc",\
        "SecurityOptions":["name=apparmor","name=seccomp,profile=builtin","name=cgroupns"]}
        """

    /// Debian 12's podman 4.3.1 without systemd, cgroup version 1.
    static let podmanInfo = """
        {"host":{"arch":"amd64","buildahVersion":"1.28.2","cgroupManager":"cgroupfs","cgroupVersion":"v1",\
        "cgroupControllers":["cpuset","cpu","memory"],"conmon":{"package":"conmon_2.1.6+ds1-1_amd64",\
        "path":"/usr/bin/conmon","version":"conmon version 2.1.6, commit: unknown"},"eventLogger":"file",\
        "kernel":"6.1.0-31-amd64","networkBackend":"cni","ociRuntime":{"name":"crun",\
        "package":"crun_1.8.1-1+deb12u1_amd64","path":"/usr/bin/crun","version":"crun version 1.8.1"},\
        "os":"linux","serviceIsRemote":false,"security":{"apparmorEnabled":false,"rootless":false,\
        "seccompEnabled":true,"seccompProfilePath":"/usr/share/containers/seccomp.json","selinuxEnabled":false}},\
        "store":{"graphDriverName":"overlay","graphRoot":"/var/lib/containers/storage"},"registries":{},\
        "version":{"APIVersion":"4.3.1","Version":"4.3.1","GoVersion":"go1.19.8","OsArch":"linux/amd64"}}
        """

    static func run(_ text: String = "20261123-1") throws -> RunID {
        guard let run = RunID(text) else { throw DriverError(subject: "test", detail: "no run id: \(text)") }
        return run
    }

    /// A request as the drivers make it.
    static func request(_ change: (inout ContainerRequest) -> Void = { _ in }) throws -> ContainerRequest {
        var request = ContainerRequest(
            name: "benchrun-20261123-1-3-docker-0",
            run: try run(),
            cgroupParent: "/benchrun/20261123-1",
            limits: Limits(cpus: [1, 2], housekeepingCPUs: [0], cpuQuota: 50, memory: 536_870_912),
            resources: ResourceLimits(values: [("nofile", 1024, 20000), ("memlock", 8_388_608, nil)]),
            scratch: "/data/benchrun-20261123-1-docker/benchrun-20261123-1-3-docker-0",
            agent: "/opt/benchrun-agent",
            relabels: false,
            tag: "benchrun:0123456789abcdef",
            options: try EngineOptions(EnvironmentSpec(name: "docker", driver: "docker")),
            runtime: nil,
            housekeepingCPUs: [0]
        )
        change(&request)
        return request
    }
}
