import Glibc
import Host

/// The names that users gave to imported images: a file each, which holds the key of the image.
struct ImageNames: Sendable {
    let directory: String

    /// Longest name, in bytes.
    private static let longest = 64

    /// Whether a name is safe as a file's and cannot be taken for a source.
    static func isName(_ name: String) -> Bool {
        func isPlain(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard let first = name.utf8.first, isPlain(first), name.utf8.count <= longest else { return false }
        return name.utf8.allSatisfy { isPlain($0) || "-._".utf8.contains($0) }
    }

    /// The key of a name; nil where there is none.
    func key(of name: String) -> String? {
        guard Self.isName(name), let bytes = try? FileBytes.read("\(directory)/\(name)", limit: 100) else { return nil }
        let key = String(decoding: bytes, as: UTF8.self).filter { $0.isHexDigit }
        return key.isEmpty ? nil : key
    }

    /// Gives a key a name, which may have had another.
    func set(_ name: String, to key: String) throws {
        try FileBytes.makeDirectories(directory)
        try FileBytes.replace("\(directory)/\(name)", Array("\(key)\n".utf8))
    }

    /// Takes a name away.
    func remove(_ name: String) throws {
        guard unlink("\(directory)/\(name)") == 0 || errno == ENOENT else {
            throw HostError.system("delete", "\(directory)/\(name)")
        }
    }

    /// All names and their keys, sorted.
    func all() throws -> [(name: String, key: String)] {
        guard FileBytes.isDirectory(directory) else { return [] }
        var found: [(name: String, key: String)] = []
        try DirectoryTree.visit(directory) { item in
            if item.isRegularFile, let key = key(of: item.path) { found.append((item.path, key)) }
        }
        return found
    }
}
