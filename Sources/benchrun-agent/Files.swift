import Glibc

/// Small files, read and written whole: /proc, /sys and control groups.
enum Files {
    /// At most `limit` bytes, or nil when the file cannot be read.
    static func bytes(_ path: String, limit: Int = 1 << 20) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return bytes(descriptor, limit: limit)
    }

    /// What can be read from here on, at most `limit` bytes.
    static func bytes(_ descriptor: Int32, limit: Int) -> [UInt8]? {
        var content: [UInt8] = []
        while content.count < limit {
            let wanted = min(limit - content.count, 64 << 10)
            let count = withUnsafeTemporaryAllocation(byteCount: wanted, alignment: 8) { buffer in
                let count = read(descriptor, buffer.baseAddress, wanted)
                if count > 0 { content.append(contentsOf: buffer[..<count]) }
                return count
            }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return nil }
            if count == 0 { break }
        }
        return content
    }

    /// The text without white space at its ends, or nil when there is none.
    static func text(_ path: String, limit: Int = 1 << 20) -> String? {
        guard let bytes = bytes(path, limit: limit) else { return nil }
        let text = trim(String(decoding: bytes, as: UTF8.self))
        return text.isEmpty ? nil : text
    }

    /// The lines of a text file; none when it cannot be read.
    static func lines(_ path: String, limit: Int = 1 << 20) -> [Substring] {
        text(path, limit: limit)?.split(separator: "\n") ?? []
    }

    /// The number that a file holds.
    static func number(_ path: String) -> UInt64? {
        text(path).flatMap(UInt64.init)
    }

    /// Writes into a file that exists, in one call.
    static func write(_ text: String, to path: String) throws(SystemError) {
        let descriptor = try check(open(path, O_WRONLY | O_CLOEXEC), path)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        try check(Glibc.write(descriptor, bytes, bytes.count), "\(path) (writing '\(trim(text))')")
    }

    /// Names in a directory, sorted, without those that begin with a dot; none when it cannot be read.
    static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    static func trim(_ text: some StringProtocol) -> String {
        let blank: (Character) -> Bool = { $0 == " " || $0 == "\n" || $0 == "\t" }
        let start = text.drop(while: blank)
        let end = start.lastIndex { !blank($0) }
        return end.map { String(start[...$0]) } ?? ""
    }
}
