import Glibc

/// The command line of `benchrun-agent launch`.
struct LaunchOptions {
    /// A directory or file to be seen at another place.
    struct Bind: Equatable {
        var source: String
        var target: String
        var isReadOnly: Bool
    }

    private(set) var deathSignal: Int32?
    private(set) var joinFiles: [String] = []
    private(set) var cpus: [Int32] = []
    private(set) var newSession = false
    private(set) var userNamespace = false
    private(set) var networkNamespace = false
    private(set) var mountNamespace = false
    private(set) var unmounts: [String] = []
    private(set) var root: String?
    private(set) var systemMounts = false
    private(set) var binds: [Bind] = []
    private(set) var tmpfs: [String] = []
    private(set) var supervise = false
    /// Index of the command in the arguments of the process.
    private(set) var commandIndex = 0

    /// - Parameter arguments: a slice whose indices are those of the process's arguments, less one.
    /// - Throws: ``UsageError`` that names the option.
    init(_ arguments: ArraySlice<String>) throws(UsageError) {
        var reader = OptionReader(arguments)
        while let option = reader.next() {
            switch option {
            case "--":
                try finish(reader.position, before: arguments.endIndex)
                return
            case "--death-signal": deathSignal = try Self.signal(try reader.value(of: option))
            case "--join": joinFiles.append(try reader.path(of: option))
            case "--cpus": cpus = try Self.cpus(try reader.value(of: option))
            case "--new-session": newSession = true
            case "--user-namespace": userNamespace = true
            case "--network-namespace": networkNamespace = true
            case "--mount-namespace": mountNamespace = true
            case "--unmount": unmounts.append(try reader.path(of: option))
            case "--root": root = try reader.path(of: option)
            case "--system-mounts": systemMounts = true
            case "--bind": binds.append(try Self.bind(try reader.path(of: option)))
            case "--tmpfs": tmpfs.append(try reader.path(of: option))
            case "--supervise": supervise = true
            default: throw UsageError("launch: unexpected '\(option)'; the command follows '--'")
            }
        }
        throw UsageError("launch: no command; it follows '--'")
    }

    private mutating func finish(_ position: Int, before end: Int) throws(UsageError) {
        guard position < end else { throw UsageError("launch: no command after '--'") }
        guard root != nil || !systemMounts else { throw UsageError("--system-mounts needs --root") }
        // The program's name is not among the arguments that are parsed.
        commandIndex = position + 1
        if root != nil || !unmounts.isEmpty || !binds.isEmpty || !tmpfs.isEmpty { mountNamespace = true }
    }

    private static func signal(_ text: String) throws(UsageError) -> Int32 {
        guard let number = Int32(text), (1...64).contains(number) else {
            throw UsageError("--death-signal \(text): not a signal's number")
        }
        return number
    }

    /// `0,2-3`
    private static func cpus(_ text: String) throws(UsageError) -> [Int32] {
        var cpus: [Int32] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { Int32($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, (0...last).contains(first), last < 1024
            else { throw UsageError("--cpus \(text): not a list of CPUs such as 0,2-3") }
            cpus += Array(first...last)
        }
        return cpus
    }

    /// The target begins at the last colon, so the source may hold others.
    private static func bind(_ text: String) throws(UsageError) -> Bind {
        let isReadOnly = text.hasSuffix(":ro")
        let pair = isReadOnly ? text.dropLast(":ro".count) : text[...]
        guard let colon = pair.lastIndex(of: ":") else { throw UsageError("--bind \(text): not SOURCE:TARGET") }
        let target = pair[pair.index(after: colon)...]
        guard target.hasPrefix("/") else { throw UsageError("--bind \(text): the target is not an absolute path") }
        return Bind(source: String(pair[..<colon]), target: String(target), isReadOnly: isReadOnly)
    }
}
