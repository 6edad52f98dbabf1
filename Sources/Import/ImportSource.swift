import Glibc
import Results

/// A file to import, and the environment that the user says it is of: `docker=docker.json`.
public struct ImportSource: Sendable, Equatable {
    /// The environment; nil takes what the file says, else the file's name.
    public var environment: String?
    /// The file.
    public var path: String

    /// A larger file is refused: it is read as a whole.
    private static let largest = 256 << 20

    /// Creates a source.
    public init(environment: String? = nil, path: String) {
        self.environment = environment
        self.path = path
    }

    /// Reads `[NAME=]FILE`. What has a slash before its first `=` is a path and has no name.
    /// - Throws: ``ImportError`` where the name or the file is empty.
    public init(argument: String) throws(ImportError) {
        guard let sign = argument.firstIndex(of: "="), !argument[..<sign].contains("/") else {
            self.init(path: argument)
            if argument.isEmpty {
                throw ImportError(subject: "''", detail: "expected a file and found an empty text", nextStep: Self.form)
            }
            return
        }
        let name = ForeignName.clean(String(argument[..<sign]))
        let path = String(argument[argument.index(after: sign)...])
        guard !name.isEmpty, !path.isEmpty else {
            throw ImportError(
                subject: "'\(Printable.line(argument, limit: 80))'",
                detail: "expected the name of an environment before '=' and a file behind it",
                nextStep: Self.form
            )
        }
        self.init(environment: try ForeignName.check(name, "the environment", at: "'\(name.prefix(40))'"), path: path)
    }

    private static let form = "write 'NAME=FILE', as in 'native=native.json'"

    /// Reads the file. Blocks.
    /// - Parameter format: Nil finds it out.
    /// - Throws: ``ImportError`` naming file, line and what was expected.
    public func read(format: ImportFormat? = nil) throws(ImportError) -> ForeignResults {
        let bytes = try contents()
        let file = Printable.line(path)
        if let format { return try format.read(bytes, file: file) }
        return try ImportFormat.detect(bytes, file: file).read(bytes, file: file)
    }

    private func contents() throws(ImportError) -> [UInt8] {
        var status = stat()
        if stat(path, &status) == 0, status.st_size > Self.largest {
            throw ImportError(
                subject: Printable.line(path),
                detail: "expected at most \(Self.largest >> 20) MiB and found \(status.st_size >> 20)",
                nextStep: "import it in parts"
            )
        }
        do {
            return try readFile(path)
        } catch {
            throw ImportError(
                subject: Printable.line(error.subject),
                detail: error.detail,
                nextStep: "check the path; a file is imported, not a pipe or folder"
            )
        }
    }
}
