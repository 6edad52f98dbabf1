/// A starter for a user's repository: a workload for a command of the user's, a suite that measures it, and a workflow
/// for CI. The environments and the image that the suite names are copied from the shipped catalogue.
public struct Starter: Sendable {
    /// A file to be written.
    public struct File: Sendable, Equatable {
        /// Its path below the user's folder.
        public var path: String
        /// What it holds.
        public var bytes: [UInt8]

        /// Creates a file.
        public init(path: String, bytes: [UInt8]) {
            self.path = path
            self.bytes = bytes
        }
    }

    /// Why there can be no starter, and what to do about it.
    public struct Refusal: Error, Sendable, CustomStringConvertible {
        /// What is wrong, and the next step.
        public var description: String
    }

    /// Name of the image that the suite uses.
    public static let image = "debian"
    /// Names of the environments that the suite compares.
    public static let environments = ["native", "docker", "podman"]

    /// Path of the workflow's file.
    public static let workflowPath = ".github/workflows/benchrun.yml"

    /// Name of the workload and of the suite.
    public let name: String
    private let command: [String]
    private let packages: [String]

    /// Makes a starter.
    /// - Parameters:
    ///   - name: name of workload and suite; nil makes one from the program's.
    ///   - command: program and arguments, as the user typed them.
    ///   - packages: Debian packages that the command needs.
    /// - Throws: ``Refusal`` where a file of the catalogue cannot say so.
    public init(name: String? = nil, command: [String], packages: [String] = []) throws(Refusal) {
        guard let program = command.first, !program.isEmpty else {
            throw Refusal(description: "there is no command; write it after --")
        }
        for (place, argument) in command.enumerated() {
            let subject = "argument \(place) of the command"
            // What is no UTF-8 has become this on its way here.
            if argument.unicodeScalars.contains("\u{FFFD}") {
                throw Refusal(description: "\(subject) is not UTF-8, as YAML must be; put the command in a script")
            }
            if argument.unicodeScalars.first == "\u{FEFF}" {
                throw Refusal(description: "\(subject) begins with a byte order mark; put the command in a script")
            }
        }
        if let name, !Names.isSafe(name) {
            throw Refusal(description: "'\(Excerpt.of(name, limit: 40))' is not a name; use \(Names.rule)")
        }
        if let package = packages.first(where: { !Names.isPackage($0) }) {
            let shown = Excerpt.of(package, limit: 40)
            throw Refusal(description: "'\(shown)' is no Debian package's name; 'apt-cache search' finds it")
        }
        self.name = name ?? Self.name(of: program)
        self.command = command
        self.packages = packages
        guard workload.utf8.count <= SourceFile.largest else {
            let most = SourceFile.largest >> 10
            throw Refusal(description: "the command is longer than \(most) KiB; put it in a script")
        }
    }

    /// Path of the workload's file.
    public var workloadPath: String { "benchmarks/workloads/application/\(name).yaml" }

    /// The files of the starter, without what is copied.
    public var files: [File] {
        [
            (workloadPath, workload), ("benchmarks/suites/\(name).yaml", suite),
            (Self.workflowPath, workflow),
        ].map { File(path: $0.0, bytes: Array($0.1.utf8)) }
    }

    /// The workflow as the project ships it.
    static var shippedWorkflow: [UInt8] { PackageResources.workflow_yml }
    /// Where the shipped workflow names its suite.
    static let shippedSuite = "|| 'default'"

    private var workflow: String {
        String(decoding: Self.shippedWorkflow, as: UTF8.self).replacing(Self.shippedSuite, with: "|| '\(name)'")
    }

    private var workload: String {
        let title = "\(name): \(Excerpt.of(command.joined(separator: " "), limit: 80))"
        return """
            # The file's name is the workload's name, the folder is its class, and 'benchrun check' tells, with line
            # and column, what is not right yet.
            title: \(YAMLText.scalar(title))
            class: application
            # Debian packages that the command needs; they become part of the one root file system that every
            # environment runs.
            \(YAMLText.list("packages", packages))
            # Program and arguments, one list item each. No shell reads them: no pipes, no variables. The working
            # directory is /scratch, and empty unless 'setup' (a list of commands, untimed) puts something there.
            \(YAMLText.list("command", CommandBuilder.escaping(command)))
            # After this long the command is killed, and the sample is recorded as 'timeout', not as a number.
            timeout: 10 min
            # Standard output is not read. 'text', 'json' and 'fio' read figures from it, each metric by its own
            # 'pattern' or 'path'.
            parser: none
            metrics:
              # From fork to exit, as the agent measures it. The first metric is the one that is judged.
              - name: time
                unit: s
                better: lower
                resource: wall-time
                # The smallest change that matters to you; the verdicts and the gate depend on it.
                delta: 5 %

            """
    }

    private var suite: String {
        """
        title: \(YAMLText.scalar("\(name) in native, Docker and Podman"))
        workloads: [\(YAMLText.scalar(name))]
        environments: [\(Self.environments.joined(separator: ", "))]
        # Six is the least that gives a 95 % interval; to see a change of a few percent, a gate needs more.
        rounds: 12
        image: \(Self.image)
        # The same for every instance, whatever isolates it.
        memory: 1 GiB
        scratch: 256 MiB
        cpu-quota: 100 %

        """
    }

    /// The program's name as a name of the catalogue: of `/opt/My_Tool.sh` it is `my-tool-sh`.
    static func name(of program: String) -> String {
        let last = program.split(separator: "/").last.map { $0.lowercased() } ?? ""
        let safe = last.utf8.map { Names.isSafe(String(decoding: [$0], as: UTF8.self)) ? $0 : UInt8(ascii: "-") }
        let words = String(decoding: safe, as: UTF8.self).split(separator: "-")
        let name = String(words.joined(separator: "-").prefix(Names.longest))
        return Names.isSafe(name) ? name : "command"
    }
}
