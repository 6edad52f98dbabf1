import Foundation

/// A picture, decoded far enough to say what is on it.
struct PNG {
    var width = 0
    var height = 0
    /// One number a pixel: its bytes, whatever they mean.
    var pixels: [UInt64] = []

    /// Reads a file of 8 bits a channel without interlace, as gnuplot writes it.
    init(contentsOf path: String) throws {
        guard let file = FileManager.default.contents(atPath: path) else { throw Unexpected("a file \(path)") }
        let bytes = [UInt8](file)
        guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
            throw Unexpected("a PNG signature in \(path)")
        }
        var compressed: [UInt8] = []
        var (place, channels, isEnded) = (8, 0, false)
        while !isEnded, place + 12 <= bytes.count {
            let length = Self.number(bytes, place)
            guard place + 12 + length <= bytes.count else { throw Unexpected("a whole chunk at \(place) in \(path)") }
            let content = bytes[(place + 8)..<(place + 8 + length)]
            switch String(decoding: bytes[(place + 4)..<(place + 8)], as: UTF8.self) {
            case "IHDR":
                (width, height) = (Self.number(bytes, place + 8), Self.number(bytes, place + 12))
                let (depth, kind, interlace) = (bytes[place + 16], bytes[place + 17], bytes[place + 20])
                guard depth == 8, interlace == 0, let known = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][kind] else {
                    throw Unexpected("8 bits a channel in \(path), but it has depth \(depth) and kind \(kind)")
                }
                channels = known
            case "IDAT": compressed += content
            case "IEND": isEnded = true
            default: break
            }
            place += 12 + length
        }
        guard isEnded, width > 0, height > 0 else { throw Unexpected("\(path) to be a whole PNG") }
        try decode(try Inflate.zlib(compressed), channels: channels)
    }

    /// How many different pixels there are: 1 is a blank picture.
    var colours: Int { Set(pixels).count }

    /// The share of pixels that differ from the most frequent one.
    var inked: Double {
        let counts = pixels.reduce(into: [UInt64: Int]()) { $0[$1, default: 0] += 1 }
        return 1 - Double(counts.values.max() ?? 0) / Double(max(pixels.count, 1))
    }

    /// Undoes the filter of each line (PNG specification, section 9).
    private mutating func decode(_ raw: [UInt8], channels: Int) throws {
        let stride = width * channels
        guard raw.count == (stride + 1) * height else { throw Unexpected("\((stride + 1) * height) bytes of pixels") }
        var previous = [UInt8](repeating: 0, count: stride)
        pixels.reserveCapacity(width * height)
        for row in 0..<height {
            let start = row * (stride + 1)
            var line = Array(raw[(start + 1)..<(start + 1 + stride)])
            for index in line.indices {
                let left = index >= channels ? Int(line[index - channels]) : 0
                let above = Int(previous[index])
                let corner = index >= channels ? Int(previous[index - channels]) : 0
                let prediction: Int
                switch raw[start] {
                case 0: prediction = 0
                case 1: prediction = left
                case 2: prediction = above
                case 3: prediction = (left + above) / 2
                case 4: prediction = Self.paeth(left, above, corner)
                default: throw Unexpected("a known filter in line \(row)")
                }
                line[index] &+= UInt8(truncatingIfNeeded: prediction)
            }
            for pixel in 0..<width {
                pixels.append(line[(pixel * channels)..<((pixel + 1) * channels)].reduce(0) { $0 << 8 | UInt64($1) })
            }
            previous = line
        }
    }

    private static func paeth(_ left: Int, _ above: Int, _ corner: Int) -> Int {
        let guess = left + above - corner
        let (byLeft, byAbove, byCorner) = (abs(guess - left), abs(guess - above), abs(guess - corner))
        if byLeft <= byAbove && byLeft <= byCorner { return left }
        return byAbove <= byCorner ? above : corner
    }

    private static func number(_ bytes: [UInt8], _ place: Int) -> Int {
        bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
}
