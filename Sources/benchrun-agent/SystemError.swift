import Glibc

/// A system call that failed, and what it was for.
struct SystemError: Error, CustomStringConvertible {
    /// The path, option or step it concerns.
    var subject: String
    /// The system's words, or ours.
    var detail: String

    /// Takes the words for an errno; give it explicitly when another call may come first.
    init(_ subject: String, code: Int32 = errno) {
        self.subject = subject
        detail = String(cString: strerror(code))
    }

    init(_ subject: String, detail: String) {
        self.subject = subject
        self.detail = detail
    }

    var description: String { "\(subject): \(detail)" }
}

/// Throws the errno of a call that returned a negative number.
@discardableResult
func check<T: SignedInteger>(_ result: T, _ subject: @autoclosure () -> String) throws(SystemError) -> T {
    let code = errno
    guard result >= 0 else { throw SystemError(subject(), code: code) }
    return result
}

/// One line on standard error.
func complain(_ text: String) {
    let line = Array("benchrun-agent: \(text)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
}
