import BenchrunModel
import Foundation
import Results
import Testing

/// One real run of the smoke suite that all tests of a suite look at.
struct SmokeRun: Sendable {
    static let seed: UInt64 = 20_261

    let sandbox: Sandbox
    let invocation: Invocation
    /// What was on the host before it and is no more there, or not yet, after it.
    let leftovers: Leftovers

    /// The run of the test that is being executed.
    @TaskLocal static var current: SmokeRun?

    static func get() throws -> SmokeRun {
        guard let current else { throw Unexpected("a test of a suite with the trait .smokeRun") }
        return current
    }

    static func make(in sandbox: Sandbox) async throws -> SmokeRun {
        // The report also says what it would without an image to build; this keeps the run itself to measuring.
        let image = try await Invocation.run(
            [Machine.benchrun, "image", "build", "--suite", "smoke", "--plain"],
            in: sandbox
        )
        guard image.status == 0 else { throw Unexpected("an image, but: \(image.errors.suffix(2000))") }
        let before = try await Leftovers.now()
        let invocation = try await Invocation.run(
            sandbox.arguments(["run", "--suite", "smoke", "--seed", "\(seed)", "--plain"]),
            in: sandbox
        )
        return SmokeRun(
            sandbox: sandbox,
            invocation: invocation,
            leftovers: try await Leftovers.left(by: sandbox, since: before)
        )
    }

    var manifest: RunManifest {
        get throws { try sandbox.onlyRun().loadManifest() }
    }

    var samples: [Sample] {
        get throws { try SampleReader.all(path: sandbox.onlyRun().samples) }
    }

    /// The folder of the report.
    var report: String {
        get throws { sandbox.store.plotsFolder(of: try manifest.run) }
    }

    func text(_ file: String) throws -> String {
        try String(contentsOfFile: report + "/" + file, encoding: .utf8)
    }
}

extension Trait where Self == SharedRunTrait<SmokeRun> {
    static var smokeRun: Self { SharedRunTrait(SmokeRun.$current, make: SmokeRun.make) }
}
