import Foundation

/// The JSON document in a tool's standard output, which other lines may precede and follow.
struct JSONOutput {
    /// Why there is no document, or no number in it.
    struct Failure: Error {
        /// The reason.
        var reason: String
    }

    /// Lines that are tried as a document's beginning; what is `[warning] …` is soon told apart.
    private static let mostCandidates = 64
    /// How often the whole output may be gone through in search of the ends of such beginnings.
    private static let mostPasses = 2

    private let root: any Decoder

    /// Finds the document.
    init(_ bytes: [UInt8]) throws(Failure) {
        var failure: String?
        for range in bytes.withUnsafeBytes({ Self.candidates(in: $0) }) {
            guard range.upperBound <= bytes.count else {
                failure = failure ?? "the JSON document has no end"
                continue
            }
            if let root = Self.decode(bytes[range]) {
                self.root = root
                return
            }
            failure = failure ?? "the JSON document is malformed"
        }
        throw Failure(reason: failure ?? "there is no JSON document")
    }

    /// The number at a path.
    func number(at path: JSONPath) throws(Failure) -> Double {
        var decoder = root
        var walked: [String] = []
        for component in path.components {
            guard let next = Self.step(from: decoder, to: component) else {
                let place = walked.isEmpty ? "the document" : "'\(walked.joined(separator: "."))'"
                throw Failure(reason: "\(place) has no '\(component)'\(Self.members(of: decoder, like: component))")
            }
            decoder = next
            walked.append(component)
        }
        guard let number = try? decoder.singleValueContainer().decode(Double.self), number.isFinite else {
            throw Failure(reason: "'\(walked.joined(separator: "."))' is not a number")
        }
        return number
    }

    /// How many elements the array at a path has; nil where there is none.
    func count(at path: JSONPath) -> Int? {
        var decoder = root
        for component in path.components {
            guard let next = Self.step(from: decoder, to: component) else { return nil }
            decoder = next
        }
        return (try? decoder.unkeyedContainer())?.count
    }

    private static func step(from decoder: any Decoder, to component: String) -> (any Decoder)? {
        if let members = try? decoder.container(keyedBy: Member.self) {
            let key = Member(stringValue: component)
            return members.contains(key) ? try? members.superDecoder(forKey: key) : nil
        }
        guard let index = Int(component), var elements = try? decoder.unkeyedContainer(),
            let count = elements.count, (0..<count).contains(index)
        else { return nil }
        for _ in 0..<index {
            guard (try? elements.superDecoder()) != nil else { return nil }
        }
        return try? elements.superDecoder()
    }

    private static func members(of decoder: any Decoder, like component: String) -> String {
        let keys = (try? decoder.container(keyedBy: Member.self))?.allKeys.map(\.stringValue) ?? []
        return Names.question(Names.near(component, in: keys)).map { "; \($0)" } ?? ""
    }

    /// Where a line begins with an object or array, and where that ends: behind the last byte if it does not.
    private static func candidates(in bytes: UnsafeRawBufferPointer) -> [Range<Int>] {
        var candidates: [Range<Int>] = []
        var budget = mostPasses * bytes.count
        var isLineStart = true
        var index = 0
        while index < bytes.count, candidates.count < mostCandidates, budget > 0 {
            let byte = bytes[index]
            if isLineStart, byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                let end = end(of: bytes, from: index) ?? bytes.count + 1
                candidates.append(index..<end)
                budget -= end - index
            }
            if byte == UInt8(ascii: "\n") { isLineStart = true } else if byte > 0x20 { isLineStart = false }
            index += 1
        }
        return candidates
    }

    /// Counts brackets and skips strings.
    private static func end(of bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var depth = 0
        var isString = false
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\\") where isString: index += 1
            case UInt8(ascii: "\""): isString.toggle()
            case UInt8(ascii: "{") where !isString, UInt8(ascii: "[") where !isString: depth += 1
            case UInt8(ascii: "}") where !isString, UInt8(ascii: "]") where !isString:
                depth -= 1
                if depth == 0 { return index + 1 }
            default: break
            }
            index += 1
        }
        return nil
    }

    private static func decode(_ bytes: ArraySlice<UInt8>) -> (any Decoder)? {
        (try? JSONDecoder().decode(Root.self, from: Data(bytes)))?.decoder
    }

    /// Keeps the decoder, so that only the values on a path are ever converted.
    private struct Root: Decodable {
        let decoder: any Decoder

        init(from decoder: any Decoder) {
            self.decoder = decoder
        }
    }

    /// Any member's name.
    private struct Member: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) {
            return nil
        }
    }
}
