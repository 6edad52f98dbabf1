import BenchrunModel
import Foundation

/// Makes run ids: UTC date and time, and four random digits.
enum RunNames {
    /// An id for a run that begins now: `20261123-224501-7f3a`.
    static func run(at date: Date = Date()) -> RunID {
        make(stamp(date))
    }

    /// An id for a session that measures nothing: `doctor-224501-7f3a`.
    static func session(_ name: String, at date: Date = Date()) -> RunID {
        make(name + "-" + stamp(date).suffix(6))
    }

    private static func make(_ text: String) -> RunID {
        let digits = String(UInt16.random(in: 0...UInt16.max), radix: 16)
        let padded = String(repeating: "0", count: 4 - digits.count) + digits
        // The parts are all of allowed characters.
        guard let id = RunID("\(text)-\(padded)") else { preconditionFailure("'\(text)' is not a run id") }
        return id
    }

    private static func stamp(_ date: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        func digits(_ value: Int?, _ width: Int) -> String {
            let text = String(value ?? 0)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return digits(parts.year, 4) + digits(parts.month, 2) + digits(parts.day, 2) + "-"
            + digits(parts.hour, 2) + digits(parts.minute, 2) + digits(parts.second, 2)
    }
}
