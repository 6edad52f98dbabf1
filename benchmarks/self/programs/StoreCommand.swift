import Analysis
import ArgumentParser
import BenchrunModel
import Foundation
import Glibc
import Results
import Statistics

/// `benchrun-self store`: what a large store costs the commands that read it.
struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Time 'history' over 1,000 runs of 50 series, and 'compare' of two files of 1,000,000 rows."
    )

    @Option(help: "The benchrun to ask.")
    var benchrun: String

    @Option(help: ArgumentHelp("Make a store in this folder, and time nothing.", visibility: .private))
    var make: String?

    @Flag(help: ArgumentHelp("With --make: two large runs instead of many small ones.", visibility: .private))
    var large = false

    func run() throws {
        if let make { return try write(to: make) }
        let place = FileManager.default.temporaryDirectory.appending(path: "benchrun-store-\(getpid())")
        defer { try? FileManager.default.removeItem(at: place) }
        let root = place.path(percentEncoded: false)
        try Checks.conclude(try history(root + "/many") + compare(root + "/large"), title: "a large store")
    }

    private func history(_ root: String) throws -> [Check] {
        let store = RunStore(results: root + "/results", plots: root + "/plots")
        try fill(root)
        let arguments = ["history", "--no-pictures", "--results", store.results]
        let cold = try measured(arguments)
        let warm = try measured(arguments)
        return [
            Check(name: "history, 1,000 runs x 50 series, first time", value: cold.words, limit: "", isKept: true),
            Check(
                name: "history, 1,000 runs x 50 series, indexed",
                value: warm.words,
                limit: "under 2 s",
                isKept: warm.seconds < 2
            ),
        ]
    }

    private func compare(_ root: String) throws -> [Check] {
        let store = RunStore(results: root + "/results", plots: root + "/plots")
        try fill(root, "--large")
        let found = try measured(
            ["compare", "20260101-000000-0000", "20260102-000000-0000", "--results", store.results, "--json"]
        )
        return [
            Check(
                name: "compare, two files of 1,000,000 rows",
                value: found.words,
                limit: "under 3 s and 300 MB",
                isKept: found.seconds < 3 && found.bytes < 300_000_000
            )
        ]
    }

    /// In a process of its own: a peak of memory starts at that of the parent, which so stays small.
    private func fill(_ root: String, _ more: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["store", "--benchrun", benchrun, "--make", root] + more
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw ValidationError("the store could not be made in \(root)") }
    }

    private func write(to root: String) throws {
        let store = RunStore(results: root + "/results", plots: root + "/plots")
        var generator = Xoshiro256(seed: 1)
        guard !large else {
            for id in ["20260101-000000-0000", "20260102-000000-0000"] {
                // 50 workloads natively and in docker, 500 rounds of 10 iterations, two metrics each.
                try LargeRun.write(id, series: 50, rounds: 500, iterations: 10, metrics: 2, &generator, to: store)
            }
            return
        }
        for index in 0..<1000 {
            let digits = String(100_000 + index).dropFirst()
            try LargeRun.write(
                "202601\(10 + index / 100)-0\(digits)-0000",
                series: 50,
                rounds: 6,
                &generator,
                to: store
            )
        }
    }

    private struct Cost {
        var seconds: Double
        var bytes: Int

        var words: String { "\(Checks.fixed(seconds, 2)) s, \(bytes / 1_000_000) MB" }
    }

    private func measured(_ arguments: [String]) throws -> Cost {
        // /usr/bin/time is not everywhere; wait4 tells the same.
        var pid: pid_t = 0
        let all = [benchrun] + arguments
        var words: [UnsafeMutablePointer<CChar>?] = all.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let clock = ContinuousClock()
        let began = clock.now
        guard posix_spawn(&pid, benchrun, &actions, nil, &words, environ) == 0 else {
            throw ValidationError("\(benchrun) cannot be started")
        }
        var status: Int32 = 0
        var usage = rusage()
        guard wait4(pid, &status, 0, &usage) == pid, status == 0 else {
            throw ValidationError("benchrun \(arguments.joined(separator: " ")) failed")
        }
        let took = began.duration(to: clock.now)
        return Cost(
            seconds: Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18,
            bytes: usage.ru_maxrss * 1024
        )
    }
}

/// A run with as many series and rounds as wanted, in native and docker.
enum LargeRun {
    static func write(
        _ id: String,
        series: Int,
        rounds: Int,
        iterations: Int = 1,
        metrics: Int = 1,
        _ generator: inout Xoshiro256,
        to store: RunStore
    ) throws {
        let base = SyntheticRepository(variation: 0.02, halfWidth: 0.02, generator: generator)
        var manifest = try base.manifest(id)
        let template = manifest.workloads[0]
        let names = (0..<series).map { "workload-\($0)" }
        manifest.workloads = names.map { name in
            var record = template
            record.name = name
            return record
        }
        manifest.calibration = nil
        manifest.schedule = nil
        manifest.rounds = rounds
        let folder = store.folder(of: manifest.run)
        try folder.create()
        try folder.save(manifest)
        var text = SampleColumn.header + "\n"
        text.reserveCapacity(series * rounds * iterations * metrics * 280)
        for round in 1...rounds {
            for name in names {
                for (slot, environment) in ["native", "docker"].enumerated() {
                    let head =
                        "\(id),1,\(round),\(slot),0,r\(round).\(name).\(environment).1,benchrun-\(id)-r\(round),"
                        + "\(environment),,\(name),,"
                    for iteration in 1...iterations {
                        for metric in ["time", "latency"].prefix(metrics) {
                            let value = exp(0.02 * generator.normal()) * (slot == 0 ? 1 : 1.05)
                            text += "\(head)\(iteration),measured,1,\(metric),s,lower,\(value),,ok,,\(round),1000,\n"
                        }
                    }
                }
            }
        }
        try replaceFile(folder.samples, with: Array(text.utf8))
    }
}
