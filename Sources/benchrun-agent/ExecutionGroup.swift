import Glibc

/// The cgroup2 hierarchy of a guest, in which every execution gets a group of its own.
struct ExecutionGroups {
    private static let root = "/sys/fs/cgroup"
    private var count = 0

    /// Mounts the hierarchy, moves the agent into a group of its own and hands memory accounting down.
    /// Only for pid 1 of a guest: elsewhere control groups belong to somebody else.
    init() throws(SystemError) {
        if !Files.exists("\(Self.root)/cgroup.controllers") {
            try check(mount("cgroup2", Self.root, "cgroup2", UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC), nil), Self.root)
        }
        let own = "\(Self.root)/agent"
        if mkdir(own, 0o755) != 0 && errno != EEXIST { throw SystemError(own) }
        try Files.write("\(getpid())", to: "\(own)/cgroup.procs")
        try Files.write("+memory", to: "\(Self.root)/cgroup.subtree_control")
    }

    /// A new group, or nil when the kernel does not give one.
    mutating func next() -> ExecutionGroup? {
        count += 1
        return ExecutionGroup(path: "\(Self.root)/run-\(count)")
    }
}

/// The control group of one execution.
final class ExecutionGroup {
    /// The directory, to be born into.
    let descriptor: Int32
    private let path: String

    fileprivate init?(path: String) {
        guard mkdir(path, 0o755) == 0 else { return nil }
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        self.path = path
        if descriptor < 0 {
            rmdir(path)
            return nil
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        rmdir(path)
    }

    /// Highest memory use in bytes; nil where the kernel does not keep it.
    func peak() -> UInt64? {
        Files.number("\(path)/memory.peak")
    }

    /// Ends everything in it, whatever session or process group it moved to.
    func kill() {
        try? Files.write("1", to: "\(path)/cgroup.kill")
    }

    /// Whether nothing is left in it.
    var isEmpty: Bool {
        !Files.lines("\(path)/cgroup.events").contains("populated 1")
    }
}
