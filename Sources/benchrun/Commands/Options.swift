import ArgumentParser
import BenchrunModel
import Catalog
import Foundation
import Host
import Results

/// Where the user's files are.
struct CatalogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Folder with workloads, environments, suites and images.",
            discussion: "Default: ./benchmarks, else the one beside this build.",
            valueName: "dir"
        )
    )
    var benchmarks: String?

    /// The folder that is used.
    func directory() throws -> String {
        let manager = FileManager.default
        if let benchmarks {
            guard manager.fileExists(atPath: benchmarks) else {
                throw Failure(
                    "\(benchmarks): no such folder; name one that holds workloads/ and suites/",
                    status: ExitStatus.usage
                )
            }
            return benchmarks
        }
        if manager.fileExists(atPath: "benchmarks/workloads") { return "benchmarks" }
        if let shipped = Self.shippedDirectory() { return shipped }
        throw Failure("no folder 'benchmarks' here; name one with --benchmarks", status: ExitStatus.usage)
    }

    /// The folder beside this build, whatever is in the current one; nil where there is none.
    static func shippedDirectory() -> String? {
        var folder = AgentExecutable.ownDirectory
        while folder.count > 1 {
            for candidate in ["/benchmarks", "/share/benchrun/benchmarks"] {
                if FileManager.default.fileExists(atPath: folder + candidate + "/workloads") {
                    return folder + candidate
                }
            }
            folder = (folder as NSString).deletingLastPathComponent
        }
        return nil
    }

    /// The catalog; problems in its files are errors.
    func load() throws -> Catalog {
        let (catalog, problems) = Catalog.load(directory: try directory(), drivers: DriverRegistry.options)
        guard problems.isEmpty else {
            let list = problems.map { "\($0)" }.joined(separator: "\n")
            throw Failure("the benchmark files have problems\n\(list)", status: ExitStatus.usage)
        }
        return catalog
    }
}

/// Where runs and their reports are kept.
struct StoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Folder of the runs.", valueName: "dir"))
    var results = "results"

    @Option(help: ArgumentHelp("Folder of the reports.", valueName: "dir"))
    var plots = "plots"

    /// The store in these folders.
    var runs: RunStore { RunStore(results: results, plots: plots) }
}

/// How progress and answers are shown.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print the answer as JSON.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress on standard error.")
    var quiet = false

    @Flag(help: "Plain lines instead of the live display.")
    var plain = false

    /// The display these options ask for.
    func display() -> ProgressDisplay {
        ProgressDisplay(live: Screen.standardErrorIsTerminal && !plain, quiet: quiet)
    }
}

/// What limits a measurement and how it is done.
struct MeasureOptions: ParsableArguments {
    @Option(help: "Number of rounds; the suite says how many by default. 6 is the least with a 95 % interval.")
    var rounds: Int?

    @OptionGroup var schedule: ScheduleOptions

    @Option(help: "Seed of the schedule; the same seed gives the same order.")
    var seed: UInt64?

    @Option(help: ArgumentHelp("Begin no further round after this time: '10 min', '90 s'.", valueName: "time"))
    var budget: String?

    @Option(
        help: ArgumentHelp("Host CPUs for instances, as '1' or '1-3'; default: all but the first.", valueName: "list")
    )
    var cpus: String?

    @Option(help: ArgumentHelp("Folder on the file system that storage workloads measure.", valueName: "dir"))
    var scratch: String?

    @Option(help: ArgumentHelp("A guest kernel of your own.", valueName: "file"))
    var kernel: String?

    @Option(help: ArgumentHelp("The initramfs for --kernel.", valueName: "file"))
    var initrd: String?

    @Flag(help: "Print the plan and the time it will take, and measure nothing.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "Print the rounds and the time that intervals of this half-width would take, and measure nothing.",
            discussion: "From this host's calibration: '2 %'; see 'benchrun calibrate'.",
            valueName: "half-width"
        )
    )
    var plan: String?

    @Flag(help: "Refuse environments that differ from native undeclared, or did not get what was asked for.")
    var strict = false

    @Flag(
        help: ArgumentHelp(
            "Prepare the host for the time of the run, and restore it.",
            discussion:
                "Governor, turbo, huge pages, interrupts, SMT siblings; 'benchrun clean' restores after a crash."
        )
    )
    var tune = false

    @Flag(help: "Leave the first failed instance running for inspection, until Ctrl-C.")
    var keep = false

    /// The budget, where one was given.
    var budgetDuration: Duration? { budget.flatMap { Quantity.duration($0) } }

    /// The half-width of `--plan`, as a fraction.
    var plannedHalfWidth: Double? { plan.flatMap { Quantity.fraction($0) } }

    func validate() throws {
        if let plan, plannedHalfWidth == nil {
            throw ValidationError("--plan takes a half-width such as '2 %', not '\(plan)'")
        }
        if let budget, Quantity.duration(budget) == nil {
            throw ValidationError("--budget takes a time such as '10 min' or '90 s', not '\(budget)'")
        }
        if let rounds, !(1...10_000).contains(rounds) {
            throw ValidationError("--rounds takes a whole number from 1 to 10000")
        }
        if rounds != nil, schedule.precise {
            throw ValidationError("--precise finds the number of rounds itself; limit it with --max-rounds")
        }
        if (initrd == nil) != (kernel == nil) {
            throw ValidationError("--kernel and --initrd go together")
        }
    }
}
