import Glibc
import Host

/// Where this host's apt gets packages from, for apt to use again when it fills a root file system.
///
/// Addresses of registries stay in the files made for apt; nothing else of benchrun stores or prints them.
struct AptSources: Sendable, Equatable {
    /// One place: a line of a `.list` file or a stanza of a `.sources` file.
    struct Entry: Sendable, Equatable {
        /// `deb` line: the options between brackets as written. Stanza: nil.
        var options: String?
        /// Stanza: its other fields as written, continuation lines included. Line: nil.
        var fields: [String]?
        var addresses: [String]
        var suites: [String]
        var components: [String]
    }

    var entries: [Entry]

    /// Reads `sources.list` and `sources.list.d` as apt does; only places of binary packages that are enabled.
    static func read(_ directory: String = "/etc/apt") throws -> AptSources {
        var entries: [Entry] = []
        var paths = ["\(directory)/sources.list"]
        let parts = "\(directory)/sources.list.d"
        if FileBytes.isDirectory(parts) {
            var names: [String] = []
            try DirectoryTree.visit(parts) { item in
                if !item.isDirectory && !item.path.contains("/") { names.append(item.name) }
            }
            paths += names.filter(isRead).map { "\(parts)/\($0)" }
        }
        for path in paths where access(path, F_OK) == 0 {
            let text = String(decoding: try FileBytes.read(path), as: UTF8.self)
            entries += path.hasSuffix(".sources") ? stanzas(text) : lines(text)
        }
        guard !entries.isEmpty else {
            throw HostError(
                subject: "image",
                detail: "this host's apt has no package sources",
                nextStep: "add one below \(directory), as 'man sources.list' shows"
            )
        }
        return AptSources(entries: entries)
    }

    /// The suite that others extend (`bookworm`, not `bookworm-updates`): that of the first entry which is not flat.
    var suite: String? {
        entries.lazy.flatMap(\.suites).first { !$0.hasSuffix("/") }.map(Self.base)
    }

    /// All suites, sorted: what an image's key tells from another's.
    var suites: [String] { Set(entries.flatMap(\.suites)).sorted() }

    /// Registries' host names, to be kept out of messages.
    var hosts: Set<String> {
        Set(
            entries.flatMap(\.addresses).compactMap { address in
                guard let start = address.firstRange(of: "://")?.upperBound else { return nil }
                let authority = address[start...].prefix { $0 != "/" }
                let host = authority.split(separator: "@").last.map { $0.prefix { $0 != ":" } } ?? ""
                return host.isEmpty ? nil : String(host)
            }
        )
    }

    /// The same sources for another suite: `bookworm-updates` becomes `trixie-updates`. Entries that are not of
    /// this host's suite, such as a vendor's, know nothing of the other one and are left out.
    func adapted(to wanted: String) -> AptSources {
        guard let own = suite, own != wanted else { return self }
        return AptSources(
            entries: entries.compactMap { entry in
                let suites = entry.suites.filter { Self.base($0) == own }.map { wanted + $0.dropFirst(own.count) }
                guard !suites.isEmpty else { return nil }
                var changed = entry
                changed.suites = suites
                return changed
            }
        )
    }

    /// The one-line entries as a `.list` file; nil where there are none.
    var listFile: String? {
        let lines = entries.filter { $0.fields == nil }.flatMap { entry in
            entry.addresses.flatMap { address in
                entry.suites.map { suite -> String in
                    let options = entry.options.map { ["[\($0)]"] } ?? []
                    let words: [String] = ["deb"] + options + [address, suite] + entry.components
                    return words.joined(separator: " ")
                }
            }
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n") + "\n"
    }

    /// The stanzas as a `.sources` file; nil where there are none.
    var stanzaFile: String? {
        let stanzas = entries.compactMap { entry -> String? in
            guard let fields = entry.fields else { return nil }
            var lines = [
                "Types: deb", "URIs: \(entry.addresses.joined(separator: " "))",
                "Suites: \(entry.suites.joined(separator: " "))",
            ]
            if !entry.components.isEmpty { lines.append("Components: \(entry.components.joined(separator: " "))") }
            return (lines + fields).joined(separator: "\n") + "\n"
        }
        return stanzas.isEmpty ? nil : stanzas.joined(separator: "\n")
    }

    private static func base(_ suite: String) -> String {
        String(suite.prefix { $0 != "-" && $0 != "/" })
    }

    /// apt reads only names with these endings, and none with other characters.
    private static func isRead(_ name: String) -> Bool {
        guard name.hasSuffix(".list") || name.hasSuffix(".sources"), !name.hasPrefix(".") else { return false }
        return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }
    }
}

// MARK: - Reading

extension AptSources {
    /// Lines such as `deb [signed-by=/a.gpg] http://host/debian bookworm main # comment`.
    static func lines(_ text: String) -> [Entry] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            var rest = line.prefix { $0 != "#" }.drop(while: \.isWhitespace)
            guard rest.hasPrefix("deb"), rest.dropFirst(3).first?.isWhitespace == true else { return nil }
            rest = rest.dropFirst(3).drop(while: \.isWhitespace)
            var options: String?
            if rest.first == "[" {
                guard let end = rest.firstIndex(of: "]") else { return nil }
                options = String(rest[rest.index(after: rest.startIndex)..<end])
                rest = rest[rest.index(after: end)...]
            }
            let words = rest.split(whereSeparator: \.isWhitespace).map(String.init)
            guard words.count >= 2, isUsable(words[0]) else { return nil }
            return Entry(
                options: options,
                fields: nil,
                addresses: [words[0]],
                suites: [words[1]],
                components: Array(words.dropFirst(2))
            )
        }
    }

    /// Stanzas of deb822, separated by empty lines.
    static func stanzas(_ text: String) -> [Entry] {
        var entries: [Entry] = []
        var fields: [(name: String, lines: [String])] = []
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        lines.append("")
        for line in lines {
            if line.hasPrefix("#") { continue }
            if line.allSatisfy(\.isWhitespace) {
                if let entry = entry(fields) { entries.append(entry) }
                fields = []
            } else if line.first?.isWhitespace == true {
                if !fields.isEmpty { fields[fields.count - 1].lines.append(String(line)) }
            } else {
                fields.append((line.prefix { $0 != ":" }.lowercased(), [String(line)]))
            }
        }
        return entries
    }

    private static func entry(_ fields: [(name: String, lines: [String])]) -> Entry? {
        func words(_ name: String) -> [String] {
            let lines = fields.last { $0.name == name }?.lines ?? []
            return lines.enumerated().flatMap { index, line -> [String] in
                let value = index == 0 ? line.drop { $0 != ":" }.dropFirst() : line[...]
                return value.split(whereSeparator: \.isWhitespace).map(String.init)
            }
        }
        let addresses = words("uris").filter(isUsable)
        let off = ["no", "false", "0", "off", "without", "disable"]
        guard words("types").contains("deb"), !addresses.isEmpty, !words("suites").isEmpty,
            !off.contains(words("enabled").first?.lowercased() ?? "yes")
        else { return nil }
        let own: Set = ["types", "uris", "suites", "components", "enabled"]
        return Entry(
            options: nil,
            fields: fields.filter { !own.contains($0.name) }.flatMap(\.lines),
            addresses: addresses,
            suites: words("suites"),
            components: words("components")
        )
    }

    /// An installation medium is not there when an image is made.
    private static func isUsable(_ address: String) -> Bool {
        address.contains(":/") && !address.hasPrefix("cdrom:")
    }
}
