import Glibc
import Subprocess
import SystemPackage

/// A child's standard streams as descriptors of its own, which are closed here once it was started.
struct StandardStreams: Sendable {
    let input: FileDescriptorInput
    let output: FileDescriptorOutput
    let error: FileDescriptorOutput

    /// Opens or duplicates all three, or none.
    /// - Throws: ``HostError`` when one cannot be opened.
    init(input: ChildProcess.Stream, output: ChildProcess.Stream, error: ChildProcess.Stream) throws {
        var opened: [FileDescriptor] = []
        do {
            opened.append(try Self.open(input, flags: O_RDONLY))
            opened.append(try Self.open(output, flags: O_WRONLY | O_APPEND | O_CREAT))
            opened.append(try Self.open(error, flags: O_WRONLY | O_APPEND | O_CREAT))
        } catch {
            for descriptor in opened { try? descriptor.close() }
            throw error
        }
        self.input = .fileDescriptor(opened[0], closeAfterSpawningProcess: true)
        self.output = .fileDescriptor(opened[1], closeAfterSpawningProcess: true)
        self.error = .fileDescriptor(opened[2], closeAfterSpawningProcess: true)
    }

    private static func open(_ stream: ChildProcess.Stream, flags: Int32) throws -> FileDescriptor {
        let (name, number): (String, Int32) =
            switch stream {
            case .null: ("/dev/null", Glibc.open("/dev/null", (flags & O_ACCMODE) | O_CLOEXEC))
            case .descriptor(let own): ("descriptor \(own)", fcntl(own, F_DUPFD_CLOEXEC, 0))
            case .file(let path): (path, Glibc.open(path, flags | O_CLOEXEC, 0o644))
            }
        guard number >= 0 else {
            let reason = String(cString: strerror(errno))
            throw HostError(subject: name, detail: "cannot be opened for a child process: \(reason)")
        }
        return FileDescriptor(rawValue: number)
    }
}
