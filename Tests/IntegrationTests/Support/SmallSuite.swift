import Foundation

/// A folder of benchmark files with a suite that is quick everywhere: little memory, little scratch.
struct SmallSuite {
    static let name = "small"
    let directory: String
    let workloads: [String]

    /// Copies the repository's files into a sandbox and adds the suite.
    init(
        in sandbox: Sandbox,
        workloads: [String],
        environments: [String] = ["native", "docker", "podman", "libvirt-tcg"],
        rounds: Int = 2,
        scratch: String = "64 MiB",
        more: String = ""
    ) throws {
        self.workloads = workloads
        directory = sandbox.directory + "/benchmarks"
        try FileManager.default.copyItem(atPath: Machine.packageDirectory + "/benchmarks", toPath: directory)
        let text = """
            title: Quick everywhere
            workloads: [\(workloads.joined(separator: ", "))]
            environments: [\(environments.joined(separator: ", "))]
            rounds: \(rounds)
            memory: 512 MiB
            scratch: \(scratch)
            \(more)

            """
        try Data(text.utf8).write(to: URL(filePath: "\(directory)/suites/\(Self.name).yaml"))
    }

    /// Adds an environment.
    func add(environment name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(directory)/environments/\(name).yaml"))
    }

    /// Adds a workload.
    func add(workload name: String, ofClass folder: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(directory)/workloads/\(folder)/\(name).yaml"))
    }
}

extension Sandbox {
    /// Where runs of the small suite have their scratch.
    var scratch: String { directory + "/scratch" }

    /// `benchrun run` of the small suite, with this sandbox's scratch.
    func run(_ suite: SmallSuite, _ more: [String] = []) -> [String] {
        arguments(
            ["run", "--suite", SmallSuite.name, "--benchmarks", suite.directory, "--scratch", scratch, "--plain"] + more
        )
    }

    /// `benchrun resume` of a run of the small suite.
    func resume(_ run: String, _ suite: SmallSuite) -> [String] {
        arguments(["resume", run, "--benchmarks", suite.directory, "--scratch", scratch, "--plain"])
    }
}
