import BenchrunModel
import Glibc
import Host

/// Turns a fresh Debian tree into benchrun's: without what differs from build to build or tells of this host, with
/// the mount points that every instance needs.
struct TreeFinisher {
    let tree: String
    /// Later times of modification become this one, in seconds since 1970.
    let epoch: Int

    func finish() throws {
        try DirectoryTree.remove(below: tree, where: Self.isUnwanted)
        try place("etc/hostname", "benchrun\n")
        try place("etc/hosts", "127.0.0.1\tlocalhost benchrun\n::1\tlocalhost ip6-localhost ip6-loopback\n")
        try place("etc/resolv.conf", "")
        try place("etc/machine-id", "")
        try place(String(GuestPath.agent.dropFirst()), "", mode: 0o755)
        try makeDirectory(String(GuestPath.scratch.dropFirst()), mode: 0o755)
        for path in GuestPath.temporary {
            try makeDirectory(String(path.dropFirst()), mode: path == "/run" ? 0o755 : 0o1777)
        }
        for path in ["dev", "proc", "sys"] { try makeDirectory(path, mode: 0o755) }
        try settleTimes()
    }

    /// What goes: everything in directories that instances cover, apt's and dpkg's leftovers, logs, identities.
    static func isUnwanted(_ item: DirectoryTree.Item) -> Bool {
        let path = item.path
        if emptied.contains(where: { path.hasPrefix($0) }) { return true }
        if item.isDirectory { return item.name == "__pycache__" }
        return exact.contains(path) || path.hasPrefix("var/log/") || path.hasPrefix("etc/ssh/ssh_host_")
            || (path.hasPrefix("var/lib/dpkg/") && path.hasSuffix("-old"))
            || (path.hasPrefix("var/cache/debconf/") && path.hasSuffix("-old")) || path.hasSuffix(".pyc")
    }

    private static let emptied = [
        "dev/", "proc/", "sys/", "run/", "tmp/", "var/tmp/", "var/lib/apt/lists/", "var/cache/apt/",
        "etc/apt/sources.list.d/", "etc/apt/auth.conf.d/",
    ]
    private static let exact: Set = [
        "etc/apt/sources.list", "etc/apt/auth.conf", "etc/apt/apt.conf.d/99mmdebstrap", "etc/passwd-", "etc/shadow-",
        "etc/group-", "etc/gshadow-", "etc/subuid-", "etc/subgid-", "var/cache/ldconfig/aux-cache",
        "var/lib/dbus/machine-id", "var/lib/systemd/random-seed", "var/lib/systemd/catalog/database",
    ]

    /// Puts a file in place of whatever is there, be it a link.
    private func place(_ path: String, _ text: String, mode: mode_t = 0o644) throws {
        let target = "\(tree)/\(path)"
        guard unlink(target) == 0 || errno == ENOENT else { throw HostError.system("delete", target) }
        try FileBytes.create(target, Array(text.utf8), mode: mode)
    }

    private func makeDirectory(_ path: String, mode: mode_t) throws {
        let target = "\(tree)/\(path)"
        guard mkdir(target, mode) == 0 || (errno == EEXIST && FileBytes.isDirectory(target)) else {
            throw HostError.system("mkdir", target)
        }
        guard chmod(target, mode) == 0 else { throw HostError.system("chmod", target) }
    }

    /// Limits every time of modification to the epoch, the top's own last.
    private func settleTimes() throws {
        func settle(_ directory: Int32, _ name: String, _ status: stat, path: String) throws {
            let modified = min(status.st_mtim.tv_sec, epoch)
            let fraction = modified == status.st_mtim.tv_sec ? status.st_mtim.tv_nsec : 0
            let time = timespec(tv_sec: modified, tv_nsec: fraction)
            guard utimensat(directory, name, [time, time], AT_SYMLINK_NOFOLLOW) == 0 else {
                throw HostError.system("set the time of", path)
            }
        }
        try DirectoryTree.visit(tree) { try settle($0.parent, $0.name, $0.status, path: "\(tree)/\($0.path)") }
        var status = stat()
        guard stat(tree, &status) == 0 else { throw HostError.system("stat", tree) }
        try settle(AT_FDCWD, tree, status, path: tree)
    }
}
