import Subprocess

extension TerminationStatus {
    /// The exit status, or 128 and the signal's number.
    var shellStatus: Int32 {
        switch self {
        case .exited(let code): code
        case .signaled(let number): 128 + number
        }
    }
}

extension HostError {
    /// Why a program could not be started.
    init(starting program: String, in directory: String?, _ error: SubprocessError) {
        switch error.code {
        case .executableNotFound:
            self.init(
                subject: program,
                detail: "there is no such program",
                nextStep: "install it, or run 'benchrun doctor' to see what is missing"
            )
        case .failedToChangeWorkingDirectory:
            self.init(
                subject: program,
                detail: "cannot work in '\(directory ?? ".")'",
                nextStep: "check that the directory exists and may be entered"
            )
        default:
            self.init(
                subject: program,
                detail: "cannot be started: \(error)",
                nextStep: "run it by hand to see whether it works"
            )
        }
    }
}

extension Duration {
    /// `1.5 s`
    var inWords: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(Double(milliseconds) / 1000) s"
    }
}

extension String {
    /// The last lines, at most so many and so many bytes, without surrounding white space.
    func tail(lines: Int, bytes: Int) -> String {
        let end = String(decoding: utf8.suffix(bytes), as: UTF8.self)
        return end.split(separator: "\n").suffix(lines).joined(separator: "\n").trimmed
    }
}
