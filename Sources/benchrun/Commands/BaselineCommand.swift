import ArgumentParser
import Foundation
import Reports
import Results

/// `benchrun baseline`: runs that later ones are held against.
struct BaselineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline",
        abstract: "Keep runs under a name, to hold later ones against.",
        discussion: """
            A baseline is a copy of a run, under results/baselines. It is keyed by where it was made: CPU, memory and
            limits; one name can have one baseline for each such place.

            EXAMPLES
              benchrun baseline save main
              benchrun baseline save main 20261123-224501-7f3a
              benchrun gate --baseline main
            """,
        subcommands: [Save.self, List.self, Show.self, Remove.self]
    )

    struct Save: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Keep a run under a name.")

        @Argument(help: "Name of the baseline.")
        var name: String

        @Argument(help: "The run's id, its folder, or 'latest'.")
        var run = "latest"

        @OptionGroup var store: StoreOptions

        func run() async throws {
            try BaselineCommand.failing {
                let baseline = try BaselineStore(store.runs).save(
                    name,
                    try store.runs.find(run),
                    at: Date().timeIntervalSince1970
                )
                Terminal.out("baseline \(name) is run \(baseline.run)")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the baselines.")

        @OptionGroup var store: StoreOptions

        @Flag(help: "Print the answer as JSON.")
        var json = false

        func run() async throws {
            try BaselineCommand.failing {
                let all = try BaselineStore(store.runs).all()
                if json { return Terminal.out(try JSON.text(all)) }
                guard !all.isEmpty else {
                    return Terminal.out("no baseline; make one with 'benchrun baseline save NAME'")
                }
                Terminal.out(
                    all.map { baseline in
                        let place = baseline.fingerprint.parts
                        let words = ["CPU model", "CPUs", "memory"].compactMap { name in
                            place[name].map { "\(name) \($0)" }
                        }
                        return "\(baseline.name)  run \(baseline.run)  (\(words.joined(separator: ", ")))"
                    }.joined(separator: "\n")
                )
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what a baseline says.")

        @Argument(help: "Name of the baseline.")
        var name: String

        @OptionGroup var store: StoreOptions

        @Flag(help: "Print the answer as JSON.")
        var json = false

        func run() async throws {
            try BaselineCommand.failing {
                let baselines = BaselineStore(store.runs)
                let known = try baselines.named(name)
                guard !known.isEmpty else {
                    throw Failure("there is no baseline '\(name)'; 'benchrun baseline list' shows what is there")
                }
                if json { return Terminal.out(try JSON.text(known)) }
                for baseline in known {
                    let place = baseline.fingerprint.parts.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
                    Terminal.out("baseline \(name), run \(baseline.run)\n" + place.joined(separator: "\n"))
                    let folder = baselines.folder(of: baseline).path
                    Terminal.out("  benchrun report \(folder)   shows its figures")
                }
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "rm", abstract: "Remove the baselines of a name.")

        @Argument(help: "Name of the baseline.")
        var name: String

        @OptionGroup var store: StoreOptions

        func run() async throws {
            try BaselineCommand.failing {
                let count = try BaselineStore(store.runs).remove(name)
                guard count > 0 else {
                    throw Failure("there is no baseline '\(name)'; 'benchrun baseline list' shows what is there")
                }
                Terminal.out("removed \(count) baseline\(count == 1 ? "" : "s") '\(name)'")
            }
        }
    }

    /// Errors of any module in the user's words.
    static func failing(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(error)
        }
    }
}
