import Glibc

/// One line of /proc/self/mountinfo.
struct MountEntry {
    /// What of the file system is mounted.
    var root: String
    /// Where.
    var point: String
    /// Options of this mount.
    var options: [Substring]
    var type: String
    /// What is mounted: a device's path, or a word.
    var source: String
    /// Options of the file system.
    var superOptions: [Substring]

    init?(_ line: some StringProtocol) {
        let fields = line.split(separator: " ").map { String($0) }
        guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { return nil }
        root = Self.unescape(fields[3])
        point = Self.unescape(fields[4])
        options = fields[5].split(separator: ",")
        type = fields[dash + 1]
        source = Self.unescape(fields[dash + 2])
        superOptions = fields[dash + 3].split(separator: ",")
    }

    /// Options of the mount, then those of the file system that were not named yet.
    var allOptions: String {
        // A read-only mount of a writable file system is read-only.
        let rest = superOptions.filter { !options.contains($0) && $0 != "rw" }
        return (options + rest).joined(separator: ",")
    }

    /// Space, tab, newline and backslash are octal.
    private static func unescape(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8) {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// What is mounted, in the order of mounting.
struct MountTable {
    let entries: [MountEntry]

    static func read() -> MountTable {
        MountTable(entries: Files.lines("/proc/self/mountinfo", limit: 4 << 20).compactMap { MountEntry($0) })
    }

    /// The mount that a path is in; a later mount at the same place hides an earlier one.
    func holding(_ path: String) -> MountEntry? {
        var best: MountEntry?
        for entry in entries where Self.contains(entry.point, path) {
            if entry.point.utf8.count >= best?.point.utf8.count ?? 0 { best = entry }
        }
        return best
    }

    /// Whether a directory is or holds a path.
    static func contains(_ directory: String, _ path: String) -> Bool {
        directory == "/" || path == directory || path.hasPrefix(directory + "/")
    }
}
