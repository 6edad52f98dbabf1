import Glibc
import Results

/// A folder that goes with its owner.
public final class TemporaryFolder {
    /// Its path.
    public let path: String

    /// Makes a folder of a name of its own.
    /// - Throws: `ResultsError`.
    public init() throws {
        var template = Array("/tmp/benchrun-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ResultsError(subject: "/tmp", detail: "no temporary folder could be made")
        }
        path = String(decoding: template.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        Self.remove(path)
    }

    /// The path of a file in it.
    public func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and returns its path.
    public func write(_ name: String, _ text: String) throws -> String {
        try replaceFile(file(name), with: Array(text.utf8))
        return file(name)
    }

    /// A file's text.
    public func read(_ name: String) throws -> String {
        String(decoding: try readFile(file(name)), as: UTF8.self)
    }

    private static func remove(_ path: String) {
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                guard name != ".", name != ".." else { continue }
                if unlink("\(path)/\(name)") != 0 { remove("\(path)/\(name)") }
            }
            closedir(directory)
        }
        rmdir(path)
    }
}
