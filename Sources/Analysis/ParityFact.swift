import BenchrunModel

/// A fact that instances attest, in which a difference can explain a difference in figures.
struct ParityFact {
    /// Of ``FactKey``.
    var key: String
    /// As the sentence names it.
    var title: String
    /// Classes of workloads whose figures it can explain.
    var classes: Set<Workload.Class>
    /// How two attested values compare.
    var kind: Kind = .text

    /// How values are compared and shown.
    enum Kind {
        /// As they are.
        case text
        /// As lists of CPUs, by how many they name: a guest numbers its own from 0.
        case cpuList
        /// As sets of words with this separator; only what differs is shown.
        case set(Character)
        /// As numbers; differences up to this fraction do not count.
        case number(tolerance: Double)
        /// As bytes; differences up to this fraction do not count.
        case bytes(tolerance: Double)
    }

    private static let everything = Set(Workload.Class.allCases)

    /// The facts, the most telling first.
    static let all = [
        ParityFact(key: FactKey.cpus, title: "the number of CPUs", classes: everything, kind: .cpuList),
        ParityFact(key: FactKey.cpuQuota, title: "the CPU quota", classes: everything),
        ParityFact(
            key: FactKey.memoryLimit,
            title: "memory",
            classes: [.memory, .storage, .application, .density],
            kind: .bytes(tolerance: 0.02)
        ),
        ParityFact(key: FactKey.cpuModel, title: "the CPU model", classes: [.compute, .memory, .application]),
        ParityFact(
            key: FactKey.cpuFlags,
            title: "the CPU's instruction sets",
            classes: [.compute, .memory, .application],
            kind: .set(" ")
        ),
        ParityFact(
            key: FactKey.kernel,
            title: "the kernel",
            classes: [.storage, .network, .startup, .application, .memory]
        ),
        ParityFact(
            key: FactKey.mitigations,
            title: "CPU mitigations",
            classes: [.storage, .network, .startup, .application],
            kind: .set(";")
        ),
        ParityFact(
            key: FactKey.speculation,
            title: "speculation controls of a command",
            classes: [.compute, .storage, .application],
            kind: .set(";")
        ),
        ParityFact(
            key: FactKey.seccomp,
            title: "the seccomp mode",
            classes: [.storage, .network, .startup, .application]
        ),
        ParityFact(
            key: FactKey.transparentHugePages,
            title: "transparent huge pages",
            classes: [.compute, .memory, .application]
        ),
        ParityFact(
            key: FactKey.clockSource,
            title: "the clock source",
            classes: [.storage, .network, .application]
        ),
        ParityFact(
            key: FactKey.clockCost,
            title: "the cost of reading the clock in ns",
            classes: [.storage, .network, .application],
            kind: .number(tolerance: 1)
        ),
        ParityFact(key: FactKey.ioUring, title: "io_uring", classes: [.storage]),
        ParityFact(key: FactKey.scratchType, title: "the file system of /scratch", classes: [.storage, .application]),
        ParityFact(
            key: FactKey.scratchOptions,
            title: "mount options of /scratch",
            classes: [.storage, .application],
            kind: .set(",")
        ),
        ParityFact(
            key: FactKey.lastLevelCache,
            title: "the last-level cache",
            classes: [.compute, .memory],
            kind: .bytes(tolerance: 0.02)
        ),
        ParityFact(key: FactKey.governor, title: "the CPU frequency governor", classes: everything),
        ParityFact(key: FactKey.umask, title: "the umask", classes: []),
    ]

    /// How `value` differs from native's, in words; nil where it does not.
    func difference(_ value: String, from native: String) -> (value: String, native: String)? {
        guard value != native else { return nil }
        switch kind {
        case .text:
            return (value, native)
        case .cpuList:
            let (own, reference) = (Self.countOfCPUs(value), Self.countOfCPUs(native))
            return own == reference ? nil : ("\(own)", "\(reference)")
        case .set(let separator):
            return setDifference(value, native, separator)
        case .number(let tolerance):
            guard let number = Double(value), let reference = Double(native) else { return (value, native) }
            return Self.isWithin(tolerance, number, reference) ? nil : (value, native)
        case .bytes(let tolerance):
            guard let number = Double(value), let reference = Double(native) else { return (value, native) }
            return Self.isWithin(tolerance, number, reference)
                ? nil : (Self.mebibytes(number), Self.mebibytes(reference))
        }
    }

    /// How many CPUs a list such as `0-2,5` names.
    private static func countOfCPUs(_ list: String) -> Int {
        list.split(separator: ",").reduce(0) { count, part in
            let ends = part.split(separator: "-").compactMap { Int(trimmed($0)) }
            guard let first = ends.first, let last = ends.last, last >= first else { return count }
            return count + last - first + 1
        }
    }

    private func setDifference(
        _ value: String,
        _ native: String,
        _ separator: Character
    ) -> (value: String, native: String)? {
        let own = Set(value.split(separator: separator).map { Self.trimmed($0) })
        let reference = Set(native.split(separator: separator).map { Self.trimmed($0) })
        let added = own.subtracting(reference).sorted()
        let lost = reference.subtracting(own).sorted()
        if added.isEmpty, lost.isEmpty { return nil }
        guard key == FactKey.cpuFlags else {
            return (
                added.isEmpty ? "without these" : Self.list(added), lost.isEmpty ? "without these" : Self.list(lost)
            )
        }
        // There are hundreds of flags: their number, and those that change how programs compute.
        let telling = Self.tellingFlags.filter(lost.contains)
        let lacks = telling.isEmpty ? "" : ", without \(telling.joined(separator: " "))"
        return ("\(own.count) flags\(lacks)", "\(reference.count) flags")
    }

    /// CPU flags that libraries choose faster code by.
    private static let tellingFlags = [
        "sse4_2", "avx", "avx2", "avx512f", "avx512bw", "avx512vl", "amx_tile", "fma", "bmi2", "aes", "vaes",
        "pclmulqdq", "sha_ni", "gfni", "rdrand", "erms", "fsrm", "pdpe1gb", "rdtscp", "invpcid",
    ]

    private static func isWithin(_ tolerance: Double, _ number: Double, _ reference: Double) -> Bool {
        abs(number - reference) <= tolerance * abs(reference)
    }

    private static func mebibytes(_ bytes: Double) -> String {
        guard bytes >= 0, bytes < 1e18 else { return "no limit" }
        return bytes < 1_048_576 ? "\(Int(bytes / 1024)) KiB" : "\(Int((bytes / 1_048_576).rounded())) MiB"
    }

    private static func list(_ items: [String]) -> String {
        let shown = items.prefix(6).joined(separator: ", ")
        return items.count > 6 ? "\(shown) and \(items.count - 6) more" : shown
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
