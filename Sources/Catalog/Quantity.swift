/// Quantities with their unit, as the catalogue's files write them. Nil is whatever is not one.
public enum Quantity {
    /// `500 ms`, `30 s`, `2 min`, `1 h`: more than nothing, at most a day.
    public static func duration(_ text: String) -> Duration? {
        let milliseconds = ["ms": 1.0, "s": 1000, "min": 60_000, "h": 3_600_000]
        guard let (number, unit) = split(text), let factor = milliseconds[unit] else { return nil }
        let value = number * factor
        guard value >= 1, value <= 86_400_000 else { return nil }
        return .milliseconds(Int64(value.rounded()))
    }

    /// `64 KiB`, `512 MiB`, `1 GiB`: a whole number of bytes, at most 2^50.
    static func size(_ text: String) -> Int? {
        let bytes = ["B": 1.0, "KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824, "TiB": 1_099_511_627_776]
        guard let (number, unit) = split(text), let factor = bytes[unit] else { return nil }
        let value = number * factor
        guard value >= 1, value <= 1_125_899_906_842_624, value == value.rounded() else { return nil }
        return Int(value)
    }

    /// `5 %` is 0.05: more than 0, at most 100 %.
    public static func fraction(_ text: String) -> Double? {
        guard let (number, unit) = split(text), unit == "%", number > 0, number <= 100 else { return nil }
        return number / 100
    }

    private static func split(_ text: String) -> (number: Double, unit: String)? {
        guard text.utf8.count <= 32 else { return nil }
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = NumberText.parse(digits) else { return nil }
        let unit = text[digits.endIndex...].drop { $0 == " " }
        return (number, String(unit))
    }
}
