import Glibc

/// Small files that the kernel makes: /proc, /sys, control groups. Read whole, written in one call.
enum KernelFile {
    /// Why a call failed.
    struct Failure: Error, CustomStringConvertible {
        let number: Int32
        var description: String { String(cString: strerror(number)) }
    }

    /// The file's text, nil where it cannot be read.
    static func read(_ path: String) -> String? {
        bytes(path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The file's text without surrounding white space, nil where it is empty or cannot be read.
    static func value(_ path: String) -> String? {
        guard let text = read(path) else { return nil }
        let trimmed = text.trimmed
        return trimmed.isEmpty ? nil : trimmed
    }

    /// The file's bytes, nil where it cannot be read.
    static func bytes(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return nil }
            if count == 0 { return result }
            result.append(contentsOf: buffer.prefix(count))
        }
    }

    /// Writes the whole text in one call, as these files want it. The file must exist.
    static func write(_ text: String, to path: String) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(number: errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        while Glibc.write(descriptor, bytes, bytes.count) < 0 {
            if errno != EINTR { throw Failure(number: errno) }
        }
    }

    /// Names of the directories directly inside a directory, sorted; empty where it cannot be read.
    static func directories(in path: String) -> [String] {
        entries(in: path).filter { name, type in
            type == UInt8(DT_DIR) || (type == UInt8(DT_UNKNOWN) && isDirectory("\(path)/\(name)"))
        }.map(\.name).sorted()
    }

    /// Names of all that is directly inside a directory, sorted; empty where it cannot be read.
    static func names(in path: String) -> [String] {
        entries(in: path).map(\.name).sorted()
    }

    private static func entries(in path: String) -> [(name: String, type: UInt8)] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var found: [(name: String, type: UInt8)] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { found.append((name, entry.pointee.d_type)) }
        }
        return found
    }

    /// Whether there is a directory at the path, not a link to one.
    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether anything is at the path.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }
}

extension StringProtocol {
    /// Without white space and line ends at both ends.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
