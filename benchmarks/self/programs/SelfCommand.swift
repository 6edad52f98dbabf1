import ArgumentParser
import Glibc

/// benchrun measured against its own promises.
@main
struct SelfCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchrun-self",
        abstract: "Holds benchrun's statistics and measurements to what they promise.",
        subcommands: [
            SimulateCommand.self, SpeedCommand.self, GateCommand.self, StoreCommand.self, NoiseCommand.self,
            InjectionCommand.self,
        ]
    )
}

/// A promise that was kept or broken, one line of a table.
struct Check {
    var name: String
    var value: String
    var limit: String
    var isKept: Bool
}

/// Prints checks as a Markdown table, and fails where a promise is broken.
enum Checks {
    static func conclude(_ checks: [Check], title: String) throws {
        print("\n| \(title) | measured | promised | |\n|---|---:|---:|---|")
        for check in checks {
            print("| \(check.name) | \(check.value) | \(check.limit) | \(check.isKept ? "ok" : "**broken**") |")
        }
        fflush(nil)
        if checks.contains(where: { !$0.isKept }) { throw ExitCode(1) }
    }

    /// `95.3 %`
    static func percent(_ fraction: Double, digits: Int = 1) -> String {
        fixed(fraction * 100, digits) + " %"
    }

    static func fixed(_ value: Double, _ digits: Int) -> String {
        let power = pow(10, Double(digits))
        let scaled = (abs(value) * power).rounded()
        let whole = String(Int(min(scaled, 9e17)))
        let padded = String(repeating: "0", count: max(0, digits + 1 - whole.count)) + whole
        let text = digits == 0 ? padded : "\(padded.dropLast(digits)).\(padded.suffix(digits))"
        return value < 0 && scaled > 0 ? "-" + text : text
    }
}
