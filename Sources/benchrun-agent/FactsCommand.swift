import AgentProtocol
import Glibc

/// `benchrun-agent facts`: tells what a process started here gets; as lines, or as a frame for the agent itself.
struct FactsCommand {
    private var hints = Facts.Hints()
    private var asFrame = false

    /// - Throws: ``UsageError`` for anything that is not an option.
    init(_ arguments: ArraySlice<String>) throws(UsageError) {
        var reader = OptionReader(arguments)
        while let option = reader.next() {
            switch option {
            case "--guest": hints.isGuest = true
            case "--container": hints.container = try reader.value(of: option)
            case "--frame": asFrame = true
            default: throw UsageError("facts: unexpected '\(option)'")
            }
        }
    }

    /// Writes the facts to standard output and returns the exit status.
    func run() -> Int32 {
        let facts = Facts.collect(hints)
        var bytes: [UInt8] = []
        if asFrame {
            guard let frame = try? Reply.facts(facts).frame(id: 0) else { return 1 }
            bytes = frame.encoded
        } else {
            for (name, value) in facts.sorted(by: { $0.key < $1.key }) { bytes += Array("\(name)=\(value)\n".utf8) }
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return 1 }
            rest = rest.dropFirst(count)
        }
        return 0
    }
}
