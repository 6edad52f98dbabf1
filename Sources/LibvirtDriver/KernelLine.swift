import BenchrunModel

/// The guest kernel's command line. What can change a result is taken from the host's kernel.
struct KernelLine: Sendable, Equatable {
    /// Mount options of the scratch disk.
    var scratchOptions: [String]
    /// The host's own command line.
    var hostLine: String
    /// The host's mode of transparent huge pages.
    var transparentHugePages: String?

    /// The line.
    var text: String {
        // Without tsc=reliable a TCG guest takes the hpet, whose reads cost ten times as much.
        var words = [
            "console=ttyS0", "quiet", "panic=-1", "tsc=reliable", "benchrun.root=/dev/vda",
            "benchrun.scratch=/dev/vdb", "benchrun.scratchopts=\(scratchOptions.joined(separator: ","))",
        ]
        // Set by the agent: the kernel's own parameter has no effect in a guest with less than 512 MiB.
        if let mode = transparentHugePages, ["always", "madvise", "never"].contains(mode) {
            words.append("benchrun.thp=\(mode)")
        }
        if let mitigations = Self.mitigations(hostLine) { words.append("mitigations=\(mitigations)") }
        return words.joined(separator: " ")
    }

    /// What of the host's `mitigations=` every kernel understands; nil where the host has its kernel's default.
    static func mitigations(_ line: String) -> String? {
        let value = line.split(whereSeparator: \.isWhitespace).last { $0.hasPrefix("mitigations=") }
        guard let parts = value?.dropFirst("mitigations=".count).split(separator: ",") else { return nil }
        if parts.contains("off") { return "off" }
        return parts.contains("nosmt") ? "auto,nosmt" : "auto"
    }

    /// The selected one of `always [madvise] never`.
    static func selected(_ text: String) -> String? {
        guard let start = text.firstIndex(of: "["), let end = text[start...].firstIndex(of: "]") else { return nil }
        return String(text[text.index(after: start)..<end])
    }
}
