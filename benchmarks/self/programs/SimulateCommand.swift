import ArgumentParser

/// `benchrun-self simulate`: coverage, false alarms and flags on made-up runs whose truth is known.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Simulate adaptive runs and flags of series, and hold them to STATISTICS' promises.",
        discussion: "Takes about five minutes in a release build. The same seed gives the same table."
    )

    @Option(help: "Seed of everything.")
    var seed: UInt64 = 20_261_124

    @Option(help: "Simulated runs of each row about stopping; a quarter as many of each about flags.")
    var runs = 2000

    func run() throws {
        print("benchrun-self simulate --seed \(seed) --runs \(runs)")
        let stopping = StoppingSimulation(runs: runs, seed: seed).checks()
        let flags = FlagSimulation(runs: max(1, runs / 4), seed: seed).checks()
        try Checks.conclude(stopping + flags, title: "simulated")
    }
}
