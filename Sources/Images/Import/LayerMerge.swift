import Glibc
import Host

/// Puts one layer of a container image on top of those below it (OCI image specification, "Applying changesets").
///
/// The layer was unpacked into a directory of its own and is moved from there, name by name and by descriptors: no path
/// of it is ever resolved through what another layer left, so that no link leads out of the tree.
enum LayerMerge {
    private static let whiteout = ".wh."
    private static let reserved = ".wh..wh."
    private static let opaque = ".wh..wh..opq"

    /// Moves everything in `layer` to `tree`, and removes there what the layer says is gone.
    static func apply(_ layer: String, onto tree: String) throws {
        let upper = try open(layer)
        defer { close(upper) }
        let lower = try open(tree)
        defer { close(lower) }
        try merge(upper, lower, path: "")
    }

    private static func merge(_ upper: Int32, _ lower: Int32, path: String) throws {
        // As the layer says it: what follows changes the time of modification.
        var status = stat()
        guard fstat(upper, &status) == 0 else { throw HostError.system("stat", "/" + path) }
        let names = try names(upper)
        if names.contains(opaque) {
            for name in try self.names(lower) { try remove(lower, name, path: path) }
        }
        // First what goes: the layer may bring something new of the same name.
        for name in names where name.hasPrefix(whiteout) && !name.hasPrefix(reserved) {
            try remove(lower, try target(of: name, path: path), path: path)
        }
        for name in names where !name.hasPrefix(whiteout) {
            try move(name, from: upper, to: lower, path: path)
        }
        try set(status, on: lower, path: path)
    }

    private static func move(_ name: String, from upper: Int32, to lower: Int32, path: String) throws {
        let whole = path + name
        if isDirectory(upper, name) {
            let source = try open(name, in: upper, path: whole)
            defer { close(source) }
            if isDirectory(lower, name) {
                let destination = try open(name, in: lower, path: whole)
                defer { close(destination) }
                return try merge(source, destination, path: whole + "/")
            }
            try strip(source, path: whole + "/")
        }
        try remove(lower, name, path: path)
        guard renameat(upper, name, lower, name) == 0 else { throw HostError.system("move", whole) }
    }

    /// Takes the marks out of a directory that covers nothing.
    private static func strip(_ directory: Int32, path: String) throws {
        var status = stat()
        guard fstat(directory, &status) == 0 else { throw HostError.system("stat", path) }
        for name in try names(directory) {
            if name.hasPrefix(whiteout) {
                if !name.hasPrefix(reserved) { _ = try target(of: name, path: path) }
                try remove(directory, name, path: path)
            } else if isDirectory(directory, name) {
                let child = try open(name, in: directory, path: path + name)
                defer { close(child) }
                try strip(child, path: path + name + "/")
            }
        }
        try set(status, on: directory, path: path)
    }

    /// The name that a mark says is gone; one that would be another directory is refused.
    private static func target(of mark: String, path: String) throws -> String {
        let name = String(mark.dropFirst(whiteout.count))
        guard !name.isEmpty, name != ".", name != ".." else {
            throw HostError(
                subject: "images",
                detail: "a layer removes '\(path)\(name)', which leads out of it",
                nextStep: "make the image again from its source"
            )
        }
        return name
    }

    /// Removes a thing and all in it; what is not there is gone already.
    private static func remove(_ parent: Int32, _ name: String, path: String) throws {
        if isDirectory(parent, name) {
            let directory = try open(name, in: parent, path: path + name)
            defer { close(directory) }
            for child in try names(directory) { try remove(directory, child, path: path + name + "/") }
        }
        let flag = isDirectory(parent, name) ? AT_REMOVEDIR : 0
        guard unlinkat(parent, name, flag) == 0 || errno == ENOENT else {
            throw HostError.system("delete", path + name)
        }
    }

    /// Owner, mode and times, in that order: a change of owner takes special bits of the mode away.
    private static func set(_ status: stat, on lower: Int32, path: String) throws {
        guard fchown(lower, status.st_uid, status.st_gid) == 0,
            fchmod(lower, status.st_mode & 0o7777) == 0,
            futimens(lower, [status.st_atim, status.st_mtim]) == 0
        else { throw HostError.system("set the owner and mode of", "/" + path) }
    }

    // MARK: - Descriptors

    private static func isDirectory(_ parent: Int32, _ name: String) -> Bool {
        var status = stat()
        return fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func open(_ path: String) throws -> Int32 {
        try open(path, in: AT_FDCWD, path: path)
    }

    private static func open(_ name: String, in parent: Int32, path: String) throws -> Int32 {
        let descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw HostError.system("open", path) }
        return descriptor
    }

    private static func names(_ directory: Int32) throws -> [String] {
        // A stream of its own, from the beginning.
        let copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else {
            if copy >= 0 { close(copy) }
            throw HostError.system("read", "a layer")
        }
        defer { closedir(stream) }
        return try DirectoryTree.names(stream, at: "a layer")
    }
}
