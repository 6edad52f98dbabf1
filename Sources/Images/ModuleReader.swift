import Host

/// Reads modules, each once.
actor ModuleReader {
    let directory: String
    let drafts: String
    private var known: [String: [UInt8]] = [:]

    init(directory: String, drafts: String) {
        self.directory = directory
        self.drafts = drafts
    }

    func needs(_ step: KernelModules.Step) async throws -> [String] {
        guard let needs = ModuleInfo.needs(try await read(step)) else {
            throw HostError(
                subject: "guest kernel",
                detail: "\(directory)/\(step.path) is not a module",
                nextStep: "run 'benchrun image prune' and try again"
            )
        }
        return needs
    }

    func read(_ step: KernelModules.Step) async throws -> [UInt8] {
        if let bytes = known[step.name] { return bytes }
        let path = "\(directory)/\(step.path)"
        var bytes = try await onOwnThread { try FileBytes.read(path) }
        if let program = Self.program(for: path) {
            try Tool.require([program], for: "guest initramfs")
            let file = path.split(separator: "/").last.map(String.init) ?? step.name
            let draft = "\(drafts)/\(file)"
            let packed = bytes
            try await onOwnThread { try FileBytes.create(draft, packed) }
            try await HostCommand([program, "--quiet", "--decompress", draft]).check()
            let unpacked = String(draft.prefix(draft.count - (draft.split(separator: ".").last?.count ?? 0) - 1))
            bytes = try await onOwnThread { try FileBytes.read(unpacked) }
        }
        known[step.name] = bytes
        return bytes
    }

    private static func program(for path: String) -> String? {
        switch path.split(separator: ".").last {
        case "xz": "xz"
        case "zst": "zstd"
        case "gz": "gzip"
        default: nil
        }
    }
}
