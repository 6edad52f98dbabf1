import Glibc
import Host

/// A tar that is not trusted: its headers are read before any program unpacks it.
struct TarFile {
    /// One member.
    struct Entry: Equatable {
        /// As it is written.
        var name: String
        /// What a link points to.
        var link: String
        /// Type flag: `0` a file, `1` a hard link, `2` a symbolic link, `5` a directory, ...
        var type: UInt8
        /// Bytes of content.
        var size: Int

        /// The name without leading `/` and `./`, and without `/` at its end.
        var path: String {
            name.split(separator: "/").drop { $0 == "." }.joined(separator: "/")
        }
    }

    let path: String
    private static let block = 512

    init(_ path: String) {
        self.path = path
    }

    /// Reads all headers.
    /// - Returns: number of members.
    /// - Throws: `HostError` for what is not a whole tar, or has a member that would be unpacked elsewhere.
    @discardableResult
    func check() throws -> Int {
        var count = 0
        try visit { entry in
            count += 1
            try refuseTraversal(entry)
            return true
        }
        guard count > 0 else { throw failure("holds nothing") }
        return count
    }

    /// Reads headers until the end, or until `body` returns false.
    func visit(_ body: (Entry) throws -> Bool) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw HostError.system("open", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw HostError.system("stat", path) }
        let end = Int(status.st_size)
        var offset = 0
        var overrides: [String: String] = [:]
        while true {
            guard offset + Self.block <= end else { throw failure("is cut off after \(end) bytes") }
            let header = try read(descriptor, offset, Self.block)
            if header.allSatisfy({ $0 == 0 }) { return }
            var entry = try entry(header, at: offset)
            if let size = overrides["size"].flatMap({ Int($0) }) { entry.size = size }
            offset += Self.block
            if entry.type == UInt8(ascii: "S") { offset = try skipSparseMap(descriptor, header, offset, end) }
            // Links and directories have no content, whatever their size says.
            let hasContent = !"12345 6".utf8.contains(entry.type)
            let size = hasContent ? entry.size : 0
            guard size >= 0, size <= end - offset else { throw failure("is cut off within '\(entry.name)'") }
            let next = offset + (size + Self.block - 1) / Self.block * Self.block
            switch entry.type {
            case UInt8(ascii: "x"): overrides.merge(records(try read(descriptor, offset, try small(size)))) { $1 }
            case UInt8(ascii: "L"): overrides["path"] = text(try read(descriptor, offset, try small(size)))
            case UInt8(ascii: "K"): overrides["linkpath"] = text(try read(descriptor, offset, try small(size)))
            case UInt8(ascii: "g"): break
            default:
                entry.name = overrides["path"] ?? entry.name
                entry.link = overrides["linkpath"] ?? entry.link
                overrides = [:]
                guard try body(entry) else { return }
            }
            offset = next
        }
    }

    private func entry(_ header: [UInt8], at offset: Int) throws -> Entry {
        var sum = 0
        for (index, byte) in header.enumerated() { sum += (148..<156).contains(index) ? 0x20 : Int(byte) }
        guard number(header[148..<156]) == sum else {
            throw failure(offset == 0 ? "is not a tar" : "is damaged at byte \(offset)")
        }
        let isUstar = Array(header[257..<262]) == Array("ustar".utf8)
        // GNU's own form, with a space after the magic, keeps times where the prefix is.
        let prefix = isUstar && header[262] == 0 ? text(header[345..<500]) : ""
        let name = text(header[0..<100])
        guard let size = number(header[124..<136]) else { throw failure("is damaged at byte \(offset)") }
        let type = header[156] == 0 ? UInt8(ascii: "0") : header[156]
        return Entry(
            name: prefix.isEmpty ? name : "\(prefix)/\(name)",
            link: text(header[157..<257]),
            type: type,
            size: size
        )
    }

    /// Members that point out of the directory they are unpacked in. Symbolic links may: they are followed by nobody
    /// before the tree is a root.
    private func refuseTraversal(_ entry: Entry) throws {
        let names = entry.type == UInt8(ascii: "1") ? [entry.name, entry.link] : [entry.name]
        for name in names where name.split(separator: "/").contains("..") {
            throw failure("has a member that leads out of it: '\(name)'")
        }
    }

    // MARK: - Parts of a header

    private func text(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Octal digits, or, with the top bit set, a big-endian number; nil where it is neither.
    private func number(_ field: ArraySlice<UInt8>) -> Int? {
        guard let first = field.first else { return nil }
        if first & 0x80 != 0 {
            var value = Int(first & 0x7F)
            for byte in field.dropFirst() {
                guard value < 1 << 54 else { return nil }
                value = value << 8 | Int(byte)
            }
            return value
        }
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
        return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    /// `LENGTH KEY=VALUE\n`, as many as there are; the length covers the whole record.
    private func records(_ bytes: [UInt8]) -> [String: String] {
        var found: [String: String] = [:]
        var rest = bytes[...]
        while let space = rest.firstIndex(of: 0x20),
            let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length > 0, length <= rest.count
        {
            let record = rest.prefix(length)
            rest = rest.dropFirst(length)
            guard space < record.endIndex, let equals = record[space...].firstIndex(of: UInt8(ascii: "=")) else {
                break
            }
            let key = String(decoding: record[(space + 1)..<equals], as: UTF8.self)
            found[key] = String(decoding: record[(equals + 1)...].dropLast(), as: UTF8.self)
        }
        return found
    }

    /// Each further block of a sparse file's map says at byte 504 whether another follows.
    private func skipSparseMap(_ descriptor: Int32, _ header: [UInt8], _ start: Int, _ end: Int) throws -> Int {
        var offset = start
        var hasMore = header[482] != 0
        while hasMore {
            guard offset + Self.block <= end else { throw failure("is cut off") }
            hasMore = try read(descriptor, offset, Self.block)[504] != 0
            offset += Self.block
        }
        return offset
    }

    /// Longer than any path is nothing that is meant well.
    private func small(_ size: Int) throws -> Int {
        guard size <= 1 << 20 else { throw failure("has a header of \(size) bytes") }
        return size
    }

    private func read(_ descriptor: Int32, _ offset: Int, _ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress?.advanced(by: done), count - done, off_t(offset + done))
            }
            if got < 0 && errno == EINTR { continue }
            guard got > 0 else { throw got < 0 ? HostError.system("read", path) : failure("is cut off") }
            done += got
        }
        return bytes
    }

    private func failure(_ detail: String) -> HostError {
        HostError(
            subject: "images",
            detail: "\(path.split(separator: "/").last ?? "the tar") \(detail)",
            nextStep: "make it again from its source"
        )
    }
}
