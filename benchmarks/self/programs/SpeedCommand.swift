import ArgumentParser
import Statistics

/// `benchrun-self speed`: what the estimators cost.
struct SpeedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "speed",
        abstract: "Time the estimators; the promised seconds are those of a release build."
    )

    func run() throws {
        var generator = Xoshiro256(seed: 1)
        let short = (0..<10_000).map { _ in generator.normals(30) }
        let long = generator.normals(2000)
        let other = generator.normals(2000)
        try Checks.conclude(
            [
                timed("10,000 one-sample intervals, n = 30", limit: 1) {
                    short.reduce(0) { $0 + (HodgesLehmann.oneSample($1, alpha: 0.05)?.value ?? 0) }
                },
                timed("one-sample interval, n = 2000", limit: 1) {
                    HodgesLehmann.oneSample(long, alpha: 0.05)?.value ?? 0
                },
                timed("two-sample interval, m = n = 2000", limit: 1) {
                    HodgesLehmann.twoSample(baseline: long, candidate: other, alpha: 0.05)?.value ?? 0
                },
                timed("1,000 adaptive stops of up to 60 rounds", limit: 10) {
                    short.prefix(1000).reduce(0) { $0 + Double(AdaptiveStop(target: 0.3).replay($1 + $1).rounds) }
                },
            ],
            title: "time"
        )
    }

    /// The least of three times, which other work on the host disturbs least.
    private func timed(_ name: String, limit: Double, _ work: () -> Double) -> Check {
        let clock = ContinuousClock()
        var sum = 0.0
        let times = (0..<3).map { _ in clock.measure { sum += work() } }
        let least = times.min() ?? .zero
        let seconds = Double(least.components.seconds) + Double(least.components.attoseconds) / 1e18
        return Check(
            name: name,
            value: "\(Checks.fixed(seconds, 3)) s",
            limit: "under \(Checks.fixed(limit, 0)) s",
            isKept: seconds < limit && sum.isFinite
        )
    }
}
