import Results

/// A PNG file read just far enough to count its colours: 8 bits a channel, not interlaced (PNG specification, third
/// edition), inflated after RFC 1951.
struct PNGPicture {
    let width: Int
    let height: Int
    private let channels: Int
    private let pixels: [UInt8]
    private var palette: [UInt8] = []

    init(_ file: [UInt8]) throws {
        func number(_ offset: Int) -> Int { file[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
        guard file.count > 33, file.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { throw Self.broken("not a PNG file") }
        width = number(16)
        height = number(20)
        guard file[24] == 8, file[28] == 0, let channels = [2: 3, 3: 1, 6: 4][file[25]] else {
            throw Self.broken("of another kind")
        }
        self.channels = channels
        var packed: [UInt8] = []
        var offset = 8
        while offset + 12 <= file.count {
            let length = number(offset)
            let kind = String(decoding: file[offset + 4..<offset + 8], as: UTF8.self)
            guard offset + 12 + length <= file.count else { throw Self.broken("cut off") }
            let body = file[offset + 8..<offset + 8 + length]
            if kind == "IDAT" { packed += body }
            if kind == "PLTE" { palette = Array(body) }
            offset += 12 + length
        }
        var inflater = Inflater(Array(packed.dropFirst(2)))
        let lines = try inflater.inflate()
        guard lines.count == height * (width * channels + 1) else { throw Self.broken("of the wrong size") }
        pixels = Self.unfiltered(lines, stride: width * channels, step: channels)
    }

    /// How many pixels have each colour, as 0xRRGGBB.
    func colours() -> [UInt32: Int] {
        var counts: [UInt32: Int] = [:]
        for index in stride(from: 0, to: pixels.count, by: channels) {
            let parts =
                channels == 1
                ? palette[Int(pixels[index]) * 3..<Int(pixels[index]) * 3 + 3] : pixels[index..<index + 3]
            counts[parts.reduce(0) { $0 << 8 | UInt32($1) }, default: 0] += 1
        }
        return counts
    }

    private static func unfiltered(_ lines: [UInt8], stride: Int, step: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: lines.count / (stride + 1) * stride)
        for row in 0..<lines.count / (stride + 1) {
            let filter = lines[row * (stride + 1)]
            for column in 0..<stride {
                let left = column >= step ? Int(result[row * stride + column - step]) : 0
                let up = row > 0 ? Int(result[(row - 1) * stride + column]) : 0
                let corner = row > 0 && column >= step ? Int(result[(row - 1) * stride + column - step]) : 0
                let guess =
                    switch filter {
                    case 1: left
                    case 2: up
                    case 3: (left + up) / 2
                    case 4: paeth(left, up, corner)
                    default: 0
                    }
                result[row * stride + column] = lines[row * (stride + 1) + 1 + column] &+ UInt8(guess)
            }
        }
        return result
    }

    private static func paeth(_ left: Int, _ up: Int, _ corner: Int) -> Int {
        let estimate = left + up - corner
        let distances = (abs(estimate - left), abs(estimate - up), abs(estimate - corner))
        if distances.0 <= distances.1, distances.0 <= distances.2 { return left }
        return distances.1 <= distances.2 ? up : corner
    }

    static func broken(_ detail: String) -> ResultsError { ResultsError(subject: "picture", detail: detail) }
}

/// RFC 1951.
struct Inflater {
    private let input: [UInt8]
    private var bit = 0
    private var output: [UInt8] = []

    init(_ input: [UInt8]) {
        self.input = input
    }

    mutating func inflate() throws -> [UInt8] {
        var isLast = false
        while !isLast {
            isLast = try bits(1) == 1
            switch try bits(2) {
            case 0: try stored()
            case 1:
                let lengths = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
                try block(Codes(lengths), Codes([Int](repeating: 5, count: 30)))
            case 2: try dynamic()
            default: throw PNGPicture.broken("of an unknown block")
            }
        }
        return output
    }

    /// A canonical Huffman code: how many codes of each length there are, and their symbols in order.
    private struct Codes {
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int]

        init(_ lengths: [Int]) {
            for length in lengths { counts[length] += 1 }
            counts[0] = 0
            symbols = lengths.indices.filter { lengths[$0] > 0 }.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
        }
    }

    private mutating func bits(_ count: Int) throws -> Int {
        var value = 0
        for place in 0..<count {
            guard bit >> 3 < input.count else { throw PNGPicture.broken("cut off") }
            value |= Int(input[bit >> 3] >> UInt8(bit & 7) & 1) << place
            bit += 1
        }
        return value
    }

    private mutating func symbol(_ codes: Codes) throws -> Int {
        var code = 0
        var first = 0
        var index = 0
        for length in 1...15 {
            code |= try bits(1)
            let count = codes.counts[length]
            if code - count < first { return codes.symbols[index + code - first] }
            index += count
            first = (first + count) << 1
            code <<= 1
        }
        throw PNGPicture.broken("of an unknown code")
    }

    private mutating func stored() throws {
        bit = (bit + 7) / 8 * 8
        let length = try bits(16)
        _ = try bits(16)
        guard bit / 8 + length <= input.count else { throw PNGPicture.broken("cut off") }
        output += input[bit / 8..<bit / 8 + length]
        bit += length * 8
    }

    private mutating func dynamic() throws {
        let literalCount = try bits(5) + 257
        let distanceCount = try bits(5) + 1
        var order = [Int](repeating: 0, count: 19)
        for place in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15].prefix(try bits(4) + 4) {
            order[place] = try bits(3)
        }
        let codes = Codes(order)
        var lengths: [Int] = []
        while lengths.count < literalCount + distanceCount {
            let next = try symbol(codes)
            switch next {
            case 16: lengths += [Int](repeating: lengths.last ?? 0, count: try bits(2) + 3)
            case 17: lengths += [Int](repeating: 0, count: try bits(3) + 3)
            case 18: lengths += [Int](repeating: 0, count: try bits(7) + 11)
            default: lengths.append(next)
            }
        }
        try block(Codes(Array(lengths.prefix(literalCount))), Codes(Array(lengths.dropFirst(literalCount))))
    }

    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]

    private mutating func block(_ literals: Codes, _ distances: Codes) throws {
        while true {
            let next = try symbol(literals)
            if next == 256 { return }
            if next < 256 {
                output.append(UInt8(next))
                continue
            }
            guard next - 257 < Self.lengthBases.count else { throw PNGPicture.broken("of an unknown length") }
            let length = Self.lengthBases[next - 257] + (try bits(Self.lengthBits[next - 257]))
            let code = try symbol(distances)
            let extra = max(0, code / 2 - 1)
            let base = code < 4 ? code + 1 : (2 + code % 2) << extra + 1
            let distance = base + (try bits(extra))
            guard distance <= output.count else { throw PNGPicture.broken("of a wrong distance") }
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }
}
