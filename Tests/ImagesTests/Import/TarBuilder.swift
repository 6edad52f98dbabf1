import Glibc

/// A tar in memory, member by member.
struct TarBuilder {
    private(set) var bytes: [UInt8] = []

    mutating func file(_ name: String, _ content: String = "", mode: Int = 0o644) {
        add(name, type: "0", content: Array(content.utf8), mode: mode)
    }

    mutating func file(_ name: String, bytes content: [UInt8]) {
        add(name, type: "0", content: content)
    }

    mutating func directory(_ name: String, mode: Int = 0o755) {
        add(name, type: "5", mode: mode)
    }

    mutating func symbolicLink(_ name: String, to target: String) {
        add(name, type: "2", link: target)
    }

    mutating func hardLink(_ name: String, to target: String) {
        add(name, type: "1", link: target)
    }

    /// A pax header that overrides what the next member's says.
    mutating func pax(_ key: String, _ value: String) {
        // The length counts its own digits.
        let rest = " \(key)=\(value)\n".utf8.count
        var length = rest + 1
        while "\(length)".utf8.count + rest != length { length += 1 }
        add("pax", type: "x", content: Array("\(length) \(key)=\(value)\n".utf8))
    }

    /// GNU's way to say a long name.
    mutating func longName(_ name: String) {
        add("././@LongLink", type: "L", content: Array(name.utf8) + [0])
    }

    mutating func add(
        _ name: String,
        type: Character,
        link: String = "",
        content: [UInt8] = [],
        mode: Int = 0o644,
        size: [UInt8]? = nil
    ) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<(offset + text.utf8.count), with: Array(text.utf8))
        }
        func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(name, at: 0)
        put(octal(mode, 7), at: 100)
        put(octal(Int(getuid()), 7), at: 108)
        put(octal(Int(getgid()), 7), at: 116)
        put(octal(content.count, 11), at: 124)
        if let size { header.replaceSubrange(124..<136, with: size) }
        put(octal(1_700_000_000, 11), at: 136)
        put(String(type), at: 156)
        put(link, at: 157)
        put("ustar", at: 257)
        put("00", at: 263)
        put("        ", at: 148)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\0 ", at: 148)
        bytes += header + content
        bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    /// With the two blocks of zeros that end it.
    var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }
}

/// A tar of what `fill` adds.
func tar(_ fill: (inout TarBuilder) -> Void) -> [UInt8] {
    var builder = TarBuilder()
    fill(&builder)
    return builder.finished
}
