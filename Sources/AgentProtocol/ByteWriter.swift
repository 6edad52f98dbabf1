/// Appends values in the form that ``ByteReader`` takes apart: little-endian numbers, counted strings.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 64) {
        bytes.reserveCapacity(capacity)
    }

    mutating func append(_ raw: some Collection<UInt8>) {
        bytes.append(contentsOf: raw)
    }

    mutating func write(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func write(_ flag: Bool) {
        bytes.append(flag ? 1 : 0)
    }

    /// A count and the bytes themselves.
    mutating func write(counted raw: some Collection<UInt8>) {
        write(UInt32(truncatingIfNeeded: raw.count))
        append(raw)
    }

    mutating func write(_ text: String) {
        write(counted: text.utf8)
    }

    /// Text that becomes a C string on the other side, so it must not hold a NUL.
    mutating func write(path text: String, _ name: String) throws(ProtocolError) {
        guard !text.utf8.contains(0) else { throw .field(name) }
        write(text)
    }

    mutating func write(paths texts: [String], _ name: String) throws(ProtocolError) {
        write(UInt32(truncatingIfNeeded: texts.count))
        for text in texts { try write(path: text, name) }
    }
}
