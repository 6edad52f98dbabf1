import ArgumentParser
import BenchrunModel
import Catalog
import Foundation
import Results

/// `benchrun init`: a starter for a repository of the user's.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a starter: a workload for your own command, a suite, and a workflow for CI.",
        discussion: """
            The suite measures the command natively, in docker and in podman. Files that are there already stay as they
            are, unless --force is given; environments and images that are there always do.

            EXAMPLES
              benchrun init -- sha256sum /usr/bin/perl
              benchrun init --name hashes --package openssl -- openssl speed -seconds 1 sha256
              benchrun init ../other-repository --no-workflow -- xz --version
            """
    )

    @Argument(help: "The folder to write to.")
    var directory = "."

    @Option(help: "Name of workload and suite; default: the program's.")
    var name: String?

    @Option(help: "A Debian package that the command needs; may be given several times.")
    var package: [String] = []

    @Flag(help: "Leave the workflow out.")
    var noWorkflow = false

    @Flag(help: "Overwrite files of the starter that are there already.")
    var force = false

    @Flag(help: "Print the answer as JSON.")
    var json = false

    @Argument(parsing: .postTerminator, help: "After --: the command to measure.")
    var command: [String] = []

    /// The answer.
    struct Answer: Codable {
        var workload: String
        var suite: String
        var written: [String]
        /// What was there already and stays as it is.
        var kept: [String]
    }

    func validate() throws {
        if command.isEmpty { throw ValidationError("write the command to measure after --") }
    }

    func run() async throws {
        let starter: Starter
        do {
            starter = try Starter(name: name, command: command, packages: package)
        } catch {
            throw Failure("\(error)", status: ExitStatus.usage)
        }
        let answer: Answer
        do {
            answer = try write(starter)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(error)
        }
        if json { return Terminal.out(try JSON.text(answer)) }
        let sections = [
            ("written", answer.written), ("kept as they are", answer.kept), ("next", nextSteps(starter)),
        ]
        let text = sections.filter { !$0.1.isEmpty }.map { title, lines in
            ([title] + lines.map { "  \($0)" }).joined(separator: "\n")
        }
        Terminal.out(text.joined(separator: "\n\n"))
    }

    /// Writes all or, where a file of the starter is there and is another, nothing.
    private func write(_ starter: Starter) throws -> Answer {
        var written: [Starter.File] = []
        var kept: [String] = []
        var others: [String] = []
        for file in starter.files where !noWorkflow || file.path != Starter.workflowPath {
            let path = path(file)
            if !isThere(path) {
                written.append(file)
            } else if (try? readFile(path)) == file.bytes {
                kept.append(path)
            } else if force {
                written.append(file)
            } else {
                others.append(path)
            }
        }
        guard others.isEmpty else {
            let list = others.map { "  \($0)" }.joined(separator: "\n")
            throw Failure(
                "these files are there already\n\(list)\n"
                    + "choose another --name, leave the workflow out with --no-workflow, or overwrite with --force",
                status: ExitStatus.usage
            )
        }
        for file in try shippedFiles() {
            if isThere(path(file)) { kept.append(path(file)) } else { written.append(file) }
        }
        for file in written { try replaceFile(path(file), with: file.bytes) }
        return Answer(workload: starter.name, suite: starter.name, written: written.map(path), kept: kept)
    }

    /// The image, and every environment that this build has a driver for.
    private func shippedFiles() throws -> [Starter.File] {
        // Not the folder that is used here: a starter is not made of the user's own files.
        guard let folder = CatalogOptions.shippedDirectory() else {
            throw Failure(
                "there are no benchmark files beside \(AgentExecutable.ownDirectory); 'make install' puts them there"
            )
        }
        let catalog = Catalog.load(directory: folder, drivers: DriverRegistry.options).0
        let names = catalog.environments.map { "environments/\($0.name).yaml" } + ["images/\(Starter.image).yaml"]
        return try names.map { Starter.File(path: "benchmarks/\($0)", bytes: try readFile("\(folder)/\($0)")) }
    }

    private func nextSteps(_ starter: Starter) -> [String] {
        let suite = "--suite \(starter.name)"
        let environments = Starter.environments.dropFirst().map { "-e \($0)" }.joined(separator: " ")
        var steps: [String] = []
        if directory != "." { steps.append("cd \(directory)") }
        if package.isEmpty {
            steps.append("name the Debian packages that the command needs in \(starter.workloadPath)")
        }
        steps += [
            "benchrun check  # is every file as it should be?",
            "sudo benchrun run \(suite) --rounds 2  # does the command run everywhere?",
            "sudo benchrun calibrate \(suite) \(environments) --runs 10  # how small a change can be seen here?",
        ]
        if !noWorkflow {
            steps.append("commit the files, and set the variable BENCHRUN_REPOSITORY, as the workflow explains")
        }
        return steps
    }

    private func path(_ file: Starter.File) -> String {
        directory == "." ? file.path : directory + (directory.hasSuffix("/") ? "" : "/") + file.path
    }

    /// Also where it is a link to nothing.
    private func isThere(_ path: String) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: path)) != nil
    }
}
