import BenchrunModel
import Glibc
import Host

/// Gives a user's root file system the places that instances mount something at, and nothing else: what it holds stays
/// as it is, times of modification included.
///
/// No component of a path is followed where it is a symbolic link: it would lead into this host.
struct ImportedTree {
    let tree: String
    /// The time of what is added, in seconds since 1970, so that the same source gives the same image.
    let epoch: Int

    func finish() throws {
        for path in ["dev", "proc", "sys"] + GuestPath.temporary.map({ String($0.dropFirst()) }) {
            try directory(path, mode: path.hasSuffix("tmp") ? 0o1777 : 0o755)
        }
        try directory(String(GuestPath.scratch.dropFirst()), mode: 0o755)
        // Devices of another host, and what instances cover.
        for path in ["dev", "proc", "sys"] { try empty(path) }
        try directory("etc", mode: 0o755)
        try file("etc/hostname", "benchrun\n")
        try file("etc/hosts", "127.0.0.1\tlocalhost benchrun\n::1\tlocalhost ip6-localhost ip6-loopback\n")
        try file("etc/resolv.conf", "")
        try file(String(GuestPath.agent.dropFirst()), "", mode: 0o755)
        // A tree that was unpacked somewhere for a while may be closed to all but its owner.
        guard chmod(tree, 0o755) == 0 else { throw HostError.system("chmod", tree) }
    }

    private func empty(_ path: String) throws {
        try keepingTime(of: "") {
            try DirectoryTree.remove(below: "\(tree)/\(path)") { _ in true }
            try settle(path)
        }
    }

    /// Makes a directory where there is none; a link in its place goes.
    private func directory(_ path: String, mode: mode_t) throws {
        let parent = try parent(of: path)
        let target = "\(tree)/\(path)"
        if FileBytes.isDirectory(target) { return }
        try keepingTime(of: parent) {
            try removeLink(target)
            guard mkdir(target, mode) == 0 else { throw refusal(path) }
            guard chmod(target, mode) == 0 else { throw HostError.system("chmod", target) }
            try settle(path)
        }
    }

    /// Makes a file where there is none; a link stays, for whoever mounts over it resolves it in the instance. But not
    /// at the agent's place, which is benchrun's own.
    private func file(_ path: String, _ text: String, mode: mode_t = 0o644) throws {
        let parent = try parent(of: path)
        let target = "\(tree)/\(path)"
        var status = stat()
        let isThere = lstat(target, &status) == 0
        let isAgent = "/" + path == GuestPath.agent
        if isThere, !isAgent { return }
        try keepingTime(of: parent) {
            guard !isThere || unlink(target) == 0 else { throw refusal(path) }
            try FileBytes.create(target, Array(text.utf8), mode: mode)
            try settle(path)
        }
    }

    /// The directory that holds a path, made where it is missing.
    private func parent(of path: String) throws -> String {
        let parts = path.split(separator: "/").dropLast()
        guard !parts.isEmpty else { return "" }
        let parent = parts.joined(separator: "/")
        try directory(parent, mode: 0o755)
        return parent
    }

    private func removeLink(_ target: String) throws {
        var status = stat()
        guard lstat(target, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return }
        guard unlink(target) == 0 else { throw HostError.system("delete", target) }
    }

    private func settle(_ path: String) throws {
        let time = timespec(tv_sec: epoch, tv_nsec: 0)
        guard utimensat(AT_FDCWD, "\(tree)/\(path)", [time, time], AT_SYMLINK_NOFOLLOW) == 0 else {
            throw HostError.system("set the time of", path)
        }
    }

    /// Lets a directory have the time of modification that it had before.
    private func keepingTime(of path: String, _ body: () throws -> Void) throws {
        let target = path.isEmpty ? tree : "\(tree)/\(path)"
        var status = stat()
        guard lstat(target, &status) == 0 else { throw HostError.system("stat", target) }
        try body()
        guard utimensat(AT_FDCWD, target, [status.st_atim, status.st_mtim], AT_SYMLINK_NOFOLLOW) == 0 else {
            throw HostError.system("set the time of", target)
        }
    }

    private func refusal(_ path: String) -> HostError {
        HostError(
            subject: "images",
            detail: "the root file system has something at /\(path), where benchrun needs a place of its own",
            nextStep: "remove it from the image"
        )
    }
}
