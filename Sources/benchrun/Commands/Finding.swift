import BenchrunModel
import Foundation
import Host

/// One line of `doctor`: an environment or a tool.
struct Finding: Codable, Sendable {
    /// What is examined.
    enum Kind: String, Codable {
        case environment, tool
    }

    var kind: Kind
    var name: String
    var available: Bool
    var version: String
    /// Why it is not available, or what is worth knowing about it.
    var reason: String
    var nextStep: String
    /// Everything the probe found out.
    var facts: [String: String]

    init(_ environment: EnvironmentSpec, _ availability: Availability?) {
        kind = .environment
        name = environment.name
        switch availability {
        case .available(let facts):
            available = true
            version = facts["engine.version"] ?? facts["version"] ?? ""
            reason = facts["accelerator.reason"] ?? ""
            nextStep = ""
            self.facts = facts
        case .unavailable(let reason, let nextStep):
            available = false
            version = ""
            self.reason = reason
            self.nextStep = nextStep
            facts = [:]
        case nil:
            available = false
            version = ""
            reason = "it was not probed"
            nextStep = ""
            facts = [:]
        }
    }

    private init(tool: String, package: String, version: String?) {
        kind = .tool
        name = tool
        available = version != nil
        self.version = version ?? ""
        reason = version == nil ? "not found in PATH" : ""
        nextStep = version == nil ? "'make setup', or install Debian's package \(package)" : ""
        facts = [:]
    }

    /// Tools that benchrun calls, with the argument that makes them tell their version and the package they are in.
    private static let toolList: [(name: String, arguments: [String], package: String)] = [
        ("mmdebstrap", ["--version"], "mmdebstrap"),
        ("mke2fs", ["-V"], "e2fsprogs"),
        ("qemu-img", ["--version"], "qemu-utils"),
        ("qemu-system-x86_64", ["--version"], "qemu-system-x86"),
        ("libvirtd", ["--version"], "libvirt-daemon-system"),
        ("docker", ["--version"], "docker.io"),
        ("dockerd", ["--version"], "docker.io"),
        ("podman", ["--version"], "podman"),
        ("runc", ["--version"], "runc"),
        ("gnuplot", ["--version"], "gnuplot-nox"),
    ]

    /// Looks for every tool.
    static func tools() async -> [Finding] {
        var findings: [Finding] = []
        for tool in toolList {
            let result = try? await HostCommand([tool.name] + tool.arguments, timeLimit: .seconds(10)).run()
            let text = result.map { $0.output.isEmpty ? $0.errorOutput : $0.output }
            findings.append(Finding(tool: tool.name, package: tool.package, version: text.map(version)))
        }
        return findings
    }

    /// The first thing in a text that looks like a version, else its first line.
    static func version(in text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        guard let match = line.firstMatch(of: /[0-9]+(?:\.[0-9]+)+(?: patchlevel [0-9]+)?/) else { return line }
        return String(match.output)
    }

    /// All findings as text.
    static func table(_ findings: [Finding]) -> String {
        [Kind.environment, .tool].map { kind in
            let rows = findings.filter { $0.kind == kind }
            let width = rows.map(\.name.count).max() ?? 0
            let versions = rows.map(\.version.count).max() ?? 0
            let lines = rows.flatMap { row -> [String] in
                let mark = row.available ? "yes" : "no "
                let name = row.name.padding(toLength: width, withPad: " ", startingAt: 0)
                let version = row.version.padding(toLength: versions, withPad: " ", startingAt: 0)
                let first = "  \(mark)  \(name)  \(version)"
                var lines = [first + (row.reason.isEmpty ? "" : "  " + row.reason)]
                if !row.nextStep.isEmpty {
                    lines.append("       \(String(repeating: " ", count: width))→ \(row.nextStep)")
                }
                return lines
            }
            return ([kind == .environment ? "environments" : "tools"] + lines).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }
}
