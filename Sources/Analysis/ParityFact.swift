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
    /// Whether `--strict` refuses an environment that differs in it without saying so.
    var isGuarded = false

    /// How values are compared and shown.
    enum Kind {
        /// As they are.
        case text
        /// As lists of CPUs, by how many they name: a guest numbers its own from 0.
        case cpuList
        /// As sets of words with this separator; only what differs is shown.
        case set(Character)
        /// As `name=state` separated by `;`, where a name that is missing is not affected.
        case states
        /// As hexadecimal masks of capabilities.
        case capabilities
        /// As numbers; differences up to this fraction do not count.
        case number(tolerance: Double)
        /// As bytes; differences up to this fraction do not count.
        case bytes(tolerance: Double)
    }

    private static let everything = Set(Workload.Class.allCases)

    /// The facts, the most telling first.
    static let all = [
        ParityFact(
            key: FactKey.cpus,
            title: "the number of CPUs",
            classes: everything,
            kind: .cpuList,
            isGuarded: true
        ),
        ParityFact(key: FactKey.cpuQuota, title: "the CPU quota", classes: everything, isGuarded: true),
        ParityFact(
            key: FactKey.memoryLimit,
            title: "memory",
            classes: [.memory, .storage, .application, .density],
            kind: .bytes(tolerance: 0.02),
            isGuarded: true
        ),
        ParityFact(
            key: FactKey.memoryNodes,
            title: "the NUMA nodes of its memory",
            classes: everything,
            kind: .cpuList,
            isGuarded: true
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
            kind: .states,
            isGuarded: true
        ),
        ParityFact(
            key: FactKey.speculation,
            title: "speculation controls of a command",
            classes: [.compute, .storage, .application],
            kind: .set(";"),
            isGuarded: true
        ),
        ParityFact(
            key: FactKey.seccomp,
            title: "the seccomp mode",
            classes: [.storage, .network, .startup, .application],
            isGuarded: true
        ),
        ParityFact(key: FactKey.capabilities, title: "capabilities", classes: [], kind: .capabilities),
        ParityFact(
            key: FactKey.transparentHugePages,
            title: "transparent huge pages",
            classes: [.compute, .memory, .application],
            isGuarded: true
        ),
        ParityFact(
            key: FactKey.addressRandomization,
            title: "address space randomization",
            classes: [.compute, .memory, .application],
            isGuarded: true
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
        ParityFact(
            key: FactKey.scratchType,
            title: "the file system of /scratch",
            classes: [.storage, .application],
            isGuarded: true
        ),
        ParityFact(
            key: FactKey.scratchOptions,
            title: "mount options of /scratch",
            classes: [.storage, .application],
            kind: .set(",")
        ),
        ParityFact(
            key: FactKey.packageList,
            title: "the installed packages",
            classes: everything,
            isGuarded: true
        ),
        ParityFact(
            key: FactKey.lastLevelCache,
            title: "the last-level cache",
            classes: [.compute, .memory],
            kind: .bytes(tolerance: 0.02)
        ),
        ParityFact(key: FactKey.governor, title: "the CPU frequency governor", classes: everything, isGuarded: true),
        ParityFact(key: FactKey.openFiles, title: "the limit of open files", classes: []),
        ParityFact(key: FactKey.umask, title: "the umask", classes: []),
    ]

    /// How `value` differs from native's, in words; nil where it does not.
    func difference(_ value: String, from native: String) -> (value: String, native: String)? {
        guard value != native else { return nil }
        switch kind {
        case .text:
            return (value, native)
        case .cpuList:
            let (own, reference) = (CPUList.members(value).count, CPUList.members(native).count)
            return own == reference ? nil : ("\(own)", "\(reference)")
        case .set(let separator):
            return setDifference(value, native, separator)
        case .states:
            return Self.stateDifference(Self.states(value), Self.states(native))
        case .capabilities:
            let names = (Capabilities.names(value), Capabilities.names(native))
            guard let own = names.0, let reference = names.1 else { return (value, native) }
            return Self.words(own.subtracting(reference), reference.subtracting(own))
        case .number(let tolerance):
            guard let number = Double(value), let reference = Double(native) else { return (value, native) }
            return Self.isWithin(tolerance, number, reference) ? nil : (value, native)
        case .bytes(let tolerance):
            guard let number = Double(value), let reference = Double(native) else { return (value, native) }
            return Self.isWithin(tolerance, number, reference)
                ? nil : (Self.mebibytes(number), Self.mebibytes(reference))
        }
    }

    /// States by name, without those of which the CPU is not affected.
    private static func states(_ text: String) -> [String: String] {
        var states: [String: String] = [:]
        for part in text.split(separator: ";") {
            let ends = part.split(separator: "=", maxSplits: 1)
            guard ends.count == 2, trimmed(ends[1]) != "Not affected" else { continue }
            states[trimmed(ends[0])] = trimmed(ends[1])
        }
        return states
    }

    private static func stateDifference(
        _ own: [String: String],
        _ reference: [String: String]
    ) -> (value: String, native: String)? {
        let names = Set(own.keys).union(reference.keys).filter { own[$0] != reference[$0] }.sorted()
        guard !names.isEmpty else { return nil }
        func words(_ states: [String: String]) -> String {
            list(names.map { "\($0)=\(states[$0] ?? "not affected")" })
        }
        return (words(own), words(reference))
    }

    /// What only one of two sides has; nil where there is no such thing.
    private static func words(_ added: Set<String>, _ lost: Set<String>) -> (value: String, native: String)? {
        if added.isEmpty, lost.isEmpty { return nil }
        return (
            added.isEmpty ? "without these" : list(added.sorted()), lost.isEmpty ? "without these" : list(lost.sorted())
        )
    }

    private func setDifference(
        _ value: String,
        _ native: String,
        _ separator: Character
    ) -> (value: String, native: String)? {
        let own = Set(value.split(separator: separator).map { Self.trimmed($0) })
        let reference = Set(native.split(separator: separator).map { Self.trimmed($0) })
        let lost = reference.subtracting(own)
        let words = Self.words(own.subtracting(reference), lost)
        guard words != nil, key == FactKey.cpuFlags else { return words }
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
