import BenchrunModel

/// The guest kernel's command line. What can change a result is taken from the host's kernel.
struct KernelLine: Sendable, Equatable {
    /// Mount options of the scratch disk.
    var scratchOptions: [String]
    /// The host's own command line.
    var hostLine: String
    /// The host's mode of transparent huge pages.
    var transparentHugePages: String?
    /// The guest's root and scratch, as its kernel names them.
    var root = "/dev/vda", scratch = "/dev/vdb"
    /// More words for the guest's first programs: modules to load, an address to take.
    var settings: [String] = []
    /// What the environment's file adds; of two words for one parameter the kernel takes the last.
    var arguments: [String] = []

    /// The line.
    var text: String {
        // The first two make the kernel say one line, its version, as soon as it runs: that is how the host knows when
        // the firmware has ended. `quiet`, which comes after them, keeps all else from the console.
        // Where many emulated guests share a CPU, a kernel that tests its timer finds it broken and gives up; with KVM
        // it does not test it.
        // Without tsc=reliable a TCG guest takes the hpet, whose reads cost ten times as much.
        var words = [
            "loglevel=6", "earlyprintk=ttyS0,115200", "console=ttyS0", "quiet", "panic=-1", "tsc=reliable",
            "no_timer_check", "benchrun.root=\(root)", "benchrun.scratch=\(scratch)",
            "benchrun.scratchopts=\(scratchOptions.joined(separator: ","))",
        ]
        words += settings
        // Set by the agent: the kernel's own parameter has no effect in a guest with less than 512 MiB.
        if let mode = hugePages, ["always", "madvise", "never"].contains(mode) { words.append("benchrun.thp=\(mode)") }
        if let mitigations = Self.mitigations(hostLine) { words.append("mitigations=\(mitigations)") }
        return (words + Self.singleMitigations(hostLine) + arguments).joined(separator: " ")
    }

    /// The mode that the environment's file asks for, else the host's.
    private var hugePages: String? {
        let parameter = "transparent_hugepage="
        let own = arguments.last { $0.hasPrefix(parameter) }
        return own.map { String($0.dropFirst(parameter.count)) } ?? transparentHugePages
    }

    /// What of the host's `mitigations=` every kernel understands; nil where the host has its kernel's default.
    static func mitigations(_ line: String) -> String? {
        let value = words(line).last { $0.hasPrefix("mitigations=") }
        guard let parts = value?.dropFirst("mitigations=".count).split(separator: ",") else { return nil }
        if parts.contains("off") { return "off" }
        return parts.contains("nosmt") ? "auto,nosmt" : "auto"
    }

    /// Parameters of single mitigations (the kernel's admin-guide/kernel-parameters), which override the common one.
    private static let mitigationParameters: Set<String> = [
        "gather_data_sampling", "indirect_target_selection", "kpti", "l1tf", "mds", "mmio_stale_data", "nopti",
        "nospectre_v1", "nospectre_v2", "pti", "reg_file_data_sampling", "retbleed", "spec_rstack_overflow",
        "spec_store_bypass_disable", "spectre_bhi", "spectre_v2", "spectre_v2_user", "srbds", "tsa", "tsx",
        "tsx_async_abort", "vmscape",
    ]

    /// The host's settings of single mitigations, as they are; a kernel passes over what it does not know.
    static func singleMitigations(_ line: String) -> [String] {
        words(line).filter { word in
            mitigationParameters.contains(String(word.prefix { $0 != "=" }))
                && word.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
        }
    }

    /// The words that are for the kernel: what follows `--` is for the host's init.
    private static func words(_ line: String) -> [String] {
        line.split(whereSeparator: \.isWhitespace).prefix { $0 != "--" }.map(String.init)
    }

    /// The selected one of `always [madvise] never`.
    static func selected(_ text: String) -> String? {
        guard let start = text.firstIndex(of: "["), let end = text[start...].firstIndex(of: "]") else { return nil }
        return String(text[text.index(after: start)..<end])
    }
}
