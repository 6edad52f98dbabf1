import Glibc

/// Writes to standard error; on a terminal it redraws a block of lines in place.
struct Screen: Sendable {
    let isLive: Bool

    /// True when standard error is a terminal that understands cursor movement.
    static var standardErrorIsTerminal: Bool {
        guard isatty(STDERR_FILENO) == 1 else { return false }
        guard let terminal = getenv("TERM") else { return false }
        return String(cString: terminal) != "dumb"
    }

    /// Columns of the terminal, or 100 where it does not say.
    var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
        return Int(size.ws_col)
    }

    /// Replaces the block drawn before.
    func draw(_ lines: [String], _ drawnLines: inout Int) {
        write(eraseSequence(drawnLines) + lines.map { $0 + "\n" }.joined())
        drawnLines = lines.count
    }

    /// Removes the block.
    func erase(_ drawnLines: inout Int) {
        guard isLive, drawnLines > 0 else { return }
        write(eraseSequence(drawnLines))
        drawnLines = 0
    }

    /// Prints a line that stays above the block.
    func printAbove(_ text: String, drawnLines: inout Int) {
        write((isLive ? eraseSequence(drawnLines) : "") + text + "\n")
        drawnLines = 0
    }

    private func eraseSequence(_ count: Int) -> String {
        count > 0 ? "\u{1B}[\(count)A\u{1B}[0J" : ""
    }

    private func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if written > 0 {
                bytes = bytes.dropFirst(written)
            } else if errno != EINTR {
                return
            }
        }
    }
}
