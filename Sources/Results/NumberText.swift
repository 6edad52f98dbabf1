/// Numbers as samples.csv has them: decimal digits, no spaces, no `nan`, `inf`, hexadecimal or thousands separators.
enum NumberText {
    /// A whole number that fits; negative ones only where the type has them.
    static func integer<Number: FixedWidthInteger>(_ text: UnsafeRawBufferPointer) -> Number? {
        var digits = text[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits = digits.dropFirst() }
        guard !digits.isEmpty, !isNegative || Number.isSigned else { return nil }
        var number: Number = 0
        for byte in digits {
            guard let digit = Number(exactly: Int(byte) - 48), (0...9).contains(digit) else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) =
                isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !overflow, !carry else { return nil }
            number = sum
        }
        return number
    }

    /// A finite number, correctly rounded.
    static func decimal(_ text: UnsafeRawBufferPointer) -> Double? {
        if let exact = shortDecimal(text) { return exact }
        for byte in text {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                continue
            default: return nil
            }
        }
        guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    /// Up to 15 digits with up to 15 of them behind the point: digits and power of ten are both exact, so that one
    /// division is correctly rounded (Clinger 1990). Nil where this does not apply.
    private static func shortDecimal(_ text: UnsafeRawBufferPointer) -> Double? {
        guard text.count <= 17 else { return nil }
        var digits = 0
        var count = 0
        var places = -1
        var index = 0
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative { index = 1 }
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: ".") {
                guard places < 0, count > 0 else { return nil }
                places = 0
                continue
            }
            guard byte >= 48, byte <= 57 else { return nil }
            digits = digits * 10 + Int(byte) - 48
            count += 1
            if places >= 0 { places += 1 }
        }
        guard (1...15).contains(count), places != 0 else { return nil }
        let magnitude = places > 0 ? Double(digits) / powersOfTen[places] : Double(digits)
        return isNegative ? -magnitude : magnitude
    }

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]
}
