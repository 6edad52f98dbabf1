import AgentProtocol
import CLinux
import Glibc

/// Bytes that follow a request: a command's standard input, or a file.
final class Upload {
    /// What happens once all bytes are there.
    enum Goal {
        case run(Command, streams: Bool)
        case spawn(Command)
        case put(path: String)
    }

    let goal: Goal
    /// How many bytes are still to come.
    private(set) var missing: UInt64
    private let descriptor: Int32
    private let subject: String
    private let partial: String?
    private var isReleased = false

    /// Standard input goes to a file in memory: the agent need not wake up to feed it while the command is measured.
    init(input length: UInt32, goal: Goal) throws(Failure) {
        self.goal = goal
        missing = UInt64(length)
        subject = "standard input"
        partial = nil
        descriptor = cl_memory_file("input")
        guard descriptor >= 0 else { throw Failure(subject: subject, detail: String(cString: strerror(errno))) }
    }

    /// A file comes into being beside its place and is moved there when it is whole.
    init(file path: String, mode: UInt32, length: UInt64) throws(Failure) {
        guard path.hasPrefix("/") else { throw Failure(subject: path, detail: "not an absolute path") }
        goal = .put(path: path)
        missing = length
        subject = path
        let partial = path + ".benchrun-partial"
        self.partial = partial
        Self.makeParents(of: path)
        descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Failure(subject: path, detail: String(cString: strerror(errno))) }
        // Not through open's mode, which the umask would change.
        guard fchmod(descriptor, mode) == 0 else {
            throw Failure(subject: path, detail: String(cString: strerror(errno)))
        }
    }

    deinit {
        if !isReleased { close(descriptor) }
        if let partial { unlink(partial) }
    }

    /// Takes the next bytes.
    func append(_ bytes: [UInt8]) throws(Failure) {
        guard UInt64(bytes.count) <= missing else {
            throw Failure(subject: subject, detail: "more bytes than were announced")
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Failure(subject: subject, detail: String(cString: strerror(errno))) }
            rest = rest.dropFirst(count)
        }
        missing -= UInt64(bytes.count)
    }

    /// The whole input, to be read from its start; the caller closes it.
    func takeInput() -> Int32 {
        isReleased = true
        lseek(descriptor, 0, SEEK_SET)
        return descriptor
    }

    /// Moves the whole file to its place.
    func place() throws(Failure) {
        guard let partial, rename(partial, subject) == 0 else {
            throw Failure(subject: subject, detail: String(cString: strerror(errno)))
        }
    }

    private static func makeParents(of path: String) {
        var parent = ""
        for name in path.split(separator: "/").dropLast() {
            parent += "/\(name)"
            // What cannot be made shows when the file is opened.
            mkdir(parent, 0o755)
        }
    }
}
