import CLinux
import Glibc

/// The children of this process, found without naming any of them: what a subreaper has adopted.
struct ChildList {
    private let list: Int32
    private let processes: Int32

    /// Opens what is needed while /proc is still where it was.
    init() {
        list = open("/proc/self/task/\(getpid())/children", O_RDONLY | O_CLOEXEC)
        processes = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }

    /// Process ids of all children, zombies included.
    func read() -> [pid_t] {
        if list >= 0, lseek(list, 0, SEEK_SET) == 0, let bytes = Files.bytes(list, limit: 1 << 20) {
            return String(decoding: bytes, as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
        }
        return scan()
    }

    /// Ends and reaps all children, and theirs, which come here as their parents go. Nobody may wait for them any more.
    /// - Returns: whether none is left when the limit, in milliseconds, has passed.
    func sweep(within limit: UInt64) -> Bool {
        let deadline = Clock.after(limit * 1_000_000)
        while true {
            var end = cl_end()
            while case let pid = cl_ended_child(), pid > 0, cl_reap(pid, &end) == 1 {}
            let left = read()
            if left.isEmpty || Clock.now >= deadline { return left.isEmpty }
            for pid in left { kill(pid, SIGKILL) }
            usleep(500)
        }
    }

    /// For kernels without CONFIG_PROC_CHILDREN.
    private func scan() -> [pid_t] {
        let copy = openat(processes, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else { return [] }
        defer { closedir(stream) }
        var children: [pid_t] = []
        let own = getpid()
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let pid = pid_t(name) else { continue }
            let descriptor = openat(processes, "\(name)/stat", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            guard let bytes = Files.bytes(descriptor, limit: 4096), let end = bytes.lastIndex(of: UInt8(ascii: ")"))
            else { continue }
            // After the name, which may hold anything: state, then the parent.
            let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
            if fields.count > 1, pid_t(fields[1]) == own { children.append(pid) }
        }
        return children
    }
}
