import Host

/// Docker: the client first in PATH, and the daemon that it would talk to.
struct DockerFinder: EngineFinder {
    let dialect = EngineDialect.docker
    /// The host.
    let surroundings: any Surroundings
    /// Starts the client.
    let launcher: Launcher
    /// A daemon's socket to use instead of the user's.
    var socket: String?

    func find() async -> EngineFinding {
        guard let client = surroundings.path(of: "docker") else {
            return .unavailable(
                Unavailable(
                    reason: "the docker client is not installed",
                    nextStep: "install \(dialect.package), or run 'make setup'"
                )
            )
        }
        do throws(Obstacle) {
            let endpoint = try await endpoint(client)
            return .found(try await ask(client, endpoint))
        } catch {
            return switch error {
            case .silent(let reason): .silent(reason)
            case .unavailable(let reason): .unavailable(reason)
            }
        }
    }

    private enum Obstacle: Error {
        case silent(Unavailable)
        case unavailable(Unavailable)

        static func unavailable(_ reason: String, _ nextStep: String) -> Obstacle {
            .unavailable(Unavailable(reason: reason, nextStep: nextStep))
        }
    }

    /// DOCKER_HOST, or else the client's current context.
    private func endpoint(_ client: String) async throws(Obstacle) -> String {
        if let socket { return socket }
        var host = surroundings.variable("DOCKER_HOST")
        if host == nil {
            let asked = await call([client, "context", "inspect", "--format", "{{.Endpoints.docker.Host}}"])
            host = asked.flatMap { $0.isSuccess ? TextFile.trimmed($0.output) : nil }.flatMap { $0.isEmpty ? nil : $0 }
        }
        let address = host ?? "unix:///var/run/docker.sock"
        guard address.hasPrefix("unix://") else {
            throw .unavailable(
                "docker's endpoint is \(address), whose containers may run on another machine, without the agent "
                    + "and the scratch directory",
                "unset DOCKER_HOST, or choose a local context with 'docker context use default'"
            )
        }
        return String(address.dropFirst("unix://".count))
    }

    private func ask(_ client: String, _ socket: String) async throws(Obstacle) -> FoundEngine {
        switch surroundings.state(ofSocket: socket) {
        case .listening: break
        case .denied:
            throw .unavailable(
                "this user may not connect to docker's socket \(socket)",
                "add the user to the socket's group ('usermod -aG docker USER') and log in again, or run as root"
            )
        case .missing, .silent:
            throw .silent(
                Unavailable(
                    reason: "no docker daemon answers at \(socket)",
                    nextStep: "start it, for example with 'systemctl start docker', or run benchrun as root"
                )
            )
        }
        let arguments = ["--host", "unix://\(socket)"]
        guard let version = await call([client] + arguments + ["version", "--format", "{{json .}}"]) else {
            throw .unavailable(
                "the docker daemon at \(socket) took a connection and did not answer within 10 s",
                "restart the daemon"
            )
        }
        guard let sides = DockerVersion(version.output), let own = sides.client else {
            throw .unavailable(
                "\(client) is not docker's client",
                "install \(dialect.package), or put it first in PATH"
            )
        }
        guard version.isSuccess, let server = sides.server else {
            let words = TextFile.trimmed(version.errorOutput).split(separator: "\n").first.map(String.init) ?? ""
            throw .unavailable(
                "the docker daemon at \(socket) refuses client \(own.version): \(words)",
                "use a client and a daemon whose versions fit"
            )
        }
        guard let said = await call([client] + arguments + ["info", "--format", "{{json .}}"]), said.isSuccess,
            let info = DockerInfo(said.output)
        else {
            throw .unavailable("'docker info' gave no usable answer", "run '\(client) info' to see why")
        }
        var report = info.report
        report.clientVersion = own.version
        try checkPlace(report)
        var found = FoundEngine(executable: client, arguments: arguments, socket: socket, report: report)
        found.apiVersion = server.api
        return found
    }

    private func checkPlace(_ report: EngineReport) throws(Obstacle) {
        guard report.kernelRelease == surroundings.kernelRelease else {
            throw .unavailable(
                "the docker daemon runs on another kernel (\(report.kernelRelease) instead of "
                    + "\(surroundings.kernelRelease)), as Docker Desktop's does in its VM",
                "choose the context of a daemon on this host"
            )
        }
        guard report.cgroupDriver != "none" else {
            throw .unavailable(
                "this docker daemon cannot limit CPUs and memory (cgroup driver 'none')",
                "use a daemon that runs as root, or delegate control groups to the rootless one"
            )
        }
    }

    /// Nil when it cannot be started or does not end in time.
    private func call(_ command: [String]) async -> CommandResult? {
        try? await surroundings.run(
            HostCommand(launcher.arguments(for: command), timeLimit: EngineClient.question)
        )
    }
}
