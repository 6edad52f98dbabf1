import Foundation
import Glibc
import Host

/// A directory of the cache in the making: `NAME.building-PID` until it is complete, then `NAME`. Whoever sees
/// `NAME` sees all of it. Made and swept only by the holder of the lock for `NAME`.
struct StagedDirectory: Sendable {
    /// Where it will be.
    let destination: String
    /// Where it is made.
    let path: String

    private static let building = ".building-"
    private static let removing = ".removing-"

    /// Makes the directory, empty.
    static func begin(for destination: String) throws -> StagedDirectory {
        let staged = StagedDirectory(
            destination: destination,
            path: "\(destination)\(building)\(getpid())"
        )
        guard mkdir(staged.path, 0o755) == 0 else { throw HostError.system("mkdir", staged.path) }
        return staged
    }

    /// Gives it its name, for good; what was there before goes. Its content must have been synchronised.
    func commit() throws {
        try Self.setAside(destination)
        guard rename(path, destination) == 0 else { throw HostError.system("rename", path) }
        try FileBytes.syncDirectory(Self.parent(of: destination))
        try Self.sweep(destination)
    }

    /// Deletes it unfinished.
    func discard() throws {
        try DirectoryTree.remove(path)
    }

    /// Deletes a finished directory; nobody ever sees half of it.
    static func remove(_ destination: String) throws {
        try setAside(destination)
        try sweep(destination)
    }

    /// Deletes what unfinished makings and removals of `destination` left.
    /// - Returns: paths of what was deleted.
    @discardableResult
    static func sweep(_ destination: String) throws -> [String] {
        let name = destination.split(separator: "/").last.map(String.init) ?? destination
        let leftovers = try unfinished(in: parent(of: destination)).filter { $0.name == name }.map(\.path)
        for path in leftovers { try DirectoryTree.remove(path) }
        return leftovers
    }

    /// What of a directory of the cache is unfinished, with the name it was to have.
    static func unfinished(in directory: String) throws -> [(name: String, path: String)] {
        try names(in: directory).compactMap { entry in
            let mark = entry.firstRange(of: building) ?? entry.firstRange(of: removing)
            return mark.map { (String(entry[..<$0.lowerBound]), "\(directory)/\(entry)") }
        }
    }

    /// What is finished in a directory of the cache: names of directories.
    static func finished(in directory: String) throws -> [String] {
        try names(in: directory).filter { entry in
            !entry.contains(building) && !entry.contains(removing) && FileBytes.isDirectory("\(directory)/\(entry)")
        }
    }

    /// Removes what of a directory of the cache is half-made or was not used since `limit`, unless some benchrun uses or
    /// makes something in it now: its locks are `.use` and `.build`.
    /// - Parameters:
    ///   - what: what is in it, for people: `guest kernel`.
    ///   - mark: the file whose time says when an entry was last used, by the entry's path.
    ///   - more: removes what goes with it, under the same locks.
    /// - Returns: a line for each thing removed.
    static func prune(
        _ directory: String,
        of what: String,
        before limit: Date,
        mark: (String) -> String = { $0 },
        more: () throws -> [String] = { [] }
    ) throws -> [String] {
        guard FileBytes.isDirectory(directory),
            let use = try FileLock.attempt(.exclusive, at: "\(directory)/.use")
        else { return [] }
        defer { use.release() }
        guard let build = try FileLock.attempt(.exclusive, at: "\(directory)/.build") else { return [] }
        defer { build.release() }
        var removed: [String] = []
        for (name, path) in try unfinished(in: directory) {
            try DirectoryTree.remove(path)
            removed.append("half-made \(what) \(name)")
        }
        for name in try finished(in: directory) {
            let path = "\(directory)/\(name)"
            guard Double(FileBytes.modified(mark(path)) ?? 0) <= limit.timeIntervalSince1970 else { continue }
            try remove(path)
            removed.append("\(what) \(name)")
        }
        return removed + (try more())
    }

    private static func setAside(_ destination: String) throws {
        let aside = "\(destination)\(removing)\(getpid())"
        try DirectoryTree.remove(aside)
        guard rename(destination, aside) == 0 || errno == ENOENT else {
            throw HostError.system("rename", destination)
        }
    }

    private static func names(in directory: String) throws -> [String] {
        guard let stream = opendir(directory) else {
            if errno == ENOENT { return [] }
            throw HostError.system("read", directory)
        }
        defer { closedir(stream) }
        return try DirectoryTree.names(stream, at: directory)
    }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}
