import Glibc
import Host

/// How this host's apt reaches its sources (proxies, certificates, retries), for apt to use again.
enum AptConfiguration {
    /// Lines of an apt configuration file.
    static func read() async throws -> String {
        let dump = try await HostCommand(["apt-config", "dump"], environment: ["LC_ALL": "C"]).check()
        return lines(of: dump.output, credentials: existing(["/etc/apt/auth.conf", "/etc/apt/auth.conf.d"]))
    }

    /// What of `apt-config dump` concerns the way to the sources.
    /// - Parameter credentials: files and directories that apt reads by itself on this host.
    static func lines(of dump: String, credentials: [String]) -> String {
        let prefixes = [
            "Acquire::http", "Acquire::https", "Acquire::ftp", "Acquire::Retries", "Acquire::ForceIPv",
            "Acquire::Check-Valid-Until", "Acquire::AllowInsecureRepositories", "Acquire::AllowWeakRepositories",
        ]
        var lines = dump.split(whereSeparator: \.isNewline).filter { line in
            // A hook of the host would run with the image's paths; a value that is empty says nothing.
            prefixes.contains { line.hasPrefix($0) } && !line.hasSuffix(" \"\";")
        }.map(String.init)
        for path in credentials {
            lines.append("Dir::Etc::\(path.hasSuffix(".d") ? "netrcparts" : "netrc") \"\(path)\";")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func existing(_ paths: [String]) -> [String] {
        paths.filter { access($0, R_OK) == 0 }
    }
}
