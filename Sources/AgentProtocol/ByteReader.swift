/// Takes a payload apart. Every read checks that the bytes are there; no input makes it trap.
struct ByteReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    /// Call after the last field: nothing may follow it.
    func finish() throws(ProtocolError) {
        guard rest.isEmpty else { throw .trailing(rest.count) }
    }

    mutating func readUInt8() throws(ProtocolError) -> UInt8 {
        guard let byte = rest.popFirst() else { throw .truncated }
        return byte
    }

    mutating func readUInt16() throws(ProtocolError) -> UInt16 { try readInteger() }
    mutating func readUInt32() throws(ProtocolError) -> UInt32 { try readInteger() }
    mutating func readUInt64() throws(ProtocolError) -> UInt64 { try readInteger() }
    mutating func readInt32() throws(ProtocolError) -> Int32 { Int32(bitPattern: try readInteger()) }

    mutating func readBool(_ name: String) throws(ProtocolError) -> Bool {
        switch try readUInt8() {
        case 0: return false
        case 1: return true
        default: throw .field(name)
        }
    }

    /// Everything that is left.
    mutating func readRest() -> [UInt8] {
        defer { rest = [] }
        return Array(rest)
    }

    mutating func readBytes() throws(ProtocolError) -> [UInt8] {
        Array(try readCounted())
    }

    mutating func readText(_ name: String) throws(ProtocolError) -> String {
        guard let text = String(validating: try readCounted(), as: UTF8.self) else { throw .field(name) }
        return text
    }

    /// Text that becomes a C string, so it must not hold a NUL.
    mutating func readPath(_ name: String) throws(ProtocolError) -> String {
        let raw = try readCounted()
        guard !raw.contains(0), let text = String(validating: raw, as: UTF8.self) else { throw .field(name) }
        return text
    }

    mutating func readPaths(_ name: String) throws(ProtocolError) -> [String] {
        var texts: [String] = []
        for _ in 0..<(try readCount(each: 4)) { texts.append(try readPath(name)) }
        return texts
    }

    /// A number of elements, each of which takes at least `size` bytes: a lie is found before anything is allocated.
    mutating func readCount(each size: Int) throws(ProtocolError) -> Int {
        let count = Int(try readUInt32())
        guard count <= rest.count / size else { throw .truncated }
        return count
    }

    private mutating func readCounted() throws(ProtocolError) -> ArraySlice<UInt8> {
        let count = try readCount(each: 1)
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private mutating func readInteger<T: FixedWidthInteger & UnsignedInteger>() throws(ProtocolError) -> T {
        let size = T.bitWidth / 8
        guard rest.count >= size else { throw .truncated }
        var value: T = 0
        for (index, byte) in rest.prefix(size).enumerated() { value |= T(byte) << (8 * index) }
        rest = rest.dropFirst(size)
        return value
    }
}
