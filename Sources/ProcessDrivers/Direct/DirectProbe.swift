import BenchrunModel
import Foundation
import Host

/// Finds out whether a tool works here, by starting the agent through it in a root file system of nothing else.
struct DirectProbe: Sendable {
    let driver: DirectDriver
    let environment: EnvironmentSpec

    /// The tools answer within some ten milliseconds; a host that is measuring something else may be slower.
    private static let limit = Duration.seconds(20)

    private var isolation: any Isolation { driver.isolation }

    func availability() async -> Availability {
        do {
            try OptionError.check(environment, known: [])
        } catch {
            return .unavailable(reason: error.detail, nextStep: error.nextStep)
        }
        guard driver.surroundings.isRoot else {
            return .unavailable(
                reason: "only root may make the control group and the namespaces",
                nextStep: "run benchrun as root"
            )
        }
        guard let executable = driver.surroundings.path(of: isolation.program) else {
            return .unavailable(
                reason: "'\(isolation.program)' is not installed",
                nextStep: "install Debian's package \(isolation.package)"
            )
        }
        if case .failure(let error) = ControlGroup.isAvailable {
            return .unavailable(reason: error.detail, nextStep: error.nextStep ?? "run 'benchrun doctor'")
        }
        do {
            let version = try await version(of: executable)
            try await tryIt()
            return .available(facts: ["version": version, "program": executable])
        } catch let error as DriverError {
            return .unavailable(reason: error.detail, nextStep: error.nextStep ?? "run 'benchrun doctor'")
        } catch {
            return .unavailable(reason: "\(error)", nextStep: "run '\(isolation.program)' by hand to see why")
        }
    }

    /// The first number with a dot in it that the tool says of itself.
    private func version(of executable: String) async throws -> String {
        let result = try await driver.surroundings.run(
            HostCommand([executable, "--version"], timeLimit: .seconds(10))
        )
        let text = TextFile.trimmed(result.output)
        let words = text.split(whereSeparator: { $0.isWhitespace || $0 == "(" || $0 == ")" })
        return words.first { $0.first?.isNumber == true }.map(String.init)
            ?? String(text.prefix { !$0.isNewline })
    }

    private func tryIt() async throws {
        let setup = driver.setup
        let name = "trial-\(environment.name)"
        let folder = "\(setup.stateDirectory)/\(name)"
        let root = "\(folder)/trial-root"
        let launch = try driver.launch(
            name,
            root: root,
            scratch: "\(folder)/trial-scratch",
            limits: Limits(cpus: [], housekeepingCPUs: setup.housekeepingCPUs, cpuQuota: 0, memory: 0),
            command: [GuestPath.agent, "version"]
        )
        let result: Result<CommandResult, any Error>
        do {
            try RootPlaces.makeEmptyRoot(at: root)
            try FileManager.default.createDirectory(
                atPath: "\(folder)/trial-scratch",
                withIntermediateDirectories: true
            )
            try launch.writeFiles()
            try await ControlFiles.executor.run {
                try driver.groups.tools.create(limits: nil)
                try launch.makeGroup()
            }
            let command = HostCommand(
                launch.arguments,
                environment: DirectLaunch.environment,
                timeLimit: Self.limit
            )
            result = .success(try await driver.surroundings.run(command))
        } catch {
            result = .failure(error)
        }
        await Task {
            try? await launch.group.remove()
            try? FileManager.default.removeItem(atPath: folder)
        }.value
        let ended = try result.get()
        guard ended.isSuccess, ended.output.contains("benchrun-agent") else {
            let said = TextFile.trimmed(ended.errorOutput.isEmpty ? ended.output : ended.errorOutput)
            let tail = said.split(separator: "\n").suffix(3).joined(separator: "; ")
            throw DriverError(
                subject: "\(isolation.name)/probe",
                detail: "\(isolation.program) cannot start anything here: "
                    + (tail.isEmpty ? "exit status \(ended.status)" : String(tail.suffix(400))),
                nextStep: "mend that, or leave out '\(environment.name)'"
            )
        }
    }
}
