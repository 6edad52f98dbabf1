import Statistics

/// How often each flag fires on clean runs, and on runs with its fault in one of 30 rows.
struct FlagSimulation {
    let runs: Int
    let seed: UInt64

    func checks() -> [Check] {
        clean(rounds: 10, noise: 0.03) + clean(rounds: 30, noise: 0.01) + clean(rounds: 30, noise: 0.05) + faulty()
    }

    private func clean(rounds: Int, noise: Double) -> [Check] {
        var model = SimulatedRun()
        model.rounds = rounds
        model.noise = noise
        var generator = Xoshiro256(seed: seed ^ UInt64(rounds) << 40 ^ UInt64(noise * 1e6))
        var fired: [SeriesFlag: Int] = [:]
        for _ in 0..<runs {
            let series = model.series(&generator)
            let findings = SeriesFlags.find(series, seed: generator.next())
            for flag in Set(findings.flatMap { $0.map(\.flag) }) { fired[flag, default: 0] += 1 }
        }
        return SeriesFlag.allCases.map { flag in
            let share = Double(fired[flag] ?? 0) / Double(runs)
            return Check(
                name: "clean runs of \(rounds) rounds, CV \(Checks.percent(noise, digits: 0)): \(flag.rawValue)",
                value: Checks.percent(share, digits: 2),
                limit: "at most 2 %",
                isKept: share <= 0.02
            )
        }
    }

    private func faulty() -> [Check] {
        SimulatedRun.faults.enumerated().map { index, fault in
            var generator = Xoshiro256(seed: seed ^ UInt64(index + 1) << 48)
            let attempts = max(1, runs / 2)
            let found = (0..<attempts).filter { _ in
                let series = SimulatedRun().series(&generator, fault: fault)
                let findings = SeriesFlags.find(series, seed: generator.next())
                return findings[0].contains { $0.flag == fault.flag }
            }.count
            let share = Double(found) / Double(attempts)
            return Check(
                name: fault.name,
                value: Checks.percent(share),
                limit: "at least 80 %",
                isKept: share >= 0.8
            )
        }
    }
}
