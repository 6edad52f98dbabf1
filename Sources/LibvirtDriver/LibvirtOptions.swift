import BenchrunModel

/// What an environment file may set for a virtual machine, validated.
struct LibvirtOptions: Sendable, Equatable {
    /// Who executes the guest's instructions.
    enum Accelerator: String, Sendable, CaseIterable {
        /// KVM where a probe guest answers, else TCG.
        case auto
        /// The processor's virtualization.
        case kvm
        /// qemu's own translation.
        case tcg
    }

    /// How the host caches a disk.
    enum Cache: String, Sendable, CaseIterable {
        case none, directsync, writeback, writethrough, unsafe

        /// Whether the host's page cache is bypassed.
        var isDirect: Bool { self == .none || self == .directsync }
    }

    /// How qemu asks the host for disk I/O.
    enum InputOutput: String, Sendable, CaseIterable {
        case native, threads
        case ring = "io_uring"
    }

    /// An engine inside the guest, in whose container the workloads run.
    enum Engine: String, Sendable, CaseIterable {
        case docker
    }

    /// Names that environment files may use.
    static let names: Set<String> = OwnKernelOptions.names.union([
        "accelerator", "bridge", "cache", "connection", "cpu", "disk-bus", "emulator-cpus", "engine", "io",
        "kernel-arguments", "machine", "network", "pages", "scratch",
    ])

    /// Who executes the guest's instructions.
    var accelerator: Accelerator
    /// Machine type: `q35`, `pc`, or a versioned one.
    var machine: String
    /// CPU mode or model; nil takes the accelerator's best.
    var cpu: String?
    /// How the host caches both disks.
    var cache: Cache
    /// How qemu asks the host for disk I/O.
    var io: InputOutput
    /// Words for the end of the guest kernel's command line.
    var kernelArguments: [String]
    /// The libvirt that makes the guest.
    var connection: ConnectionKind
    /// How the guest's disks are attached.
    var bus: DiskBus
    /// What the guest's scratch is.
    var scratch: Scratch
    /// The guest's network, beside its loopback interface.
    var network: Network
    /// A bridge of this host for ``Network/bridge``; nil takes one of the run's own.
    var bridge: String?
    /// What the guest's memory is made of.
    var pages: Pages
    /// Where the emulator's own threads run.
    var emulatorCPUs: EmulatorCPUs
    /// The engine inside the guest; nil runs workloads in the guest itself.
    var engine: Engine?

    /// Reads an environment's options.
    /// - Throws: ``DriverError`` naming the option, its value and what is permitted.
    init(_ environment: EnvironmentSpec) throws(DriverError) {
        let options = environment.options
        let subject = "libvirt/\(environment.name)"
        for name in options.keys.sorted() where !Self.names.contains(name) {
            throw DriverError(
                subject: subject,
                detail: "option '\(name)' is not known",
                nextStep: "use one of \(Self.names.sorted().joined(separator: ", "))"
            )
        }
        accelerator = try Self.choice(options["accelerator"], of: "accelerator", default: .auto, subject)
        cache = try Self.choice(options["cache"], of: "cache", default: .none, subject)
        io = try Self.choice(options["io"], of: "io", default: cache.isDirect ? .native : .threads, subject)
        engine = nil
        if options["engine"] != nil {
            engine = try Self.choice(options["engine"], of: "engine", default: .docker, subject)
        }
        machine = options["machine"] ?? "q35"
        cpu = options["cpu"]
        connection = try Self.choice(options["connection"], of: "connection", default: .system, subject)
        bus = try Self.choice(options["disk-bus"], of: "disk-bus", default: .virtio, subject)
        scratch = try Self.choice(options["scratch"], of: "scratch", default: .raw, subject)
        network = try Self.network(options["network"], subject)
        bridge = options["bridge"]
        pages = try Self.choice(options["pages"], of: "pages", default: .ordinary, subject)
        emulatorCPUs = try Self.choice(options["emulator-cpus"], of: "emulator-cpus", default: .housekeeping, subject)
        kernelArguments = (options["kernel-arguments"] ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
        if let word = kernelArguments.first(where: { !Self.isKernelArgument($0) }) {
            throw DriverError(
                subject: subject,
                detail: "kernel-arguments '\(word)' has characters that are not for a kernel command line",
                nextStep: "use words such as 'transparent_hugepage=never', with spaces between them"
            )
        }
        guard io != .native || cache.isDirect else {
            throw DriverError(
                subject: subject,
                detail: "io 'native' needs a cache that bypasses the host's, not '\(cache.rawValue)'",
                nextStep: "use io 'threads', or cache 'none'"
            )
        }
        for (name, value) in [("machine", machine), ("cpu", cpu ?? "max")] where !Self.isWord(value) {
            throw DriverError(
                subject: subject,
                detail: "\(name) '\(value)' is not a name",
                nextStep: "see 'qemu-system-x86_64 -\(name) help'"
            )
        }
        guard !machine.hasPrefix("microvm") else {
            throw DriverError(
                subject: subject,
                detail: "libvirt cannot make machine '\(machine)': it has no PCI bus",
                nextStep: "use machine 'q35' or 'pc'"
            )
        }
        guard accelerator != .tcg || cpu != "host-passthrough" else {
            throw DriverError(
                subject: subject,
                detail: "cpu 'host-passthrough' needs accelerator 'kvm'",
                nextStep: "use cpu 'maximum'"
            )
        }
        try refuseCombinations(subject)
    }

    /// The guest's CPU under an accelerator.
    func cpu(with accelerator: Accelerator) -> String {
        switch (accelerator, cpu) {
        case (.kvm, let name?): name
        case (_, let name?) where name != "host-passthrough": name
        case (.kvm, nil): "host-passthrough"
        default: "maximum"
        }
    }

    static func choice<Choice: RawRepresentable & CaseIterable>(
        _ text: String?,
        of name: String,
        default standard: Choice,
        _ subject: String
    ) throws(DriverError) -> Choice where Choice.RawValue == String {
        guard let text else { return standard }
        guard let choice = Choice(rawValue: text) else {
            throw DriverError(
                subject: subject,
                detail: "\(name) '\(text)' is not known",
                nextStep: "use one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        return choice
    }

    /// Names of machines and CPU models: nothing that qemu could read as another option.
    static func isWord(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, text.utf8.count <= 64 else { return false }
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || isDigit($0)) || "-_.".unicodeScalars.contains($0)
        }
        return isPlain && first != "-" && first != "."
    }

    /// What a parameter and its value are made of; no quotes, which would join words.
    private static func isKernelArgument(_ text: String) -> Bool {
        text.utf8.count <= 128 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}
