import Glibc

/// Where benchrun keeps what is not a result: XDG's base directories.
public struct Locations: Sendable, Equatable {
    /// Kept between runs, can be made again: images, engines' stores, probe results.
    public var cache: String
    /// Kept until what it names is gone: ledgers.
    public var state: String
    /// Gone with the session: the lock, sockets. Short enough for a Unix socket's path.
    public var runtime: String

    /// Creates a set of places.
    public init(cache: String, state: String, runtime: String) {
        self.cache = cache
        self.state = state
        self.runtime = runtime
    }

    /// `XDG_CACHE_HOME` or `~/.cache`, `XDG_STATE_HOME` or `~/.local/state`, `XDG_RUNTIME_DIR` or, for root, `/run`;
    /// each with `benchrun` below it. A relative path in a variable is ignored, as the specification asks.
    public static func standard(environment: [String: String]) -> Locations {
        standard(environment: environment, user: getuid())
    }

    static func standard(environment: [String: String], user: UInt32) -> Locations {
        func absolute(_ name: String) -> String? {
            environment[name].flatMap { $0.hasPrefix("/") ? trimmingSlashes($0) : nil }
        }
        let home = absolute("HOME") ?? homeDirectory(of: user) ?? "/tmp/benchrun-home-\(user)"
        // Without a session's directory: one that carries the user's number, which create() refuses to share.
        let runtime = absolute("XDG_RUNTIME_DIR").map { $0 + "/benchrun" }
        return Locations(
            cache: (absolute("XDG_CACHE_HOME") ?? home + "/.cache") + "/benchrun",
            state: (absolute("XDG_STATE_HOME") ?? home + "/.local/state") + "/benchrun",
            runtime: runtime ?? (user == 0 ? "/run/benchrun" : "/tmp/benchrun-\(user)")
        )
    }

    /// Makes the directories, for this user alone.
    /// - Throws: ``HostError`` when one cannot be made or belongs to someone else.
    public func create() throws {
        for path in [cache, state, runtime] { try Self.create(path) }
    }

    static func create(_ path: String) throws {
        var made = ""
        for name in path.split(separator: "/") {
            made += "/\(name)"
            guard mkdir(made, 0o700) != 0, errno != EEXIST else { continue }
            // A parent may be there and closed to us, or on a read-only file system.
            let reason = errno
            if KernelFile.exists(made) { continue }
            throw HostError(
                subject: made,
                detail: "cannot be made: \(String(cString: strerror(reason)))",
                nextStep: "check its parent's permissions, or set XDG_CACHE_HOME, XDG_STATE_HOME, XDG_RUNTIME_DIR"
            )
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
            throw HostError(
                subject: path,
                detail: "is not a directory of this user",
                nextStep: "remove it, or set XDG_CACHE_HOME, XDG_STATE_HOME and XDG_RUNTIME_DIR"
            )
        }
    }

    private static func trimmingSlashes(_ path: String) -> String {
        "/" + path.split(separator: "/").joined(separator: "/")
    }

    private static func homeDirectory(of user: UInt32) -> String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16384)
        guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil, let home = entry.pw_dir
        else { return nil }
        return String(cString: home)
    }
}
