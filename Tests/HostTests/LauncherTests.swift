import Testing

@testable import Host

@Suite("launcher")
struct LauncherTests {
    @Test func theLeast() {
        let launcher = Launcher(agentExecutable: "/a")
        #expect(launcher.arguments(for: ["true"]) == ["/a", "launch", "--death-signal", "9", "--", "true"])
    }

    @Test func withoutDeathSignal() {
        var launcher = Launcher(agentExecutable: "/a")
        launcher.deathSignal = nil
        #expect(launcher.arguments(for: ["true", "--", "-x"]) == ["/a", "launch", "--", "true", "--", "-x"])
    }

    @Test func everything() {
        var launcher = Launcher(agentExecutable: "/a")
        launcher.deathSignal = 15
        launcher.joinFiles = ["/sys/fs/cgroup/cpu/x/cgroup.procs", "/sys/fs/cgroup/memory/x/cgroup.procs"]
        launcher.cpus = [0, 2]
        launcher.mountNamespace = true
        launcher.unmounts = ["/sys/fs/cgroup/unified"]
        launcher.binds = [("/host/agent", "/.benchrun-agent", true), ("/s", "/scratch", false)]
        launcher.tmpfs = ["/tmp"]
        launcher.root = "/image"
        launcher.systemMounts = true
        launcher.supervise = true
        launcher.newSession = true
        launcher.userNamespace = true
        launcher.networkNamespace = true
        #expect(
            launcher.arguments(for: ["redis-server", "--port", "0"]) == [
                "/a", "launch", "--death-signal", "15",
                "--join", "/sys/fs/cgroup/cpu/x/cgroup.procs", "--join", "/sys/fs/cgroup/memory/x/cgroup.procs",
                "--cpus", "0,2", "--new-session", "--user-namespace", "--network-namespace", "--mount-namespace",
                "--unmount", "/sys/fs/cgroup/unified", "--root", "/image",
                "--bind", "/host/agent:/.benchrun-agent:ro", "--bind", "/s:/scratch", "--tmpfs", "/tmp",
                "--system-mounts", "--supervise", "--", "redis-server", "--port", "0",
            ]
        )
    }
}
