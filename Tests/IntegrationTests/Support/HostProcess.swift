import Foundation
import Glibc

/// A process of this host, found by its command line.
struct HostProcess: Sendable, Equatable {
    var pid: Int32
    var command: [String]

    /// Processes of a program with an argument that contains a text.
    static func all(of program: String, naming text: String) -> [HostProcess] {
        let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return folders.compactMap { Int32($0) }.compactMap { pid in
            let words = words("/proc/\(pid)/cmdline")
            guard let name = words.first?.split(separator: "/").last, name == program,
                words.contains(where: { $0.contains(text) })
            else { return nil }
            return HostProcess(pid: pid, command: words)
        }
    }

    func send(_ signal: Int32) {
        kill(pid, signal)
    }

    /// The texts of a file that separates them by zero bytes; empty when it cannot be read.
    static func words(_ file: String) -> [String] {
        (FileManager.default.contents(atPath: file) ?? Data()).split(separator: 0)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
