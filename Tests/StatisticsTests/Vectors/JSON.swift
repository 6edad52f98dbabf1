import Foundation

/// A JSON value whose whole numbers keep all 64 bits, as seeds need.
enum JSON: Decodable, Equatable {
    case null
    case bool(Bool)
    case whole(UInt64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(UInt64.self) {
            self = .whole(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    init(_ value: Double?) {
        self = value.map { .number($0) } ?? .null
    }

    init(_ value: Int?) {
        self = value.map { .number(Double($0)) } ?? .null
    }

    init(_ values: [Double]?) {
        self = values.map { .array($0.map { .number($0) }) } ?? .null
    }

    var double: Double? {
        switch self {
        case .whole(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}

/// Typed access to a value that must be there.
extension JSON {
    struct Missing: Error, CustomStringConvertible {
        var description: String
    }

    subscript(key: String) -> JSON {
        get throws {
            guard case .object(let members) = self, let value = members[key] else {
                throw Missing(description: "no member '\(key)'")
            }
            return value
        }
    }

    var elements: [JSON] {
        get throws {
            guard case .array(let values) = self else { throw Missing(description: "not an array: \(self)") }
            return values
        }
    }

    func number(_ key: String) throws -> Double {
        guard let value = try self[key].double else { throw Missing(description: "'\(key)' is not a number") }
        return value
    }

    func integer(_ key: String) throws -> Int {
        guard let value = Int(exactly: try number(key)) else {
            throw Missing(description: "'\(key)' is not a whole number")
        }
        return value
    }

    func seed(_ key: String = "seed") throws -> UInt64 {
        switch try self[key] {
        case .whole(let value): return value
        case .string(let text):
            guard let value = UInt64(text) else { throw Missing(description: "'\(key)' is not a seed") }
            return value
        default: throw Missing(description: "'\(key)' is not a seed")
        }
    }

    func text(_ key: String) throws -> String {
        guard case .string(let value) = try self[key] else { throw Missing(description: "'\(key)' is not a string") }
        return value
    }

    var numbers: [Double] {
        get throws {
            try elements.map {
                guard let value = $0.double else { throw Missing(description: "not a number: \($0)") }
                return value
            }
        }
    }

    func numbers(_ key: String) throws -> [Double] {
        try self[key].numbers
    }

    /// A number, or nil where the value is null.
    func optionalNumber(_ key: String) throws -> Double? {
        try self[key] == .null ? nil : number(key)
    }
}
