import ArgumentParser
import Glibc

/// Exit statuses, in the manner of diff and sysexits.
enum ExitStatus {
    /// Everything asked for was done.
    static let success = ExitCode(0)
    /// The tool failed.
    static let failed = ExitCode(2)
    /// Some cells failed, so that the result is incomplete.
    static let invalidMeasurement = ExitCode(4)
    /// The arguments or a file of the user's are wrong.
    static let usage = ExitCode(64)
    /// An environment that was asked for by name cannot be used here.
    static let unavailable = ExitCode(69)
    /// A signal ended it.
    static let interrupted = ExitCode(130)
}

/// A failure with the words the user reads and the status the shell sees.
struct Failure: Error {
    var message: String
    var status: ExitCode

    init(_ message: String, status: ExitCode = ExitStatus.failed) {
        self.message = message
        self.status = status
    }

    /// An error of any module, in its own words.
    init(_ error: any Error) {
        self.init("\(error)")
    }
}

/// Standard output carries the answer, standard error everything else.
enum Terminal {
    static func error(_ text: String) {
        write(text + "\n", to: STDERR_FILENO)
    }

    static func out(_ text: String) {
        write(text.hasSuffix("\n") ? text : text + "\n", to: STDOUT_FILENO)
    }

    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written > 0 {
                bytes = bytes.dropFirst(written)
            } else if errno != EINTR {
                return
            }
        }
    }
}
