/// Decompression of a zlib stream (RFC 1950 and 1951): enough of it to look at a picture without another program.
struct Inflate {
    private var bytes: [UInt8]
    private var position = 0
    private var bitBuffer = 0
    private var bitCount = 0
    private var output: [UInt8] = []

    /// What is wrong with a stream.
    struct Corrupt: Error {
        var reason: String
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The bytes that were compressed; checked against the stream's Adler-32.
    static func zlib(_ bytes: [UInt8]) throws -> [UInt8] {
        guard bytes.count > 6, bytes[0] & 15 == 8, (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0, bytes[1] & 32 == 0
        else {
            throw Corrupt(reason: "no zlib header")
        }
        var inflate = Inflate(Array(bytes[2..<(bytes.count - 4)]))
        try inflate.blocks()
        let sum = bytes.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard adler(inflate.output) == sum else { throw Corrupt(reason: "the checksum does not fit") }
        return inflate.output
    }

    private static func adler(_ bytes: [UInt8]) -> UInt32 {
        var (low, high) = (UInt32(1), UInt32(0))
        for byte in bytes {
            low = (low + UInt32(byte)) % 65521
            high = (high + low) % 65521
        }
        return high << 16 | low
    }

    private mutating func bits(_ count: Int) throws -> Int {
        while bitCount < count {
            guard position < bytes.count else { throw Corrupt(reason: "the stream is cut off") }
            bitBuffer |= Int(bytes[position]) << bitCount
            position += 1
            bitCount += 8
        }
        let value = bitBuffer & ((1 << count) - 1)
        bitBuffer >>= count
        bitCount -= count
        return value
    }

    private mutating func blocks() throws {
        var isLast = false
        while !isLast {
            isLast = try bits(1) == 1
            switch try bits(2) {
            case 0: try stored()
            case 1: try compressed(Self.fixedLiterals, Self.fixedDistances)
            case 2:
                let (literals, distances) = try tables()
                try compressed(literals, distances)
            default: throw Corrupt(reason: "a block of unknown kind")
            }
        }
    }

    private mutating func stored() throws {
        (bitBuffer, bitCount) = (0, 0)
        let (length, complement) = (try bits(16), try bits(16))
        guard length == ~complement & 0xFFFF, position + length <= bytes.count else {
            throw Corrupt(reason: "a stored block of the wrong length")
        }
        output += bytes[position..<(position + length)]
        position += length
    }

    private mutating func compressed(_ literals: Huffman, _ distances: Huffman) throws {
        while true {
            let symbol = try decode(literals)
            if symbol < 256 {
                output.append(UInt8(symbol))
                continue
            }
            if symbol == 256 { return }
            guard symbol - 257 < Self.lengths.count else { throw Corrupt(reason: "a length out of range") }
            let (lengthBase, lengthExtra) = Self.lengths[symbol - 257]
            let length = lengthBase + (try bits(lengthExtra))
            let code = try decode(distances)
            guard code < Self.distances.count else { throw Corrupt(reason: "a distance out of range") }
            let (distanceBase, distanceExtra) = Self.distances[code]
            let distance = distanceBase + (try bits(distanceExtra))
            guard distance <= output.count else { throw Corrupt(reason: "a distance before the start") }
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }

    private mutating func tables() throws -> (Huffman, Huffman) {
        let (literalCount, distanceCount, codeCount) = (try bits(5) + 257, try bits(5) + 1, try bits(4) + 4)
        var codeLengths = [Int](repeating: 0, count: 19)
        for place in Self.order.prefix(codeCount) { codeLengths[place] = try bits(3) }
        let codes = Huffman(codeLengths)
        var lengths: [Int] = []
        while lengths.count < literalCount + distanceCount {
            switch try decode(codes) {
            case let length where length < 16: lengths.append(length)
            case 16:
                guard let last = lengths.last else { throw Corrupt(reason: "nothing to repeat") }
                lengths += [Int](repeating: last, count: 3 + (try bits(2)))
            case 17: lengths += [Int](repeating: 0, count: 3 + (try bits(3)))
            default: lengths += [Int](repeating: 0, count: 11 + (try bits(7)))
            }
        }
        guard lengths.count == literalCount + distanceCount else { throw Corrupt(reason: "too many code lengths") }
        return (Huffman(Array(lengths.prefix(literalCount))), Huffman(Array(lengths.suffix(distanceCount))))
    }

    private mutating func decode(_ table: Huffman) throws -> Int {
        var (code, first, index) = (0, 0, 0)
        for length in 1...15 {
            code |= try bits(1)
            let count = table.counts[length]
            if code - count < first { return table.symbols[index + code - first] }
            index += count
            first = (first + count) << 1
            code <<= 1
        }
        throw Corrupt(reason: "a code of no symbol")
    }

    /// A canonical Huffman code.
    private struct Huffman {
        /// Symbols by length of their code.
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int] = []

        init(_ lengths: [Int]) {
            for length in lengths where length > 0 { counts[length] += 1 }
            symbols = (1...15).flatMap { length in lengths.indices.filter { lengths[$0] == length } }
        }
    }

    private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let fixedLiterals = Huffman(
        (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
    )
    private static let fixedDistances = Huffman([Int](repeating: 5, count: 30))

    /// Base and extra bits of each length symbol.
    private static let lengths: [(Int, Int)] = {
        var (base, result) = (3, [(Int, Int)]())
        for index in 0..<28 {
            let extra = index < 8 ? 0 : index / 4 - 1
            result.append((base, extra))
            base += 1 << extra
        }
        return result + [(258, 0)]
    }()

    private static let distances: [(Int, Int)] = {
        var (base, result) = (1, [(Int, Int)]())
        for index in 0..<30 {
            let extra = index < 4 ? 0 : index / 2 - 1
            result.append((base, extra))
            base += 1 << extra
        }
        return result
    }()
}
