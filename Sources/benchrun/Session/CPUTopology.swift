import Foundation

/// Which CPUs carry instances and which carry benchrun and its daemons.
struct CPUTopology: Sendable, Equatable {
    /// CPUs that instances run on.
    var measured: [Int]
    /// CPUs for everything else.
    var housekeeping: [Int]

    /// True where one CPU must do both, so that benchrun disturbs what it measures.
    var isShared: Bool { !Set(measured).isDisjoint(with: housekeeping) }

    /// All online CPUs but the first are measured, unless the user names others.
    init(online: [Int], chosen: [Int]? = nil) throws {
        guard let first = online.first else { throw Failure("no CPU is online according to the kernel") }
        let wanted = chosen ?? (online.count > 1 ? Array(online.dropFirst()) : [first])
        if let missing = wanted.first(where: { !online.contains($0) }) {
            throw Failure(
                "--cpus: CPU \(missing) is not online; online are \(online.map(String.init).joined(separator: ","))",
                status: ExitStatus.usage
            )
        }
        let rest = online.filter { !wanted.contains($0) }
        measured = wanted
        housekeeping = rest.isEmpty ? [first] : rest
    }

    /// The online CPUs of this host.
    static func detect(chosen list: String?) throws -> CPUTopology {
        let text = try String(contentsOfFile: "/sys/devices/system/cpu/online", encoding: .utf8)
        guard let online = parse(text) else { throw Failure("cannot read which CPUs are online: '\(text)'") }
        guard let list else { return try CPUTopology(online: online) }
        guard let chosen = parse(list), !chosen.isEmpty else {
            throw Failure("--cpus takes a list such as '1' or '1-3,5', not '\(list)'", status: ExitStatus.usage)
        }
        return try CPUTopology(online: online, chosen: chosen)
    }

    /// Reads the kernel's list form, `0-3,7`; nil when it is something else.
    static func parse(_ text: String) -> [Int]? {
        var cpus: Set<Int> = []
        for part in text.trimmingCharacters(in: .whitespacesAndNewlines).split(separator: ",") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            switch (ends.count, ends.first ?? nil, ends.last ?? nil) {
            case (1, .some(let cpu), _) where cpu >= 0: cpus.insert(cpu)
            case (2, .some(let low), .some(let high)) where low >= 0 && low <= high && high < 4096:
                cpus.formUnion(low...high)
            default: return nil
            }
        }
        return cpus.sorted()
    }
}
