import BenchrunModel

/// What decides whether two runs were made in the same place: the machine and the limits of the instances. Kernel,
/// engines and image are not in it: what they change is what a gate is to find.
public struct Fingerprint: Sendable, Codable, Equatable {
    /// The parts by name.
    public var parts: [String: String]

    /// That of a run.
    public init(_ manifest: RunManifest) {
        let host = manifest.host
        parts = [
            "CPU quota": "\(manifest.limits.cpuQuota) %", "memory": "\(manifest.limits.memory >> 20) MiB",
            "measured CPUs": "\(manifest.limits.cpus.count)",
        ]
        parts["architecture"] = host["cpu.architecture"]
        parts["CPU model"] = host[FactKey.cpuModel]
        parts["CPUs"] = host["cpu.count"]
        parts["host memory"] = host["memory.total"].flatMap { Double($0) }
            .flatMap { Int(exactly: ($0 / 0x1p30).rounded()) }.map { "\($0) GiB" }
        parts["hypervisor below"] = host[FactKey.virtualization]
    }

    /// A short name for it, the same in every version: 16 hexadecimal digits.
    public var digest: String {
        let text = parts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\u{0}")
        return String(SHA256.hexDigest(of: Array(text.utf8)).prefix(16))
    }

    /// In what another differs, one entry each: `CPU model: A instead of B`.
    public func differences(from other: Fingerprint) -> [String] {
        Set(parts.keys).union(other.parts.keys).sorted().compactMap { name in
            let (own, theirs) = (parts[name] ?? "unknown", other.parts[name] ?? "unknown")
            return own == theirs
                ? nil : "\(name): \(Printable.line(own, limit: 80)) instead of \(Printable.line(theirs, limit: 80))"
        }
    }
}
