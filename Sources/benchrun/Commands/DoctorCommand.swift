import ArgumentParser
import BenchrunModel
import Catalog
import Host

/// `benchrun doctor`: what can be used here, and why not.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Show which environments and tools work here, which do not, and what to do about it.",
        discussion: """
            Daemons that do not run are started for the probe and stopped again. KVM counts only after a probe guest
            has answered. Exits with 0 when native works, else with 69.

            EXAMPLES
              benchrun doctor
              benchrun doctor --json
            """
    )

    @OptionGroup var catalog: CatalogOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let catalog = try catalog.load()
        let display = output.display()
        let findings: [Finding]
        do {
            findings = try await Interruption.watching({ signal, _ in display.answer("interrupted (\(signal))") }) {
                try await Self.examine(catalog, display)
            }.value
        } catch is CancellationError {
            display.stop()
            throw ExitStatus.interrupted
        } catch {
            display.stop()
            throw (error as? Failure) ?? Failure(error)
        }
        display.stop()
        Terminal.out(output.json ? try JSON.text(findings) : Finding.table(findings))
        let native = findings.first { $0.name == EnvironmentSpec.nativeName }
        if native?.available != true { throw ExitStatus.unavailable }
    }

    private static func examine(_ catalog: Catalog, _ display: ProgressDisplay) async throws -> [Finding] {
        let locations = Locations.standard()
        let topology = try CPUTopology.detect(chosen: nil)
        let session = try await HostSession.open(
            run: RunNames.session("doctor"),
            locations: locations,
            topology: topology
        )
        display.activity("probing environments")
        var findings: [Finding] = []
        let probed = await Probing.probe(catalog.environments, drivers: session.drivers)
        for environment in catalog.environments {
            findings.append(Finding(environment, probed[environment.name]))
        }
        display.activity("stopping what was started for the probe")
        for failure in await session.close() { display.warning(failure) }
        try Task.checkCancellation()
        display.activity("looking for tools")
        return findings + (await Finding.tools())
    }
}

/// Probes environments at once.
enum Probing {
    static func probe(
        _ environments: [EnvironmentSpec],
        drivers: [String: any Driver]
    ) async -> [String: Availability] {
        await withTaskGroup(of: (String, Availability).self) { group in
            for environment in environments {
                group.addTask {
                    guard let driver = drivers[environment.driver] else {
                        return (
                            environment.name,
                            .unavailable(
                                reason: "this build has no driver '\(environment.driver)'",
                                nextStep: "build benchrun with its default traits"
                            )
                        )
                    }
                    return (environment.name, await driver.probe(environment))
                }
            }
            var result: [String: Availability] = [:]
            for await (name, availability) in group { result[name] = availability }
            return result
        }
    }
}
