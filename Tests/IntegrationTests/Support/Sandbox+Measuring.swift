import Foundation
import Results

extension Sandbox {
    /// A command that every image has, long enough to be measured.
    static let work = ["--", "sha256sum", "/usr/bin/perl"]

    /// Measures that command natively: the shortest real run there is.
    func measureNatively(rounds: Int = 1, environment: [String: String] = [:]) async throws -> Invocation {
        try await Invocation.run(
            arguments(["run", "-e", "native", "--rounds", "\(rounds)", "--plain"]) + Self.work,
            in: self,
            environment: environment
        )
    }

    /// Environments that can be used here, by `doctor`'s own word.
    func availability() async throws -> [String: Doctored] {
        let doctor = try await Invocation.run([Machine.benchrun, "doctor", "--json", "--quiet"], in: self)
        let findings = try JSONDecoder().decode([Doctored].self, from: Data(doctor.output.utf8))
        let environments = findings.filter { $0.kind == "environment" }
        return Dictionary(uniqueKeysWithValues: environments.map { ($0.name, $0) })
    }
}

/// One finding of `doctor --json`.
struct Doctored: Decodable, Sendable {
    var kind: String
    var name: String
    var available: Bool
    var version: String
    var reason: String
    var nextStep: String
    var facts: [String: String]
}
