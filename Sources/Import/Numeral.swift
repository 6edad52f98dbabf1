/// A number as tools print it: `12`, `-0.5`, `1.5e-3`. Not `nan`, `inf`, `0x1p3` or `1,234.5`.
enum Numeral: Equatable {
    case finite(Double)
    /// A number that a Double could only hold as infinity or, although it is none, as 0.
    case outOfRange
    /// Something else.
    case none

    init(_ text: some StringProtocol) {
        var rest = Substring(text).utf8[...]
        Self.skipSign(&rest)
        let whole = Self.digits(&rest)
        var fraction = (count: 0, isZero: true)
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = Self.digits(&rest)
        }
        var hasExponent = true
        if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            Self.skipSign(&rest)
            hasExponent = Self.digits(&rest).count > 0
        }
        guard rest.isEmpty, hasExponent, whole.count + fraction.count > 0 else {
            self = .none
            return
        }
        let isZero = whole.isZero && fraction.isZero
        guard let value = Double(text), value.isFinite, value != 0 || isZero else {
            self = .outOfRange
            return
        }
        self = .finite(value)
    }

    /// The number, where it is one that can be held.
    var value: Double? {
        if case .finite(let value) = self { value } else { nil }
    }

    private static func skipSign(_ text: inout Substring.UTF8View) {
        if let sign = text.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { text = text.dropFirst() }
    }

    /// Takes the digits that the text begins with; how many there were, and whether they are all 0.
    private static func digits(_ text: inout Substring.UTF8View) -> (count: Int, isZero: Bool) {
        let taken = text.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        text = text[taken.endIndex...]
        return (taken.count, taken.allSatisfy { $0 == UInt8(ascii: "0") })
    }
}
