import Analysis
import Glibc

/// Figures as people read them: units that fit, no more digits than mean something.
enum Format {
    /// An overhead from a log ratio: `+3.1 %`, `-12 %`, from twice as costly on `8.3x`.
    static func overhead(_ logRatio: Double) -> String {
        if logRatio >= log(2) { return multiple(exp(logRatio)) + "x" }
        return percent(expm1(logRatio))
    }

    /// An interval from log ratios: `-0.5 to +2.1 %`, `7.1x to 7.5x`.
    static func interval(_ estimate: LogEstimate) -> String? {
        guard let lower = estimate.lower, let upper = estimate.upper else { return nil }
        guard upper < log(2) else {
            let low = lower > 0 ? multiple(exp(lower)) + "x" : percent(expm1(lower))
            return "\(low) to \(overhead(upper))"
        }
        let low = percent(expm1(lower))
        return "\(low.dropLast(2)) to \(percent(expm1(upper)))"
    }

    /// A signed share: `+3.1 %`, `-12 %`.
    static func percent(_ fraction: Double) -> String {
        let percent = fraction * 100
        let digits = abs(percent) < 9.95 ? 1 : 0
        let text = fixed(abs(percent), digits)
        let isZero = text.allSatisfy { $0 == "0" || $0 == "." }
        return (isZero ? "" : percent < 0 ? "-" : "+") + text + " %"
    }

    /// A share without sign: `3.1 %`.
    static func share(_ fraction: Double) -> String {
        fixed(fraction * 100, abs(fraction) < 0.0995 ? 1 : 0) + " %"
    }

    /// A half-width on the log scale: `±1.2 %`, `±x1.8`.
    static func halfWidth(_ value: Double) -> String {
        value < log(2) ? "±" + share(expm1(value)) : "±" + multiple(exp(value)) + "x"
    }

    /// A value with its unit, in one that fits: `4458 events/s`, `12.7 ms`, `512 MiB`.
    static func value(_ value: Double, unit: String) -> String {
        switch unit {
        case "s": return seconds(value)
        case "ms": return seconds(value / 1e3)
        case "us", "µs": return seconds(value / 1e6)
        case "ns": return seconds(value / 1e9)
        case "B": return bytes(value)
        case "1", "": return number(value)
        default: return "\(number(value)) \(unit)"
        }
    }

    /// A duration: `820 ns`, `12.7 ms`, `3.59 s`, `4 min 10 s`.
    static func seconds(_ value: Double) -> String {
        let size = abs(value)
        if size >= 120 {
            let whole = Int(min(size, 1e12).rounded())
            return (value < 0 ? "-" : "")
                + (whole < 7200 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min")
        }
        if size == 0 { return "0 s" }
        if size >= 0.9995 { return "\(number(value, digits: 3)) s" }
        if size >= 0.9995e-3 { return "\(number(value * 1e3, digits: 3)) ms" }
        if size >= 0.9995e-6 { return "\(number(value * 1e6, digits: 3)) µs" }
        return "\(number(value * 1e9, digits: 3)) ns"
    }

    /// Bytes in binary units.
    static func bytes(_ value: Double) -> String {
        var value = value
        for unit in ["B", "KiB", "MiB", "GiB", "TiB"] {
            if abs(value) < 1024 || unit == "TiB" { return "\(number(value)) \(unit)" }
            value /= 1024
        }
        return number(value)
    }

    /// A plain number with up to `digits` significant digits and no exponent where that is readable.
    static func number(_ value: Double, digits: Int = 4) -> String {
        guard value.isFinite else { return "?" }
        let size = abs(value)
        if size == 0 { return "0" }
        if size >= 1e12 || size < 1e-4 { return exponential(value, digits) }
        let magnitude = Int(log10(size).rounded(.down)) + 1
        let places = max(0, digits - magnitude)
        let text = fixed(value, min(places, 8))
        guard text.contains(".") else { return text }
        return String(text.reversed().drop { $0 == "0" }.reversed()).droppingTrailingPoint
    }

    /// A fixed number of digits behind the point.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "?" }
        var power = 1.0
        for _ in 0..<digits { power *= 10 }
        let scaled = (abs(value) * power).rounded()
        guard scaled < 9e18 else { return value.description }
        let whole = String(Int64(scaled))
        let padded = String(repeating: "0", count: max(0, digits + 1 - whole.count)) + whole
        let text = digits == 0 ? padded : "\(padded.dropLast(digits)).\(padded.suffix(digits))"
        return value < 0 && scaled > 0 ? "-" + text : text
    }

    /// With minus and multiplication signs, for pictures and HTML.
    static func typographic(_ text: String) -> String {
        var result = ""
        var before: Character = " "
        for index in text.indices {
            let next = text.index(after: index)
            let after = next < text.endIndex ? text[next] : " "
            switch text[index] {
            case "-" where after.isNumber && (before == " " || before == "("): result.append("−")
            case "x" where before.isNumber && !after.isLetter && !after.isNumber: result.append("×")
            default: result.append(text[index])
            }
            before = text[index]
        }
        return result
    }

    private static func multiple(_ ratio: Double) -> String {
        switch ratio {
        case ..<9.995: fixed(ratio, 2)
        case ..<99.95: fixed(ratio, 1)
        case ..<1e6: fixed(ratio, 0)
        default: exponential(ratio, 3)
        }
    }

    private static func exponential(_ value: Double, _ digits: Int) -> String {
        var exponent = Int(log10(abs(value)).rounded(.down))
        var mantissa = value / pow(10, Double(exponent))
        if abs(mantissa) >= 9.9995 {
            mantissa /= 10
            exponent += 1
        }
        return "\(fixed(mantissa, digits - 1))e\(exponent)"
    }
}

extension String {
    fileprivate var droppingTrailingPoint: String { hasSuffix(".") ? String(dropLast()) : self }
}
