import BenchrunModel
import Foundation
import Host

/// An OCI runtime that is started where it does not see a mount point: a script that the engine takes for the runtime.
///
/// crun refuses hosts where version 2 of control groups holds a controller beside version 1. In a private mount
/// namespace without version 2 it works, and the container that it makes is none the worse: what a container sees of
/// control groups is version 1 in either case.
struct RuntimeWrapper: Sendable {
    /// The runtime's path.
    let program: String
    /// The mount point.
    let hiding: String
    /// The agent on this host, whose launcher makes the namespace.
    let agent: String

    /// The script.
    var script: String {
        var launcher = Launcher(agentExecutable: agent)
        // The container outlives this call of the runtime.
        launcher.deathSignal = nil
        launcher.mountNamespace = true
        launcher.unmounts = [hiding]
        let words = launcher.arguments(for: [program]).map { "'" + $0.replacing("'", with: "'\\''") + "'" }
        return "#!/bin/sh\nexec " + words.joined(separator: " ") + " \"$@\"\n"
    }

    /// Writes the script, unless it is there.
    /// - Returns: its path. Its name is the runtime's, because engines tell by the name what a runtime can do.
    func provide(in directory: String) throws(DriverError) -> String {
        let path = directory + "/" + (program.split(separator: "/").last.map(String.init) ?? program)
        guard TextFile.read(path) != script else { return path }
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try Data(script.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        } catch {
            throw DriverError(
                subject: "runtime \(path)",
                detail: "cannot be written: \(error.localizedDescription)",
                nextStep: "free space, or set XDG_RUNTIME_DIR to another directory"
            )
        }
        return path
    }
}

extension EngineClient {
    /// The same client with a runtime for all that it does.
    func with(runtime path: String) -> EngineClient {
        EngineClient(
            dialect: dialect,
            executable: executable,
            arguments: arguments + ["--runtime", path],
            socket: socket,
            launcher: launcher,
            surroundings: surroundings
        )
    }
}
