/// A command line that is not what it should be.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Goes through options one by one.
struct OptionReader {
    private var rest: ArraySlice<String>

    init(_ arguments: ArraySlice<String>) {
        rest = arguments
    }

    /// Index of the next argument.
    var position: Int { rest.startIndex }

    mutating func next() -> String? {
        rest.popFirst()
    }

    mutating func value(of option: String) throws(UsageError) -> String {
        guard let value = rest.popFirst(), !value.isEmpty else { throw UsageError("\(option) needs a value") }
        return value
    }

    mutating func path(of option: String) throws(UsageError) -> String {
        let path = try value(of: option)
        guard path.hasPrefix("/") else { throw UsageError("\(option) \(path): not an absolute path") }
        return path
    }
}
